"""The board: the best run of each pupil that keeps the rules, and what its order is worth."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.analysis.predictions import Predictions
from core.classes import ties
from core.classes.board import Place, board, broken
from core.classes.records import Entry, Pupil, SchoolClass
from core.classes.task import Task
from core.model.presets import PRESETS
from core.runs.artifacts import VALIDATION
from core.runs.records import BUNDLED, Progress, Results, Run
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore

QUICK = PRESETS["quick-start"].spec.model_copy(update={"epochs": 3})
ASKED = Task(
    accuracy=0.985, parameters=50_000, epochs=3, minutes=2, presets=("quick-start",), settings=("epochs",)
)
CLASS = SchoolClass("abc234", "7b", "teacher", ASKED, 1000.0, 2000.0, None)
IMAGES = 4200


def results(right: int, images: int = IMAGES) -> Results:
    return Results(3, 0.05, right / images, images, 0.05, 0.99, 10_000)


def run(name: str, right: int, **changed: object) -> Run:
    made = Run(
        *(name, 1, name, "quick-start", "browser", None, (), RunStatus.FINISHED, "", Command.RUN),
        spec_json=QUICK.to_json(),
        created_at=1500.0,
        started_at=1501.0,
        ended_at=1600.0,
        heartbeat_at=1600.0,
        progress=Progress(seconds=90.0),
        parameters=46_730,
        results=results(right),
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def pupil(name: str, hidden: bool = False) -> Pupil:
    return Pupil(name, CLASS.id, name, name, 1100.0, hidden)


def entry(who: str, name: str, right: int, hidden: bool = False, **changed: object) -> Entry:
    return Entry(run(name, right, **changed), pupil(who), hidden)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"owner": BUNDLED}, "not trained here"),
        ({"imported_at": 1700.0}, "not trained here"),
        ({"created_at": 999.0}, "before the class"),
        ({"created_at": 2000.5}, "after the end"),
        ({"status": RunStatus.DIVERGED, "results": None}, "no result: it is diverged"),
        ({"status": RunStatus.RUNNING, "ended_at": None, "results": None}, "no result: it is running"),
        ({"status": RunStatus.STOPPED, "results": None}, "no result: it is stopped"),
        ({"status": RunStatus.INTERRUPTED}, "no result: it is interrupted"),
        ({"spec_json": QUICK.model_copy(update={"epochs": 4}).to_json()}, "4 epochs"),
        ({"spec_json": QUICK.model_copy(update={"seed": 4}).to_json()}, "leaves the seed"),
        ({"spec_json": PRESETS["mlp"].spec.to_json()}, "leaves the layers"),
        ({"progress": Progress(seconds=121.0)}, "2.02 minutes of training"),
    ],
)
def test_a_run_counts_only_if_the_run_itself_keeps_each_rule(changed: dict[str, object], words: str) -> None:
    assert broken(CLASS, run("a", 4150)) == []
    faults = broken(CLASS, run("a", 4150, **changed))
    assert words in " ".join(faults)
    assert board(CLASS, [entry("Ada", "a", 4150, **changed)]) == []


def test_what_a_run_says_of_its_parameters_is_not_believed() -> None:
    asked = replace(CLASS, task=ASKED.model_copy(update={"parameters": 46_730}))
    assert broken(asked, run("a", 4150, parameters=7)) == [
        "46,730 parameters: the class asks for under 46,730."
    ]


def test_a_run_that_was_begun_in_time_counts_however_late_it_ends_and_a_stopped_one_too() -> None:
    assert broken(CLASS, run("a", 1, created_at=2000.0, ended_at=9000.0, status=RunStatus.STOPPED)) == []
    assert broken(replace(CLASS, ends_at=None), run("a", 1, created_at=9e9)) == []


def test_the_board_has_the_best_of_each_and_ties_are_ties() -> None:
    places = board(
        CLASS,
        [
            entry("Bob", "b", 4150),
            entry("Ada", "a1", 4100),
            entry("Ada", "a2", 4150, created_at=1400.0),
            entry("Ada", "a3", 4150, created_at=1450.0),
            entry("Cid", "c", 4130),
            entry("Dot", "d", 4137),
            entry("Eve", "e", 4190, hidden=True),
            Entry(run("f", 4199), pupil("Fay", hidden=True), False),
        ],
    )
    assert [(one.rank, one.pupil.nickname, one.run.id, one.tries, one.reached) for one in places] == [
        (1, "Ada", "a2", 3, True),
        (1, "Bob", "b", 1, True),
        (3, "Dot", "d", 1, True),
        (4, "Cid", "c", 1, False),
    ]
    assert 4137 / IMAGES == 0.985


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.integers(0, 20), st.booleans()), max_size=30))
def test_every_pupil_stands_once_with_no_better_run_left_out(runs: list[tuple[str, int, bool]]) -> None:
    entries = [
        entry(who, str(place), right, hidden, results=results(right, 20))
        for place, (who, right, hidden) in enumerate(runs)
    ]
    places = board(CLASS, entries)
    shown = {who for who, _, hidden in runs if not hidden}
    assert sorted(one.pupil.nickname for one in places) == sorted(shown)
    for one in places:
        mine = [right for who, right, hidden in runs if who == one.pupil.nickname and not hidden]
        assert (one.results.val_accuracy, one.tries) == (max(mine) / 20, len(mine))
        assert one.rank == 1 + sum(other.results.val_accuracy > one.results.val_accuracy for other in places)
    assert [one.rank for one in places] == sorted(one.rank for one in places)


def answers(store: RunStore, name: str, wrong: range, at: int = 0) -> Run:
    """Return a run that misreads those of 400 images."""
    made = store.create(QUICK, name)
    labels = np.arange(400, dtype=np.uint8) % 10
    said = np.where(np.isin(np.arange(400), wrong), (labels + 1) % 10, labels)
    kept = Predictions(np.arange(at, at + 400), labels, np.eye(10, dtype=np.float32)[said])
    store.put_artifact(made.id, VALIDATION, kept.to_bytes())
    return run(made.id, 0, results=results(400 - len(wrong), 400))


def placed(*runs: Run) -> list[Place]:
    return board(CLASS, [Entry(one, pupil(f"{place}"), False) for place, one in enumerate(runs)])


def test_the_images_tell_apart_what_mcnemar_s_test_tells_apart(store: RunStore) -> None:
    """Ten errors more on other images: p = 2 · 0.5^10 = 0.002, times two for two comparisons; one: p = 1."""
    places = placed(
        answers(store, "a", range(2)), answers(store, "b", range(3)), answers(store, "c", range(12))
    )
    worse = ties.behind(store, places)
    assert worse == {places[1].run.id: False, places[2].run.id: True}
    assert ties.told(places, worse) == "Two networks cannot be told apart on 400 images: a tie."


def test_seven_more_errors_are_enough_for_two_networks_but_not_for_many(store: RunStore) -> None:
    """p = 2 · 0.5^7 = 0.0156: less than 0.05 for one comparison, more for four (Holm)."""
    first, second = answers(store, "a", range(1)), answers(store, "b", range(8))
    places = placed(first, second)
    assert ties.told(places, ties.behind(store, places)).startswith("The first is better than all others")
    more = [answers(store, f"more {n}", range(8)) for n in range(3)]
    places = placed(first, second, *more)
    assert set(ties.behind(store, places).values()) == {False}
    assert "Five networks cannot be told apart" in ties.told(places, ties.behind(store, places))


def test_networks_on_other_images_are_not_compared(store: RunStore) -> None:
    places = placed(answers(store, "a", range(1)), answers(store, "b", range(50), at=1000))
    worse = ties.behind(store, places)
    assert list(worse.values()) == [None]
    assert ties.told(places, worse) == "One network was measured on other images."
    gone = placed(answers(store, "a", range(1)), run("no predictions", 300, results=results(300, 400)))
    assert list(ties.behind(store, gone).values()) == [None]


def test_an_empty_board_and_one_of_one_say_nothing(store: RunStore) -> None:
    assert ties.behind(store, []) == {}
    assert ties.told([], {}) == ""
    assert ties.told(placed(answers(store, "a", range(1))), {}) == ""
