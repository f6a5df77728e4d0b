"""Saved networks that answer: in this process, and in the lane."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from core.analysis.predictions import Predictions
from core.data import mnist
from core.data.prepare import normalise
from core.errors import DataError
from core.inference.lane import Lane
from core.inference.networks import probabilities
from core.model.specs import RunSpec
from core.runs.artifacts import MODEL, TEST
from core.runs.records import Run
from core.runs.store import RunStore
from core.training.engine import RUN_GOES
from core.training.job import run_job


@pytest.fixture
def trained(store: RunStore, small_spec: RunSpec) -> Run:
    run = store.create(small_spec, "trained")
    run_job(store, run.id)
    return store.get(run.id)


@pytest.fixture
def lane() -> Iterator[Lane]:
    lane = Lane()
    yield lane
    lane.close()


def workers() -> list[psutil.Process]:
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def test_a_saved_network_answers_what_it_answered_when_it_was_measured(store: RunStore, trained: Run) -> None:
    kept = Predictions.from_bytes(store.artifact(trained.id, TEST) or b"")
    images = normalise(mnist.test().images[:600])
    answers = probabilities(store.url, trained.id, trained.ended_at or 0, images)
    np.testing.assert_allclose(answers, kept.probabilities[:600], atol=1e-5)
    assert probabilities(store.url, trained.id, trained.ended_at or 0, images[:0]).shape == (0, 10)


def test_the_lane_answers_and_passes_on_refusals(
    store: RunStore, trained: Run, small_spec: RunSpec, lane: Lane
) -> None:
    question = (probabilities, store.url, trained.id, trained.ended_at, normalise(mnist.test().images[:3]))
    others = workers()  # of tests before this one, in the same process
    first = lane.ask(*question).result(timeout=240)
    assert first.shape == (3, 10)
    (worker,) = set(workers()) - set(others)
    if sys.platform == "linux":  # where memory runs out it goes before a worker that trains
        assert int(Path(f"/proc/{worker.pid}/oom_score_adj").read_text("ascii")) > RUN_GOES
    none = store.create(small_spec, "never trained")
    with pytest.raises(DataError, match="is not there"):
        lane.ask(probabilities, store.url, none.id, 0.0, question[-1]).result(timeout=240)
    lane.close()
    assert not set(workers()) - set(others)


def test_a_run_without_a_network_is_refused_in_a_sentence(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "never trained")
    with pytest.raises(DataError, match="is not there"):
        probabilities(store.url, run.id, 0.0, np.zeros((1, 28, 28), np.float32))
    store.put_artifact(run.id, MODEL, b"PK")
    with pytest.raises(DataError, match="damaged"):
        probabilities(store.url, run.id, 1.0, np.zeros((1, 28, 28), np.float32))
