"""One person on several devices: links that work once, and what passes from one owner to another."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from core.classes.task import Task
from core.errors import LinkError, UserError
from core.model.specs import RunSpec
from core.runs.people import LINK_SECONDS
from core.runs.records import BUNDLED
from core.runs.store import RunStore
from tests.clocks import Clocks


def test_a_link_makes_a_device_by_all_its_names_the_person_who_made_it(any_store: RunStore) -> None:
    store = any_store
    word = store.make_link("laptop")
    assert store.person_of(["phone", "phone too"]) is None
    store.follow_link(word, ["phone", "phone too"])
    assert store.person_of(["phone"]) == store.person_of(["phone too"]) == "laptop"
    assert store.devices_of("laptop") == 1
    store.follow_link(store.make_link("laptop"), ["tablet"])
    assert store.devices_of("laptop") == 2
    store.be_alone(["phone", "phone too"])
    assert store.person_of(["phone", "phone too"]) is None
    store.part("laptop")
    assert store.person_of(["tablet"]) is None


@pytest.mark.parametrize("word", ["", "x" * 100_000, "\ud800", "' or 1=1 --"])
def test_no_word_is_guessed(word: str, any_store: RunStore) -> None:
    any_store.make_link("laptop")
    with pytest.raises(LinkError, match="used up, older than ten minutes, or incomplete"):
        any_store.follow_link(word, ["phone"])
    assert any_store.person_of(["phone"]) is None


def test_a_link_works_once_and_a_newer_one_replaces_it(any_store: RunStore) -> None:
    store = any_store
    first, second = store.make_link("laptop"), store.make_link("laptop")
    with pytest.raises(LinkError):
        store.follow_link(first, ["phone"])
    store.follow_link(second, ["phone"])
    with pytest.raises(LinkError):
        store.follow_link(second, ["thief"])
    assert store.person_of(["thief"]) is None


def test_of_many_who_click_at_once_one_joins(any_store: RunStore) -> None:
    word = any_store.make_link("laptop")

    def click(name: str) -> bool:
        try:
            any_store.follow_link(word, [name])
        except UserError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(click, [f"phone {n}" for n in range(8)])) == 1
    assert any_store.devices_of("laptop") == 1


def test_a_link_ends_after_ten_minutes(tmp_path: Path) -> None:
    clocks = Clocks()
    store = clocks.store(f"sqlite:///{tmp_path / 'x.sqlite'}")
    word = store.make_link("laptop")
    clocks.wait(LINK_SECONDS - 1)
    late = store.make_link("desktop")
    store.follow_link(word, ["phone"])
    clocks.wait(LINK_SECONDS)
    with pytest.raises(LinkError, match="older than ten minutes"):
        store.follow_link(late, ["phone"])
    assert store.person_of(["phone"]) == "laptop"


def test_parting_ends_a_link_that_is_still_out(any_store: RunStore) -> None:
    word = any_store.make_link("laptop")
    any_store.part("laptop")
    with pytest.raises(LinkError):
        any_store.follow_link(word, ["phone"])


def test_the_store_keeps_no_word_that_could_be_followed(store: RunStore, tmp_path: Path) -> None:
    word = store.make_link("laptop")
    with closing(sqlite3.connect(tmp_path / "runs.sqlite")) as database:
        assert word not in "\n".join(database.iterdump())


def test_a_link_that_is_opened_where_it_was_made_stays_for_the_other_device(any_store: RunStore) -> None:
    store = any_store
    word = store.make_link("laptop")
    with pytest.raises(LinkError, match="for another device"):
        store.follow_link(word, ["laptop"])
    store.follow_link(word, ["phone"])
    again = store.make_link("laptop")
    with pytest.raises(LinkError, match="for another device"):
        store.follow_link(again, ["phone"])


def test_who_has_joined_hands_on_the_person_and_not_the_device(any_store: RunStore) -> None:
    store = any_store
    early = store.make_link("phone")
    store.follow_link(store.make_link("laptop"), ["phone"])
    store.follow_link(early, ["tablet"])
    assert store.person_of(["tablet"]) == "laptop"


def test_what_is_taken_along_is_all_that_the_names_own_and_nothing_else(
    any_store: RunStore, small_spec: RunSpec
) -> None:
    store = any_store
    for owner in ("one", "two", "other", None, BUNDLED):
        store.create(small_spec, str(owner), owner=owner)
    store.create_group("sweep", "mine", {}, "two")
    store.keep_drawing(np.zeros((28, 28), np.uint8), 7, "one")
    deleted = store.create(small_spec, "deleted", owner="one")
    store.delete([deleted.id])
    kept = {what: number for what, number in store.belongings(["one", "two"]).items() if number}
    assert kept == {"runs": 2, "groups": 1, "drawings": 1}
    store.take_along(["one", "two"], "me")
    assert not any(store.belongings(["one", "two"]).values())
    assert {run.name: run.owner for run in store.runs()} == {
        "one": "me",
        "two": "me",
        "other": "other",
        "None": None,
        BUNDLED: BUNDLED,
    }
    assert len(store.drawings("me")[0]) == 1
    store.restore([deleted.id])
    assert store.get(deleted.id).owner == "me"


def test_who_is_in_a_class_twice_is_one_pupil_after_taking_along(
    any_store: RunStore, small_spec: RunSpec
) -> None:
    store = any_store
    asked = Task(accuracy=0.9, presets=("mlp",), settings=("epochs",))
    both, one = (store.create_class(name, asked, "teacher", "green giraffe").id for name in "ab")
    for owner in ("me", "one", "two"):
        pupil = store.join(both, f"as {owner}", owner)
        store.create(small_spec, owner, owner=owner, pupil=pupil.id)
        store.create_group("sweep", owner, {}, owner, pupil.id)
    store.join(one, "alone", "two")
    store.take_along(["one", "two", "teacher"], "me")
    assert sorted(pupil.nickname for _, pupil in store.joined("me")) == ["alone", "as me"]
    assert {(entry.run.name, entry.pupil.nickname) for entry in store.entries(both)} == {
        (owner, "as me") for owner in ("me", "one", "two")
    }
    assert (
        len({group.pupil for group in store.groups()} | {entry.pupil.id for entry in store.entries(both)})
        == 1
    )
    assert {found.id for found in store.classes_of("me")} == {both, one}
    assert not any(store.belongings(["one", "two", "teacher"]).values())
