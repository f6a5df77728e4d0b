"""The class page and what a class changes on others: who sees what, who may do what, forged addresses."""

import codecs
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import NumberInput

from core.classes import word
from core.classes.records import Pupil, SchoolClass
from core.classes.task import Task
from core.host import VARIABLE
from core.model.course import longer as more_epochs
from core.model.link import to_link
from core.model.optimizers import SGD
from core.model.presets import PRESETS
from core.reach import own_address
from core.runs.artifacts import CHECKPOINT
from core.runs.records import EpochPoint, Progress, Results, Run
from core.runs.status import Command, RunStatus
from core.runs.store import open_store
from core.sweeps.saved import definition
from core.training.capacity import SETTING as WORKERS
from core.training.launcher import Launcher
from pages.classroom.board_file import board_file
from pages.classroom.projector import _board_words
from pages.classroom.runs import CHOSEN
from pages.shared import services
from pages.shared.tokens import COOKIE
from pages.train.starter import _described
from tests.pages.test_pages import NAVIGATION, opened, page, texts

CLASSROOM = "classroom/page.py"
TASK = Task(accuracy=0.98, parameters=50_000, epochs=3, presets=("quick-start", "mlp"), settings=("epochs",))
SPEC = PRESETS["quick-start"].spec.model_copy(update={"epochs": 2})
WORD = "green giraffe"


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "_COST", {"n": 2, "r": 1, "p": 1})


def owner_of(cookies: dict[str, str], name: str) -> str:
    """Be somebody from now on, and return under which name runs are then kept."""
    import hashlib

    cookies[COOKIE] = name
    return hashlib.sha256(name.encode()).hexdigest()[:32]


@pytest.fixture
def lesson(cookies: dict[str, str]) -> SchoolClass:
    """A class whose teacher is the browser "teacher"; the visitor is that browser."""
    return open_store().create_class("7b", TASK, owner_of(cookies, "teacher"), WORD, time.time() + 3600)


def joined(lesson: SchoolClass, cookies: dict[str, str], nickname: str = "Ada") -> Pupil:
    """Be a pupil of the class from now on."""
    return open_store().join(lesson.id, nickname, owner_of(cookies, f"browser of {nickname}"))


def trained(pupil: Pupil, accuracy: float, **entry: object) -> Run:
    """Return a run that a pupil has trained in the class."""
    store = open_store()
    run = store.create(SPEC, "Quick start, changed", owner=pupil.owner, pupil=pupil.id)
    store.record(run.id, Progress(seconds=60), [], [])
    store.end(run.id, RunStatus.FINISHED, results=Results(2, 0.1, accuracy, 4200, 0.1, 0.9, 10_000))
    return store.get(run.id)


def click(test: AppTest, label: str) -> AppTest:
    next(button for button in test.button if button.label == label).click().run()
    assert not test.exception
    return test


def typed(test: AppTest, label: str, text: str) -> None:
    next(field for field in test.text_input if field.label.startswith(label)).input(text)


def chosen(test: AppTest, label: str, number: float | None) -> NumberInput:
    return next(field for field in test.number_input if field.label == label).set_value(number)


def said(test: AppTest) -> str:
    """Return all texts of a page, as they are read."""
    return texts(test).replace("\\", "")


def labels(test: AppTest) -> set[str]:
    return {button.label for button in test.button}


def test_a_teacher_makes_a_class_and_gets_its_links(cookies: dict[str, str]) -> None:
    owner_of(cookies, "teacher")
    test = page(CLASSROOM)
    typed(test, "Name", "7b **Physics**")
    typed(test, "A word", WORD)
    click(test, "Make the class")
    code = open_store().classes_of(owner_of(cookies, "teacher"))[0].id
    found = open_store().school_class(code)
    assert found.name == "7b **Physics**"
    assert found.task.sentence() == (
        "Reach at least 98.5% on the validation images with under 50,000 parameters and at most 5 epochs."
    )
    assert found.task.fixed == ("seed", "data")
    assert test.title[0].value == r"7b \*\*Physics\*\*"
    assert found.task.sentence() in said(test)
    assert test.query_params["code"] in (code, [code])
    assert any(f"?code={code}" in shown.value for shown in test.code)
    assert {tab.label for tab in test.tabs} == {"Board", "Runs", "Pupils", "Task", "Lesson"}
    assert [one.id for one in open_store().classes_of(found.owner)] == [code]
    test = click(page(CLASSROOM), rf"7b \*\*Physics\*\* · {code}")
    assert test.query_params["code"] in (code, [code])  # so that a reload shows it again


