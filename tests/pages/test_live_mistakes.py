"""The mistakes while a run trains, also for those who only have the link."""

import json
from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix

from core.analysis.frames import Frame, learned, to_bytes
from core.data import mnist
from core.data.prepare import split
from core.model.specs import RunSpec
from core.runs.artifacts import FRAMES
from core.runs.records import Run
from core.runs.status import RunStatus
from core.runs.store import RunStore, open_store
from pages.shared.tokens import COOKIE
from tests.pages.test_pages import page, texts

RNG = np.random.default_rng(0)


def frame(epoch: int, read: np.ndarray, truth: np.ndarray) -> Frame:
    return Frame(epoch, read.astype(np.uint8), truth, truth, np.zeros((0, 0, 0), np.float16))


def components(test: Any) -> list[dict[str, Any]]:
    """Return what the components of a page are told, charts among them."""
    told = [one.proto.bytes for one in test.get("bidi_component")]
    return [json.loads(one) for one in told if one]


def frames_of_two(store: RunStore, run: Run) -> tuple[np.ndarray, ...]:
    """Keep frames of 30 mistakes, then 13; return places, labels, the last answers and their certainty."""
    labels = mnist.training().labels
    index = split(labels, run.spec.data)[1]
    true, truth = labels[index], RNG.permutation(len(index)).astype(np.float16)
    first = np.where(np.arange(len(index)) < 30, (true + 1) % 10, true)
    second = np.where(np.arange(len(index)) < 12, (true + 1) % 10, true)
    second[50] = (true[50] + 2) % 10
    store.put_artifact(run.id, FRAMES, to_bytes([frame(1, first, truth), frame(2, second, truth)]))
    return index, true, second, truth


def test_a_training_runs_mistakes_are_counted_and_its_hardest_images_shown(
    small_spec: RunSpec, cookies: dict[str, str]
) -> None:
    store = open_store()
    run = store.create(small_spec, "live", owner="another")
    store.claim(run.id, {}, "worker")
    index, true, second, truth = frames_of_two(store, run)
    cookies[COOKIE] = "somebody else"
    for name in ("results/page.py", "train/page.py"):
        test = page(name, run=run.id)
        assert "Mistakes after epoch 2: 13 of 120 validation images" in texts(test)
        assert "Since epoch 1, 18 were learned and 1 forgotten." in texts(test)
        (cards,) = [data["cards"] for data in components(test) if "cards" in data]
        assert [card["id"] for card in cards] == index[np.argsort(truth)[:24]].tolist()
        (matrix,) = [data["figure"] for data in components(test) if "Confusion" in data.get("label", "")]
        assert "13 mistakes" in str([data.get("label") for data in components(test)])
        assert matrix["data"]
    assert confusion_matrix(true, second).trace() == 120 - 13
    assert sum(len(json.dumps(data)) for data in components(test) if "cards" in data) < 60_000


def test_a_run_that_goes_on_has_learned_nothing_since_the_epoch_it_begins_with(small_spec: RunSpec) -> None:
    run = open_store().create(small_spec, "goes on")
    true = mnist.training().labels[split(mnist.training().labels, run.spec.data)[1]]
    one = frame(1, true, np.ones(len(true), np.float16))
    open_store().put_artifact(run.id, FRAMES, to_bytes([one, one]))
    shown = texts(page("results/page.py", run=run.id))
    assert "Mistakes after epoch 1: 0 of 120" in shown
    assert "Since epoch" not in shown


def test_an_ended_run_has_no_such_part_and_one_without_frames_waits(small_spec: RunSpec) -> None:
    store = open_store()
    run = store.create(small_spec, "live")
    assert "Mistakes after" not in texts(page("results/page.py", run=run.id))
    store.end(run.id, RunStatus.STOPPED)
    assert "Mistakes after" not in texts(page("results/page.py", run=run.id))


def test_what_was_learned_and_forgotten_is_counted_by_image() -> None:
    labels, nothing = np.array([1, 2, 3, 4], np.uint8), np.zeros(4, np.float16)
    before, now = frame(1, np.array([1, 0, 0, 4]), nothing), frame(2, np.array([0, 2, 3, 4]), nothing)
    assert learned(before, now, labels) == (2, 1)
