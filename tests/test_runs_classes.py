"""Classes in the store, in each kind of database: who is in them, whose they are, what was begun there."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import pytest

from core.classes import word
from core.classes.nickname import LONGEST
from core.classes.task import Task
from core.errors import StoreError, UserError
from core.host import VARIABLE
from core.model.specs import RunSpec
from core.runs import store as stores
from core.runs.backup import backup, restore
from core.runs.classes import MOST_TRIES, WAIT, ClassNotFoundError
from core.runs.keeping import AT_LEAST_SEEN, DAY
from core.runs.limits import keep_house
from core.runs.store import RunStore
from core.runs.watch import GAP
from tests.clocks import Clocks
from tests.earlier import FOLDER

ASKED = Task(accuracy=0.98, epochs=3, presets=("mlp",), settings=("epochs",))
WORD = "green giraffe"


class Clock:
    """A time of day that a test moves on."""

    def __init__(self) -> None:
        self.time = 1_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock(any_store: RunStore) -> Clock:
    clock = Clock()
    any_store._now = any_store._clock = any_store._deleted._clock = any_store._deleted._now = clock
    return clock


def pass_by(store: RunStore, clock: Clock, seconds: float) -> None:
    """Let time pass for a store that is looked after every few seconds."""
    for _ in range(int(seconds / 5) + 1):
        store.purge(seconds)
        clock.time += 5
    store.purge(seconds)


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash in a moment, and let go what was deleted after a few seconds."""
    monkeypatch.setattr(word, "_COST", {"n": 2, "r": 1, "p": 1})
    monkeypatch.setattr(stores, "AT_LEAST_DELETED", 5.0)


def made(store: RunStore, name: str = "7b", ends_at: float | None = None) -> str:
    return store.create_class(name, ASKED, "teacher", WORD, ends_at).id


def test_a_class_comes_back_as_it_was_made_and_changed(any_store: RunStore) -> None:
    found = any_store.create_class(" 7b\n<b>", ASKED, "teacher", WORD, 2e9)
    assert (found.name, found.task, found.owner, found.ends_at, found.shown) == (
        "7b <b>",
        ASKED,
        "teacher",
        2e9,
        None,
    )
    assert len(found.id) == 6
    assert any_store.school_class(found.id) == found
    other = Task(accuracy=0.99, minutes=2)
    any_store.change_class(found.id, "8b", other, None)
    any_store.show(found.id, "a run")
    changed = any_store.school_class(found.id)
    assert (changed.name, changed.task, changed.ends_at, changed.shown) == ("8b", other, None, "a run")
    assert any_store.classes_of("teacher") == [changed]
    assert any_store.classes_of("other") == []


def test_a_class_without_a_name_or_with_a_short_word_is_refused(any_store: RunStore) -> None:
    with pytest.raises(UserError, match="no name"):
        any_store.create_class(" \n", ASKED, "teacher", WORD)
    with pytest.raises(UserError, match="fewer than 6 letters"):
        any_store.create_class("7b", ASKED, "teacher", "a - b - c!")
    with pytest.raises(UserError, match="would be over at once"):
        any_store.create_class("7b", ASKED, "teacher", WORD, 1.0)
    assert any_store.classes_of("teacher") == []


