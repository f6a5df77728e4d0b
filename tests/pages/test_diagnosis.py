"""What the curve doctor says is on the page, and its advice becomes a configuration with one click."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.home import PROJECT
from core.model.specs import parse
from core.runs.artifacts import UNITS
from core.runs.records import EpochPoint, Progress, StepPoint
from core.runs.status import RunStatus
from core.runs.store import RunStore, open_store

HISTORIES = Path(__file__).parents[1] / "histories"


def saved(store: RunStore, name: str, epochs: int | None = None, units: bytes | None = None) -> str:
    """Save a recorded run, all of it or, still running, so many of its epochs."""
    value = json.loads((HISTORIES / f"{name}.json").read_text())
    run = store.create(parse(value["spec"]), name)
    points = [EpochPoint(**point) for point in value["epochs"]][:epochs]
    store.claim(run.id, {})
    store.record(run.id, Progress("training", 1, 1, points[0].step), [StepPoint(1, 2.3, 0.1, 0.1)], points)
    if units is not None:
        store.put_artifact(run.id, UNITS, units)
    if epochs is None:
        store.end(run.id, RunStatus(value["status"]))
    return run.id


def shown(name: str, run_id: str) -> AppTest:
    test = AppTest.from_file(str(PROJECT / "pages" / "navigation.py"), default_timeout=240)
    test.query_params["run"] = run_id
    test.switch_page(name)
    test.run()
    assert not test.exception
    return test


def words(test: AppTest) -> str:
    return "\n".join(element.value for element in test.markdown)


def tries(test: AppTest) -> list[str]:
    return [button.key for button in test.button if button.label == "Try it"]


@pytest.mark.parametrize("page", ["results/page.py", "train/page.py"])
def test_a_finding_has_its_numbers_what_to_try_and_a_button_that_changes_just_that(page: str) -> None:
    run_id = saved(open_store(), "sgd-too-low")
    test = shown(page, run_id)
    assert "**Learning rate too low.** After 10 of 10 epochs" in words(test)
    assert "**What to try:** Raise the learning rate from 0.001 to 0.1" in words(test)
    test.button(key=tries(test)[0]).click().run()
    assert not test.exception
    assert any("from 0.001 to 0.1" in success.value for success in test.success)
    spec = open_store().get(run_id).spec
    changed = spec.model_copy(update={"optimizer": spec.optimizer.model_copy(update={"learning_rate": 0.1})})
    assert test.session_state["draft"].spec() == changed


def test_a_second_advice_replaces_the_first_on_the_page_itself() -> None:
    test = shown("train/page.py", saved(open_store(), "augmented"))
    version = test.session_state["draft"].version
    test.number_input(key=f"{version}..epochs").set_value(33).run()
    test.button(key=tries(test)[0]).click().run()
    assert test.session_state["draft"].spec().epochs == 24


def test_the_same_advice_is_given_once() -> None:
    value = json.loads((HISTORIES / "relu-dies.json").read_text())
    test = shown(
        "results/page.py", saved(open_store(), "relu-dies", units=json.dumps(value["units"]).encode())
    )
    assert all(title in words(test) for title in ("No better than", "Learning rate too high", "Dead units"))
    assert len(tries(test)) == 1


def test_a_living_run_is_told_of_in_one_or_two_lines() -> None:
    test = shown("results/page.py", saved(open_store(), "sgd-oscillates", epochs=9))
    assert "Learning rate too high" in words(test)
    assert "What the curves show" not in words(test)
    assert not tries(test)
    early = shown("results/page.py", saved(open_store(), "sgd-too-low", epochs=2))
    assert "Too early" not in words(early)


def test_counts_that_cannot_be_read_are_left_out() -> None:
    test = shown("results/page.py", saved(open_store(), "relu-dies", units=b'{"images": "many"}'))
    assert "No better than guessing" in words(test)
    assert "Dead units" not in words(test)
