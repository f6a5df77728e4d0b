"""What somebody waits for: the first point of a training, and what a saved network says of many images."""

import tempfile
import time

import numpy as np

from benchmarks.turns import Row, in_turn
from core.data import mnist
from core.data.prepare import normalise
from core.data.submission import submission_csv
from core.inference.ensemble import ensemble
from core.inference.loading import load_keras
from core.inference.robustness import right_answers
from core.model.presets import PRESETS
from core.runs.artifacts import MODEL
from core.runs.records import Run
from core.runs.status import Command
from core.runs.store import RunStore
from core.training.launcher import Launcher

SUBMITTED, GOAL = 28_000, 1.0
SPEC = PRESETS["quick-start"].spec


def waits() -> list[Row]:
    """Compare what is waited for the first time with the times after it."""
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(f"sqlite:///{folder}/runs.sqlite")
        return [*_first_point(store), *_answers(store)]


def _first_point(store: RunStore) -> list[Row]:
    launcher = Launcher(store)
    try:
        cold, *warm = (_clicked(launcher, store) for _ in range(4))
    finally:
        launcher.close()
    usual = float(np.median(warm))
    return [
        Row("from the click to the first point: cold worker / warm", cold, usual, cold / usual),
        Row("… warm / 1 s", usual, GOAL, usual / GOAL),
    ]


def _clicked(launcher: Launcher, store: RunStore) -> float:
    begin = time.perf_counter()
    run = launcher.launch(SPEC, "measured")
    while not len(store.history(run.id).steps.step):
        time.sleep(0.02)
    took = time.perf_counter() - begin
    store.ask(run.id, Command.STOP)
    while store.get(run.id).results is None:  # its worker measures the best weights
        time.sleep(0.1)
    return took


def _answers(store: RunStore) -> list[Row]:
    load_keras()
    network = _saved(store)
    pool, test = mnist.training(), mnist.test()
    images, few = pool.images[:SUBMITTED], pool.images[:1]

    def submission() -> None:
        submission_csv(ensemble([network], images, 0).argmax(axis=1))

    def answer() -> None:
        ensemble([network], few, 0)

    def robustness() -> None:
        right_answers(*network, normalise(test.images[:2000]), test.labels[:2000], "rotation", 10)

    return [
        in_turn(f"submission: {SUBMITTED:,} images / 1", submission, answer, pairs=5),
        in_turn("a point of a robustness curve, 2,000 images / one answer", robustness, answer),
    ]


def _saved(store: RunStore) -> tuple[str, str, float]:
    from core.model.build import build_model, model_bytes

    run: Run = store.create(SPEC, "measured")
    store.put_artifact(run.id, MODEL, model_bytes(build_model(SPEC.layers)))
    return store.url, run.id, 0.0