def test_links_for_pupils_lead_to_this_server_from_any_device(
    lesson: SchoolClass, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(opened_at: str) -> str:
        monkeypatch.setattr(type(st.context), "url", opened_at)
        return str(page(CLASSROOM, code=lesson.id).code[0].value)

    code = f"class?code={lesson.id}"
    assert link("https://school.example/digits/class") == f"https://school.example/digits/{code}"
    if own := own_address():
        assert link("http://localhost:8501/class") == f"http://{own}:8501/{code}"
    config.set_option("server.address", "127.0.0.1")
    try:
        assert link("http://localhost:8501/class") == f"http://localhost:8501/{code}"
        assert "opens on this computer only" in page(CLASSROOM, code=lesson.id).warning[-1].value
    finally:
        config.set_option("server.address", None)
    (tmp_path / "host.toml").write_text('address = "https://digits.example/"')
    monkeypatch.setenv(VARIABLE, str(tmp_path / "host.toml"))
    assert link("http://localhost:8501/class") == f"https://digits.example/{code}"


def test_a_class_that_cannot_be_made_costs_one_sentence() -> None:
    test = page(CLASSROOM)
    typed(test, "Name", "7b")
    typed(test, "A word", "abc")
    click(test, "Make the class")
    assert len(test.error) == 1
    assert "The word has fewer than 6 letters: choose a longer one, or two words." in said(test)
    typed(test, "A word", WORD)
    test.multiselect[0].set_value([])
    click(test, "Make the class")
    assert "at least one preset" in test.error[0].value
    test.multiselect[0].set_value(["quick-start"])
    chosen(test, "Images at most", 10_000)
    click(test, "Make the class")
    assert "Nobody could keep these rules" in test.error[0].value


def test_a_teacher_reads_with_which_preset_the_rules_cannot_be_kept(lesson: SchoolClass) -> None:
    (told,) = page(CLASSROOM, code=lesson.id).warning  # it has layers of 235,146 parameters
    assert told.value.startswith("With “Dense layers only” nobody can keep the rules")
    open_store().change_class(lesson.id, "7b", TASK.model_copy(update={"parameters": None}), None)
    assert not page(CLASSROOM, code=lesson.id).warning


def test_a_pupil_gives_a_nickname_and_trains_what_the_class_offers(
    lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    me = owner_of(cookies, "a pupil")
    test = page(CLASSROOM, code=lesson.id.upper())
    assert not {"Rename", "Hide", "Save"} & labels(test)
    typed(test, "Your nickname", "<b>Ada</b>")
    click(test, "Join and train")
    (pupil,) = open_store().pupils(lesson.id)
    assert (pupil.nickname, pupil.owner) == ("<b>Ada</b>", me)

    test = page("train/page.py")
    assert "46,730 parameters: the class asks for under 50,000." in said(test)
    assert "3 epochs: the class asks for at most 3." in said(test)
    assert "Your class begins with 3 epochs instead of 5. The preset itself: A small" in said(test)
    assert not test.warning
    assert test.selectbox[0].options == [PRESETS[name].title for name in ("quick-start", "mlp")]
    assert {field.label for field in test.number_input} == {"Epochs", "Batch size", "Early stopping (epochs)"}
    assert "leaves as the preset has them: the layers of the network, optimizer" in said(test)
    chosen(test, "Epochs", 5).run()
    assert said(test).count("5 epochs: the class asks for at most 3.") == 1
    assert test.warning[0].value == "It would not count for your class: one rule above is broken."
    chosen(test, "Epochs", 2).run()
    assert "2 epochs: the class asks for at most 3." in said(test)
    assert not test.warning
    click(test, "Train")
    (entry,) = open_store().entries(lesson.id)
    assert (entry.run.owner, entry.run.spec, entry.pupil) == (me, SPEC, pupil)
    open_store().ask(entry.run.id, Command.STOP)


def test_a_pupil_who_may_touch_all_begins_with_what_the_class_offers_all_the_same(
    lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    free = Task(presets=("broken-on-purpose",))
    open_store().change_class(lesson.id, "7b", free, None)
    owner_of(cookies, "a pupil")
    test = page(CLASSROOM, code=lesson.id)
    typed(test, "Your nickname", "Ada")
    click(test, "Join and train")
    for shown in (test, page("train/page.py")):
        test = shown.switch_page("train/page.py").run()
        assert test.selectbox[0].value == "broken-on-purpose"
        assert "It is “Broken on purpose" in said(test)


def test_a_link_with_what_the_class_does_not_leave_to_pupils_trains_nothing(
    lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    joined(lesson, cookies)
    test = page("train/page.py", spec=to_link(SPEC.model_copy(update={"optimizer": SGD()})))
    assert said(test).count("This class leaves optimizer and learning rate as the preset has them") == 1
    assert "Your class does not let this be trained" in said(test)
    assert next(button for button in test.button if button.label == "Train").disabled


def test_a_pupil_may_train_outside_of_the_class(lesson: SchoolClass, cookies: dict[str, str]) -> None:
    joined(lesson, cookies)
    test = click(page("train/page.py"), "Leave the class")
    assert len(test.selectbox[0].options) == len(PRESETS)
    assert "class" not in said(test)


@pytest.mark.parametrize("how", ["deleted", "over"])
def test_a_class_that_ends_while_a_pupil_trains_says_so_once_and_takes_nothing(
    how: str, lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    run = trained(joined(lesson, cookies), 0.9)
    test = page("train/page.py")
    assert "The board" in [link.label for link in test.get("page_link")]
    if how == "deleted":
        open_store().delete_class(lesson.id)
    else:
        open_store().change_class(lesson.id, "7b", TASK, time.time() - 1)
    test.run()
    assert "The class that you trained in is over or was deleted: your runs stay yours" in said(test)
    assert len(test.selectbox[0].options) == len(PRESETS)
    assert "over or was deleted" not in said(click(test, "All right"))
    assert open_store().get(run.id).owner == run.owner


@pytest.mark.parametrize("how", ["deleted", "over"])
def test_who_comes_back_after_their_class_has_ended_reads_so_until_they_have(
    how: str, lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    told = "The class that you trained in is over or was deleted"
    assert told not in said(page("train/page.py"))  # who was in none has lost none
    joined(lesson, cookies)
    if how == "deleted":
        open_store().delete_class(lesson.id)
    else:
        open_store().change_class(lesson.id, "7b", TASK, time.time() - 1)
    test = page("train/page.py")
    assert told in said(test)
    assert told not in said(click(test, "All right"))
    open_store().restore_class(lesson.id)
    open_store().change_class(lesson.id, "7b", TASK, time.time() - 8 * 24 * 3600)
    assert told not in said(page("train/page.py"))  # no news any more


def test_a_class_that_is_over_takes_no_pupil_and_keeps_its_board(
    lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    trained(joined(lesson, cookies), 0.99)
    open_store().change_class(lesson.id, "7b", TASK, time.time() + 0.0)
    owner_of(cookies, "late")
    test = page(CLASSROOM, code=lesson.id)
    assert "This class is over" in test.info[0].value
    assert not [field for field in test.text_input if field.label == "Your nickname"]
    assert test.dataframe[0].value.to_dict("records")[0]["pupil"] == "Ada"


@pytest.mark.parametrize(
    "written",
    [
        lambda code: f" {code[:3].upper()} {code[3:]} ",
        lambda code: f"{code[:3]}-{code[3:]}.",
        lambda code: "".join(chr(ord(sign) + 0xFEE0) for sign in code),
        lambda code: f"http://192.168.1.20:8501/class?code={code}&view=",
    ],
    ids=["halves", "hyphen", "full-width", "link"],
)
def test_a_code_may_be_typed_as_it_is_said_or_pasted_as_the_link(
    written: Callable[[str], str], lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    owner_of(cookies, "a pupil")
    test = page(CLASSROOM)
    typed(test, "The code of the class", written(lesson.id))
    click(test, "Go to the class")
    assert test.query_params["code"] in (lesson.id, [lesson.id])


@pytest.mark.parametrize(("code", "view"), [("' or 1=1 --", ""), ("<script>" * 1000, ""), ("nope", "board")])
def test_a_forged_class_is_one_sentence(code: str, view: str) -> None:
    test = page(CLASSROOM, code=code, view=view)
    (told,) = [element.value for element in (*test.warning, *test.error)]
    assert "it was deleted, or the link is incomplete" in told
    assert len(told) < 250
    answer = board_file(code)
    assert (answer.status_code, b"link is incomplete" in answer.body) == (404, True)


def test_a_nickname_that_is_taken_or_none_is_one_sentence(
    lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    joined(lesson, cookies, "Ada")
    owner_of(cookies, "another")
    test = page(CLASSROOM, code=lesson.id)
    refused = (("ada", "choose another nickname"), (" ", "visible"), ("x" * 10_000, "at most 24"))
    for nickname, words in refused:
        typed(test, "Your nickname", nickname)
        click(test, "Join and train")
        assert words in test.error[0].value
    assert len(open_store().pupils(lesson.id)) == 1


def test_a_browser_without_a_cookie_can_neither_join_nor_make_a_class(
    lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    cookies.clear()
    test = page(CLASSROOM, code=lesson.id)
    assert "this browser keeps none" in test.info[0].value
    assert "Join and train" not in labels(test)
    assert "Make the class" not in labels(page(CLASSROOM))


def test_the_board_shows_the_best_of_each_and_the_csv_the_same(
    lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    ada, bob = joined(lesson, cookies, "=1+1"), joined(lesson, cookies, "Bob")
    for pupil, accuracy in ((ada, 0.97), (ada, 0.985), (bob, 0.98)):
        trained(pupil, accuracy)
    test = page(CLASSROOM, code=lesson.id)
    own, rows = (table.value.to_dict("records") for table in test.dataframe)
    assert [(row["accuracy"], row["counts"]) for row in own] == [(98.0, "yes")]
    assert [(row["place"], row["pupil"].lstrip("\u2060"), row["reached"], row["runs"]) for row in rows] == [
        (1, "=1+1", "yes", 2),
        (2, "Bob", "yes", 1),
    ]
    assert rows[0]["accuracy"] == pytest.approx(98.5)
    answer = board_file(lesson.id)
    assert answer.headers["content-disposition"] == 'attachment; filename="board-7b.csv"'
    for text, separator, number in (
        (bytes(answer.body), ",", "0.985"),
        (bytes(board_file(lesson.id, commas=True).body), ";", "0,985"),
    ):
        assert text.startswith(codecs.BOM_UTF8)  # else Excel reads no UTF-8
        cells = [line.split(separator) for line in text.decode("utf-8-sig").splitlines()]
        assert [row[1] for row in cells] == ["pupil", "\u2060=1+1", "Bob"]
        assert cells[1][2] == number


def test_a_teacher_stops_hides_and_pins_runs_that_others_may_not_touch(
    lesson: SchoolClass, cookies: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "host.toml").write_text("[limits]\ndays = 30")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "host.toml"))
    store, ada = open_store(), joined(lesson, cookies)
    ended = trained(ada, 0.99)
    going_on = store.create(SPEC, "mine", owner=ada.owner, pupil=ada.id)
    owner_of(cookies, "teacher")
    test = AppTest.from_file(NAVIGATION, default_timeout=240)
    test.query_params["code"] = lesson.id
    test.session_state[CHOSEN] = [ended.id, going_on.id]
    test.switch_page(CLASSROOM).run()
    for label in ("Stop", "Hide", "Pin"):
        click(test, label)
    assert store.get(going_on.id).status is RunStatus.STOPPED
    assert {entry.hidden for entry in store.entries(lesson.id)} == {True}
    assert store.get(ended.id).pinned
    assert board_file(lesson.id).body == codecs.BOM_UTF8 + b"rank,pupil\n"
    click(test, "Show on the board")
    assert b"Ada" in board_file(lesson.id).body

    store.take_over(lesson.id, WORD, "another device")
    click(test, "Hide")
    assert {entry.hidden for entry in store.entries(lesson.id)} == {False}
    owner_of(cookies, "browser of Ada")
    assert not {"Hide", "Stop", "Pin"} & labels(page(CLASSROOM, code=lesson.id))


def test_a_teacher_renames_and_hides_a_nickname(lesson: SchoolClass, cookies: dict[str, str]) -> None:
    ada = joined(lesson, cookies, "Rude name")
    trained(ada, 0.99)
    owner_of(cookies, "teacher")
    test = page(CLASSROOM, code=lesson.id)
    choice = next(box for box in test.selectbox if box.label == "Pupil")
    choice.set_value(ada.id).run()
    typed(test, "Another nickname", "Ada")
    click(test, "Rename")
    assert open_store().pupils(lesson.id)[0].nickname == "Ada"
    click(test, "Hide")
    assert "One pupil" not in said(test)
    assert open_store().pupils(lesson.id)[0].hidden
    assert "Nobody has joined the class yet." in said(page(CLASSROOM, code=lesson.id))
    owner_of(cookies, "browser of Rude name")
    test = page(CLASSROOM, code=lesson.id)
    assert "Your teacher has hidden your nickname" in said(test)
    assert test.dataframe[0].value["counts"].tolist() == ["The teacher has hidden the nickname."]


def test_the_word_takes_the_class_over_and_the_first_device_hears_so(
    lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    before = page(CLASSROOM, code=lesson.id)
    new = owner_of(cookies, "another device")
    test = page(CLASSROOM)
    typed(test, "Code", lesson.id)
    typed(test, "Your word", "wrong word")
    click(test, "Take it over")
    assert "not the word of the class" in test.error[0].value
    typed(test, "Your word", "Green Giraffe")
    click(test, "Take it over")
    assert open_store().school_class(lesson.id).owner == new
    assert {tab.label for tab in test.tabs} >= {"Runs", "Pupils"}
    owner_of(cookies, "teacher")
    typed(before, "Name of the class", "still mine")
    click(before, "Save")
    assert open_store().school_class(lesson.id).name == "7b"


def test_a_deleted_class_can_be_brought_back(lesson: SchoolClass) -> None:
    test = click(page(CLASSROOM, code=lesson.id), "Delete it")
    test = page(CLASSROOM, code=lesson.id)
    assert "it was deleted" in test.warning[0].value
    open_store().restore_class(lesson.id)
    assert page(CLASSROOM, code=lesson.id).title[0].value == "7b"


def test_a_teacher_reads_how_a_lesson_goes_and_how_long_a_class_waits_for_its_turns(
    lesson: SchoolClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(WORKERS, "2")
    plan = said(page(CLASSROOM, code=lesson.id))
    assert "A lesson in 45 minutes" in plan
    # Three of five epochs of 24 s, 25 times, two at a time.
    assert "trains two runs at a time. “Quick start” takes about 14 s" in plan
    assert "the last is done after 3 min" in plan
    monkeypatch.setenv(WORKERS, "0")
    assert "at a time" not in said(page(CLASSROOM, code=lesson.id))


def test_a_teacher_reads_when_a_class_goes_and_keeps_it(
    lesson: SchoolClass, cookies: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Keep this class" not in [toggle.label for toggle in page(CLASSROOM, code=lesson.id).toggle]
    (tmp_path / "host.toml").write_text("[classes]\ndays = 90")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "host.toml"))
    test = page(CLASSROOM, code=lesson.id)
    assert "90 days after a pupil last joined or began a run, or you opened it" in said(test)
    test.toggle(key=f"kept.{lesson.id}").set_value(True).run()
    found = open_store().school_class(lesson.id)
    assert found.kept
    assert found.seen_at == pytest.approx(time.time(), abs=3600)
    assert "It stays until you delete it." in said(test)
    joined(lesson, cookies)
    assert "90 days" not in said(page(CLASSROOM, code=lesson.id))


def test_the_projector_shows_the_run_that_the_teacher_chose(
    lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    run = trained(joined(lesson, cookies), 0.99)
    open_store().show(lesson.id, run.id)
    owner_of(cookies, "teacher")
    test = page(CLASSROOM, code=lesson.id)
    assert "The projector shows a run of Ada" in said(test)
    page(CLASSROOM, code=lesson.id, view="board")
    click(test, "Back to the board")
    assert open_store().school_class(lesson.id).shown is None


def test_pupils_see_their_own_runs_first(lesson: SchoolClass, cookies: dict[str, str]) -> None:
    ada = joined(lesson, cookies, "Ada")
    mine = trained(ada, 0.9)
    open_store().rename(mine.id, "mine")
    for _ in range(2):
        trained(joined(lesson, cookies, "Bob"), 0.9)
    owner_of(cookies, "browser of Ada")
    assert page("runs/page.py").dataframe[0].value["name"].tolist()[0] == "mine"
    owner_of(cookies, "a stranger")
    assert page("runs/page.py").dataframe[0].value["name"].tolist()[-1] == "mine"


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Run]]:
    """What a launcher without workers was to launch alone: it saves runs, and trains nothing."""
    begun: list[Run] = []

    class Noting(Launcher):
        def launch(self, *arguments: Any, **named: Any) -> Run:
            begun.append(super().launch(*arguments, **named))
            return begun[-1]

    with closing(Noting(open_store(), workers=0)) as launcher:
        monkeypatch.setattr(services, "_launcher", launcher)
        yield begun


def continuable(pupil: Pupil) -> Run:
    """Return a run that a pupil has trained in the class for two epochs and that could go on."""
    run = trained(pupil, 0.97)
    points = [EpochPoint(n, n * 10, 1.0, 0.5, 1.0, 0.5, 0.001, 2.0 * n) for n in (1, 2)]
    open_store().describe_data(run.id, {"training images": 10 * SPEC.batch_size})
    open_store().record(run.id, Progress(seconds=60), [], points)
    open_store().put_artifact(run.id, CHECKPOINT, b"x")
    return open_store().get(run.id)


def test_what_a_pupil_trains_longer_belongs_to_the_class_with_all_its_epochs(
    lesson: SchoolClass, cookies: dict[str, str], launched: list[Run]
) -> None:
    ada = joined(lesson, cookies)
    run = continuable(ada)
    test = opened(page("results/page.py", run=run.id), f"longer.popover.{run.id}")
    assert "7 epochs: the class asks for at most 3." in said(test)
    test.number_input(key=f"longer.{run.id}").set_value(1).run()
    assert "Belongs to the class “7b” and may stand on its board." in said(test)
    test.button(key=f"longer.start.{run.id}").click().run()
    (longer,) = launched
    assert {entry.run.id for entry in open_store().entries(lesson.id)} == {run.id, longer.id}
    assert lesson.task.broken(longer.spec) == []
    assert (longer.spec.epochs, lesson.task.broken(more_epochs(longer.spec, 3, 1))) == (
        3,
        ["4 epochs: the class asks for at most 3."],
    )


def test_what_somebody_else_has_trained_belongs_to_no_class_when_it_goes_on(
    lesson: SchoolClass, cookies: dict[str, str], launched: list[Run]
) -> None:
    run = continuable(joined(lesson, cookies, "Ada"))
    joined(lesson, cookies, "Bob")
    test = opened(page("results/page.py", run=run.id), f"longer.popover.{run.id}")
    assert "only what you began there goes on there" in said(test)
    test.button(key=f"longer.start.{run.id}").click().run()
    assert len(launched) == 1
    assert [entry.run.id for entry in open_store().entries(lesson.id)] == [run.id]


@pytest.mark.parametrize(
    ("offer", "copies", "left_as_is", "setting"),
    [
        pytest.param("repeat", 2, "the seed", "seed", id="repeats"),
        pytest.param("k-fold", 3, "images and their split", "data", id="folds"),
    ],
)
def test_repeats_and_folds_of_a_pupil_belong_to_the_class_and_say_whether_they_count(
    offer: str,
    copies: int,
    left_as_is: str,
    setting: str,
    lesson: SchoolClass,
    cookies: dict[str, str],
    launched: list[Run],
) -> None:
    ada = joined(lesson, cookies)
    run = trained(ada, 0.97)
    test = opened(page("results/page.py", run=run.id), f"{offer}.popover.{run.id}")
    assert f"would not count there. This class leaves {left_as_is} as the preset has them" in said(test)
    allowing = TASK.model_copy(update={"settings": ("epochs", setting)})
    open_store().change_class(lesson.id, "7b", allowing, None)
    test.run()
    assert "Belongs to the class “7b” and may stand on its board." in said(test)
    test.number_input(key=f"{offer}.{run.id}").set_value(copies).run()
    test.button(key=f"{offer}.start.{run.id}").click().run()
    entries = open_store().entries(lesson.id)
    begun = [entry.run for entry in entries if entry.run.id != run.id]
    assert {entry.pupil.id for entry in entries} == {ada.id}
    assert len({(one.spec.seed, one.spec.data.fold, one.spec.data.folds) for one in begun}) == copies
    if offer == "k-fold":
        assert sorted(one.spec.data.fold for one in begun) == [0, 1, 2]


@pytest.mark.parametrize("allowed", [False, True])
def test_a_sweep_of_a_pupil_belongs_to_the_class_if_its_teacher_says_so(
    allowed: bool, lesson: SchoolClass, cookies: dict[str, str], launched: list[Run]
) -> None:
    ada = joined(lesson, cookies)
    open_store().change_class(lesson.id, "7b", TASK.model_copy(update={"sweeps": allowed}), None)
    test = page("sweep/page.py")
    words = "those that keep its rules count" if allowed else "Sweeps do not belong to the class “7b”"
    assert words in said(test)
    click(test, "Start")
    (group,) = open_store().groups("sweep")
    assert definition(group).base.epochs == TASK.epochs, "what the class begins with, also in a new session"
    assert group.pupil == (ada.id if allowed else None)
    owner_of(cookies, "teacher")
    terms = said(page(CLASSROOM, code=lesson.id))
    assert ("The runs of sweeps count, too." in terms) == allowed


@pytest.mark.parametrize("sweeps", [False, True])
def test_a_pupil_s_sweep_starts_from_and_varies_only_what_the_class_leaves_free(
    sweeps: bool, lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    joined(lesson, cookies)
    open_store().change_class(lesson.id, "7b", TASK.model_copy(update={"sweeps": sweeps}), None)
    test = page("sweep/page.py")
    presets = test.selectbox(key="sweep.base").options[1:]
    varied = set(test.multiselect(key="sweep.paths").options)
    if not sweeps:  # whose runs stand on no board anyway
        assert len(presets) == len(PRESETS)
        assert "Learning rate" in varied
        return
    assert presets == ["Quick start", "Dense layers only"]
    assert varied == {"Batch size", "Epochs", "Early stopping: patience"}
    shown = said(test)
    assert "Your class offers no other presets, and each of them within its limits." in shown
    assert (
        "Your class leaves as the preset has them, so no sweep can vary: optimizer and learning rate, more "
        "about the training, the layers of the network and augmentation."
    ) in shown
    test.multiselect(key="sweep.paths").set_value(["epochs"]).run()
    test.segmented_control(key="sweep.epochs.form").set_value("List").run()
    for values, words in (
        ("1 2 3", "those that keep its rules count"),
        ("2 4", "some of them would not count there. 4 epochs: the class asks for at most 3."),
        ("4 9", "none of them would count there. 4 epochs: the class asks for at most 3."),
    ):
        test.text_input(key="sweep.epochs.list").set_value(values).run()
        assert words in said(test)


def test_a_preset_that_was_chosen_outside_of_the_class_is_no_start_in_it(
    lesson: SchoolClass, cookies: dict[str, str]
) -> None:
    joined(lesson, cookies)
    test = page("sweep/page.py")
    test.selectbox(key="sweep.base").set_value("final").run()
    open_store().change_class(lesson.id, "7b", TASK.model_copy(update={"sweeps": True}), None)
    assert test.run().selectbox(key="sweep.base").value == "draft"


def test_a_pupil_reads_beside_a_run_whether_it_counts(lesson: SchoolClass, cookies: dict[str, str]) -> None:
    ada = joined(lesson, cookies)
    run = trained(ada, 0.99)
    counts = "It counts for the class “7b”: the best of your runs stands on the board by itself."
    for where in ("results/page.py", "train/page.py"):
        assert counts in said(page(where, run=run.id))
    open_store().change_class(lesson.id, "7b", TASK.model_copy(update={"epochs": 1}), None)
    fault = "It does not count for the class “7b”. 2 epochs: the class asks for at most 1."
    assert fault in said(page("results/page.py", run=run.id))
    open_store().hide_entries([run.id])
    assert "The teacher has hidden it." in said(page("results/page.py", run=run.id))
    joined(lesson, cookies, "Bob")  # who looks at Ada's run
    assert "for the class “7b”" not in said(page("results/page.py", run=run.id))


def test_from_a_class_and_from_none_a_way_leads_to_all_classes(lesson: SchoolClass) -> None:
    for code in (lesson.id, "nope42"):
        test = click(page(CLASSROOM, code=code), "All classes")
        assert "code" not in test.query_params
        click(test, "Go to the class")
        assert "Type the code first" in test.error[0].value
        typed(test, "The code of the class", lesson.id)
        assert click(test, "Go to the class").title[0].value == "7b"


def test_a_teacher_reads_that_the_class_is_over_and_the_projector_invites_nobody(lesson: SchoolClass) -> None:
    assert "This class is over" not in said(page(CLASSROOM, code=lesson.id))
    assert "link" in _board_words(lesson, ([], {}, []))
    open_store().change_class(lesson.id, "7b", TASK, time.time() - 1)
    assert "This class is over: nobody can join it any more" in said(page(CLASSROOM, code=lesson.id))
    words = _board_words(open_store().school_class(lesson.id), ([], {}, []))
    assert "link" not in words
    assert words["note"].startswith("The class is over.")


def test_limits_and_the_end_of_a_class_can_be_emptied_again(lesson: SchoolClass) -> None:
    test = page(CLASSROOM, code=lesson.id)
    fields = {field.label: field for field in test.number_input}
    # A browser lets a field be emptied only if the script did not tell its value.
    assert not fields["Epochs at most"].proto.HasField("default")
    assert fields["Epochs at most"].value == TASK.epochs
    end = test.datetime_input[0]
    assert not end.proto.default
    assert end.value is not None
    chosen(test, "Parameters under", None)
    end.set_value(None)
    click(test, "Save")
    assert "Saved." in test.success[0].value
    found = open_store().school_class(lesson.id)
    assert (found.ends_at, found.task.parameters, found.task.epochs) == (None, None, TASK.epochs)


def test_a_preset_that_begins_with_one_epoch_says_one() -> None:
    preset = PRESETS["quick-start"]
    told = _described(preset, Task(epochs=1, images=30_000).begun(preset.spec))
    assert told.startswith("Your class begins with 1 epoch instead of 5 and 30,000 images instead of 42,000.")
