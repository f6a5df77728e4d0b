"""Slides: which there are, that only the one asked for is drawn, and that leaving them loses nothing."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.predictions import Predictions
from core.model.specs import RunSpec
from core.runs.artifacts import VALIDATION
from core.runs.store import RunStore, open_store
from tests.pages.test_live_mistakes import components
from tests.pages.test_pages import page, saved, texts

IDEAS = {
    "convolution": 5,
    "activations": 6,
    "pooling": 3,
    "dropout": 3,
    "batch_norm": 5,
    "softmax": 5,
    "optimizers": 7,
    "overfitting": 3,
}


def line(test: AppTest) -> tuple[str, int, int]:
    """Return what the line above a slide says: of what it is, its number, and how many there are."""
    (data,) = [data for data in components(test) if "told" in data and "count" in data]
    return data["told"], data["at"], data["count"]


def answered(store: RunStore, spec: RunSpec, name: str, wrong: int) -> str:
    """Save a finished run that reads the first `wrong` of a hundred images as the next digit."""
    run_id = saved(store, spec, name)
    index, labels = np.arange(100), (np.arange(100) % 10).astype(np.uint8)
    read = np.where(index < wrong, (labels + 1) % 10, labels)
    answers = Predictions(index, labels, (0.9 * np.eye(10)[read] + 0.01).astype(np.float32))
    store.put_artifact(run_id, VALIDATION, answers.to_bytes())
    return run_id


@pytest.mark.parametrize("name", IDEAS)
def test_every_idea_can_be_shown_slide_by_slide(name: str) -> None:
    for at in range(1, IDEAS[name] + 1):
        test = page(f"ideas/{name}/page.py", present=str(at))
        assert line(test)[1:] == (at, IDEAS[name])
        assert not test.get("page_link")


def test_a_runs_results_are_slides_of_which_only_one_is_drawn(small_spec: RunSpec) -> None:
    run_id = answered(open_store(), small_spec, "shown", wrong=3)
    told = [line(page("results/page.py", run=run_id, present=str(at)))[0] for at in range(1, 6)]
    names = ["Accuracy", "Curves", "Confusion matrix", "The worst mistakes", "The network"]
    assert told == [f"Results · shown · {name}" for name in names]
    third = page("results/page.py", run=run_id, present="3")
    assert [data["label"] for data in components(third) if "figure" in data] == [
        "Confusion matrix; 3 mistakes"
    ]
    assert {"#### 0 → 1: 1", "#### 1 → 2: 1", "#### 2 → 3: 1"} <= {one.value for one in third.markdown}
    worst = page("results/page.py", run=run_id, present="4")
    assert "**0 → 1**, 91.0%" in texts(worst)
    assert len(worst.get("image")) == 3


def test_two_runs_compared_are_slides_too(small_spec: RunSpec) -> None:
    a, b = (answered(open_store(), small_spec, name, wrong) for name, wrong in (("one", 30), ("other", 3)))
    for at, label in ((2, "loss of one, other"), (3, "other minus one, digit by digit")):
        test = page("compare/page.py", compare=f"{a},{b}", present=str(at))
        assert label in [data.get("label") for data in components(test)]
    verdict = page("compare/page.py", compare=f"{a},{b}", present="1")
    assert "27 images fixed, 0 broken" in texts(verdict).replace("**", "")
    assert line(verdict) == ("Compare · Is it real?", 1, 3)


@pytest.mark.parametrize(("asked", "at"), [("", 1), ("two", 1), ("0", 1), ("99", 7)])
def test_an_address_that_names_no_slide_shows_the_nearest_or_the_first(asked: str, at: int) -> None:
    assert line(page("ideas/optimizers/page.py", present=asked))[1] == at


@pytest.mark.parametrize("name", ["train/page.py", "results/page.py", "compare/page.py"])
def test_a_page_that_has_nothing_to_present_shows_itself(name: str) -> None:
    test = page(name, present="2")
    assert test.title
    assert "present" not in test.query_params


def test_a_draft_and_the_watched_run_outlive_the_slides(small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec, "watched")
    test = page(run=run_id)
    (epochs,) = [one for one in test.number_input if one.label == "Epochs"]
    epochs.set_value(7).run()
    (button,) = [one for one in test.button if one.label == "Present"]
    button.click().run()
    assert line(test)[1:] == (1, 3)
    assert not [one for one in test.number_input if one.label == "Epochs"]
    del test.query_params["present"]
    test.run()
    assert [one.value for one in test.number_input if one.label == "Epochs"] == [7]
    assert "watched" in texts(test)