@pytest.fixture
def limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return what makes this process one of a host with such limits for classes."""

    def write(line: str) -> None:
        (tmp_path / "host.toml").write_text(f"[classes]\n{line}\n")
        monkeypatch.setenv(VARIABLE, str(tmp_path / "host.toml"))

    return write


def test_one_teacher_can_keep_so_many_classes(any_store: RunStore, limit: Callable[[str], None]) -> None:
    limit("per_person = 2")
    first = made(any_store)
    made(any_store)
    with pytest.raises(StoreError, match="may keep two classes here: delete one"):
        made(any_store)
    any_store.delete_class(first)
    made(any_store)


def test_a_class_that_there_is_not_is_one_sentence(any_store: RunStore) -> None:
    asking = (
        any_store.school_class,
        lambda code: any_store.join(code, "Ada", "pupil"),
        lambda code: any_store.take_over(code, WORD, "other"),
    )
    for forged, ask in product(("", "nope", "' or 1=1 --", "a\0b", "ä" * 90, "../../etc"), asking):
        with pytest.raises(ClassNotFoundError, match="it was deleted, or the link is incomplete") as refused:
            ask(forged)
        assert len(str(refused.value)) < 150


def test_a_browser_is_one_pupil_of_a_class_whatever_it_types(any_store: RunStore) -> None:
    code, other = made(any_store), made(any_store)
    ada = any_store.join(code, " Ada ", "browser")
    assert ada.nickname == "Ada"
    assert {any_store.join(code, f"nickname {n}", "browser") for n in range(200)} == {ada}
    assert any_store.pupils(code) == [ada]
    elsewhere = any_store.join(other, "Ada", "browser")
    assert [(found.id, pupil) for found, pupil in any_store.joined("browser")] == [
        (other, elsewhere),
        (code, ada),
    ]
    any_store.delete_class(other)
    assert [pupil for _, pupil in any_store.joined("browser")] == [ada]
    assert any_store.joined("nobody") == []


def test_no_two_pupils_of_a_class_look_alike(any_store: RunStore) -> None:
    code, alike = made(any_store), ("Ada", "ada", "A\u200bda", "Ａｄａ", "Аdа", "\u202eadA")
    any_store.join(code, "Ada", "first")
    for same in alike:
        with pytest.raises(StoreError, match="already: choose another nickname"):
            any_store.join(code, same, "second")
    bob = any_store.join(code, "Bob", "second")
    for same in alike:
        with pytest.raises(StoreError, match="already"):
            any_store.rename_pupil(bob.id, same)
    any_store.rename_pupil(bob.id, "Bobby")
    assert [pupil.nickname for pupil in any_store.pupils(code)] == ["Ada", "Bobby"]


def test_what_is_no_nickname_is_one_sentence(any_store: RunStore) -> None:
    code = made(any_store)
    for nickname, words in (("", "visible"), ("\u200b", "visible"), ("x" * 10_000, f"{LONGEST}")):
        with pytest.raises(StoreError, match=words) as refused:
            any_store.join(code, nickname, "browser")
        assert len(str(refused.value)) < 150
    assert any_store.pupils(code) == []


def test_any_visible_nickname_is_kept_as_it_is(any_store: RunStore) -> None:
    code = made(any_store)
    for nickname in ("<b>Ada</b>", "**Ada**", "עדה", "Ада", "👩‍👩‍👧", "=1+1"):
        assert any_store.join(code, nickname, nickname).nickname == nickname


def test_a_full_class_takes_nobody_until_somebody_is_hidden(
    any_store: RunStore, limit: Callable[[str], None]
) -> None:
    limit("pupils = 2")
    code = made(any_store)
    first = any_store.join(code, "a", "1")
    any_store.join(code, "b", "2")
    with pytest.raises(StoreError, match="has the two pupils"):
        any_store.join(code, "c", "3")
    any_store.hide_pupil(first.id)
    any_store.join(code, "c", "3")
    assert [pupil.hidden for pupil in any_store.pupils(code)] == [True, False, False]


def test_nobody_joins_a_class_that_is_over_but_who_is_in_it_stays(any_store: RunStore, clock: Clock) -> None:
    code = made(any_store, ends_at=clock.time + 60)
    ada = any_store.join(code, "Ada", "1")
    clock.time += 61
    with pytest.raises(StoreError, match="over"):
        any_store.join(code, "Bob", "2")
    assert any_store.join(code, "Ada", "1") == ada


def test_the_word_gives_a_class_to_another_browser_however_it_is_written(any_store: RunStore) -> None:
    code = made(any_store)
    any_store.take_over(code, "Green-GIRAFFE", "laptop")
    assert any_store.school_class(code).owner == "laptop"
    any_store.change_word(code, "blue lagoon")
    with pytest.raises(StoreError, match="not the word"):
        any_store.take_over(code, WORD, "other")
    any_store.take_over(code, "blue lagoon", "other")
    assert any_store.school_class(code).owner == "other"


def test_few_words_can_be_tried_also_by_several_browsers(any_store: RunStore, clock: Clock) -> None:
    code = made(any_store)
    for guess in range(MOST_TRIES):
        with pytest.raises(StoreError, match="not the word"):
            any_store.take_over(code, f"guess {guess}", f"browser {guess}")
    with pytest.raises(StoreError, match="wait an hour"):
        any_store.take_over(code, WORD, "teacher's other")
    assert any_store.school_class(code).owner == "teacher"
    clock.time += WAIT + 1
    any_store.take_over(code, WORD, "teacher's other")
    assert any_store.school_class(code).owner == "teacher's other"


def test_a_script_that_guesses_many_words_at_once_has_no_more_tries(any_store: RunStore) -> None:
    code = made(any_store)

    def guess(number: int) -> str:
        try:
            any_store.take_over(code, f"guess {number}", f"browser {number}")
        except StoreError as error:
            return str(error)
        return "taken over"

    with ThreadPoolExecutor(12) as script:
        said = list(script.map(guess, range(36)))
    assert sum("not the word" in one for one in said) == MOST_TRIES
    assert sum("wait an hour" in one for one in said) == 36 - MOST_TRIES


def test_a_class_knows_the_runs_that_were_begun_in_it(any_store: RunStore, small_spec: RunSpec) -> None:
    code = made(any_store)
    ada, bob = any_store.join(code, "Ada", "1"), any_store.join(code, "Bob", "2")
    runs = [any_store.create(small_spec, one.nickname, owner=one.owner, pupil=one.id) for one in (ada, bob)]
    outside = any_store.create(small_spec, "outside of the class", owner="1")
    assert [any_store.began(run.id) for run in (*runs, outside)] == [ada.id, bob.id, None]
    gone = any_store.create(small_spec, "of a pupil who is gone", pupil="nobody")
    assert any_store.began(gone.id) is None
    found = any_store.entries(code)
    assert {(entry.run.id, entry.pupil.nickname, entry.hidden) for entry in found} == {
        (runs[0].id, "Ada", False),
        (runs[1].id, "Bob", False),
    }
    assert found[0].run == any_store.get(found[0].run.id)
    any_store.hide_entries([runs[0].id])
    assert {entry.run.id for entry in any_store.entries(code) if entry.hidden} == {runs[0].id}
    any_store.hide_entries([runs[0].id], hidden=False)
    assert not any(entry.hidden for entry in any_store.entries(code))
    any_store.delete([runs[1].id])
    assert [entry.run.id for entry in any_store.entries(code)] == [runs[0].id]


def test_what_a_teacher_hides_leaves_the_projector_too(any_store: RunStore, small_spec: RunSpec) -> None:
    code = made(any_store)
    ada, bob = any_store.join(code, "Ada", "1"), any_store.join(code, "Bob", "2")
    shown, other = (any_store.create(small_spec, "x", owner=one.owner, pupil=one.id) for one in (ada, bob))
    any_store.show(code, shown.id)
    any_store.hide_entries([other.id])
    any_store.hide_pupil(bob.id)
    any_store.hide_pupil(ada.id, hidden=False)
    assert any_store.school_class(code).shown == shown.id
    any_store.hide_pupil(ada.id)
    assert any_store.school_class(code).shown is None
    any_store.show(code, shown.id)
    any_store.hide_entries([shown.id])
    assert any_store.school_class(code).shown is None


def test_a_deleted_class_can_be_brought_back_for_a_time_and_then_its_nicknames_are_gone(
    any_store: RunStore, small_spec: RunSpec, clock: Clock
) -> None:
    code, day = made(any_store), 20.0
    ada = any_store.join(code, "Ada", "1")
    run = any_store.create(small_spec, "a", owner="1", pupil=ada.id)
    any_store.delete_class(code)
    with pytest.raises(ClassNotFoundError):
        any_store.school_class(code)
    any_store.purge(day)
    any_store.restore_class(code)
    assert [entry.run.id for entry in any_store.entries(code)] == [run.id]
    any_store.delete_class(code)
    pass_by(any_store, clock, day)
    any_store.restore_class(code)
    with pytest.raises(ClassNotFoundError):
        any_store.school_class(code)
    assert any_store.pupils(code) == []
    assert any_store.get(run.id).owner == "1"


def test_classes_are_in_a_backup(any_store: RunStore, small_spec: RunSpec, tmp_path: Path) -> None:
    code = made(any_store)
    ada = any_store.join(code, "Ada", "1")
    any_store.create(small_spec, "a", owner="1", pupil=ada.id)
    backup(any_store.url, tmp_path / "copy.sqlite")
    again = f"sqlite:///{tmp_path / 'again.sqlite'}"
    restore(tmp_path / "copy.sqlite", again)
    copy = RunStore(again)
    assert copy.school_class(code) == any_store.school_class(code)
    assert copy.entries(code) == any_store.entries(code)
    copy.take_over(code, WORD, "other")
    made(RunStore(full := f"sqlite:///{tmp_path / 'full.sqlite'}"))
    with pytest.raises(StoreError, match="holds runs already"):
        restore(tmp_path / "copy.sqlite", full)


def test_a_store_of_an_earlier_version_takes_classes(tmp_path: Path, small_spec: RunSpec) -> None:
    shutil.copyfile(FOLDER / "0.2" / "runs.sqlite", tmp_path / "earlier.sqlite")
    store = RunStore(f"sqlite:///{tmp_path / 'earlier.sqlite'}")
    before = store.runs()
    code = made(store)
    run = store.create(small_spec, "a", pupil=store.join(code, "Ada", "1").id)
    assert store.runs() == [run, *before]
    assert [entry.run for entry in store.entries(code)] == [run]


def test_a_purged_run_leaves_no_entry(any_store: RunStore, small_spec: RunSpec, clock: Clock) -> None:
    code = made(any_store)
    ada = any_store.join(code, "Ada", "1")
    run = any_store.create(small_spec, "a", owner="1", pupil=ada.id)
    any_store.delete([run.id])
    pass_by(any_store, clock, 10)
    any_store.restore([run.id])
    assert any_store.entries(code) == []


def looked_after(store: RunStore, clocks: Clocks) -> set[str]:
    """Look after a store for as long as what is too old stays at least; return the classes that are left."""
    for _ in clocks.steps(AT_LEAST_SEEN):
        clocks.wait(GAP)
        keep_house(store)
    return {found.name for found in store.classes_of("teacher")}


def test_a_class_goes_a_stated_time_after_its_last_sign_of_life_and_its_runs_stay(
    any_store: RunStore, small_spec: RunSpec, limit: Callable[[str], None]
) -> None:
    limit("days = 365")
    clocks = Clocks()
    store = clocks.store(any_store.url)
    names = ("left alone", "kept", "opened", "joined", "trained in")
    ids = {name: made(store, name) for name in names}
    old, ada = store.join(ids["left alone"], "Old", "1"), store.join(ids["trained in"], "Ada", "1")
    run = store.create(small_spec, "old", pupil=old.id)
    store.keep_class(ids["kept"], True)
    clocks.wait(300 * DAY)
    store.see_class(store.school_class(ids["opened"]))
    store.join(ids["joined"], "Bob", "2")
    store.create(small_spec, "new", pupil=ada.id)
    clocks.wait(64 * DAY)
    assert looked_after(store, clocks) == set(names)
    clocks.wait(2 * DAY)
    keep_house(store)
    assert len(store.classes_of("teacher")) == len(names)  # a date may be wrong: not at first sight
    assert looked_after(store, clocks) == set(names) - {"left alone"}
    assert store.get(run.id).name == "old"
    store.keep_class(ids["kept"], False)
    clocks.wait(300 * DAY)
    assert looked_after(store, clocks) == set()


def test_without_a_host_s_word_no_class_goes(tmp_path: Path) -> None:
    clocks = Clocks()
    store = clocks.store(f"sqlite:///{tmp_path / 'x.sqlite'}")
    made(store)
    clocks.wait(9999 * DAY)
    assert looked_after(store, clocks) == {"7b"}


def test_that_a_teacher_opened_a_class_is_noted_once_a_day(any_store: RunStore, clock: Clock) -> None:
    code = made(any_store)
    any_store.see_class(any_store.school_class(code))
    first = any_store.school_class(code).seen_at
    clock.time += DAY - 1
    any_store.see_class(any_store.school_class(code))
    assert any_store.school_class(code).seen_at == first == clock.time - DAY + 1
    clock.time += 1
    any_store.see_class(any_store.school_class(code))
    assert any_store.school_class(code).seen_at == clock.time
