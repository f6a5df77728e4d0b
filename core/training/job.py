"""A worker's whole story with one run: hold it, train, measure the kept weights, keep the results."""

import logging
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.film import from_bytes as film_of
from core.analysis.frames import Frame, is_kept
from core.analysis.frames import from_bytes as frames_of
from core.analysis.origin import origin_of
from core.analysis.predictions import Predictions
from core.analysis.vitals import Vitals
from core.data import mnist
from core.data.dataset import Dataset
from core.data.prepare import Prepared, normalise, prepare, split
from core.errors import SpecError, StoreError, UserError
from core.journal import about_run
from core.model.build import model_bytes
from core.model.precision import can_compute_in, check_precision
from core.model.specs import RunSpec
from core.runs.artifacts import CHECKPOINT, FILM, FRAMES, MODEL, TEST, TRACEBACK, UNITS, VALIDATION, VITALS
from core.runs.lineage import CONTINUABLE
from core.runs.lives import TakenOverError
from core.runs.mirrors import tracking_uri
from core.runs.pools import MNIST, load_pool
from core.runs.records import Results, Run
from core.runs.rows import new_id
from core.runs.status import RunStatus
from core.runs.store import RunStore
from core.training.answers import BATCH, predict
from core.training.beside import Beside
from core.training.checkpoint import reached
from core.training.environment import environment
from core.training.fit import Fitted, fit
from core.training.frames import film, take
from core.training.guard import Guard
from core.training.reporter import GivenBack, Reporter
from core.training.units import measure_units

log = logging.getLogger(__name__)

HEARTBEAT = 2.0
"""Seconds between two signs of life."""
ELSEWHERE = (
    "Waits for a worker whose processor multiplies in bfloat16 (AVX512-BF16 or AMX): the last one that was "
    "free does not. Where there is none, stop it and train it again in float32."
)
UNMEASURED = "Stopped before it had kept the weights of an epoch: there are none that could be measured."
_PIECE = 8 * BATCH
"""Images that are asked about at once."""


def run_next(store: RunStore, holder: str, end: Callable[[], object] | None = None) -> bool:
    """Carry out the run whose turn it is, from its checkpoint on; return whether one waited for this worker.

    Whatever happens, the store says how it ended, unless another worker has taken it over. A run in a
    precision that the processor here would have to emulate is left to a worker elsewhere.

    Args:
        end: ends this process, where a stop need not wait for the end of a batch (`guard`).
    """
    run = store.claim_next(holder, environment(), _unfit)
    if run is not None:
        _carry_out(store, run, holder, lets_go=True, end=end)
    return run is not None


def _unfit(run: Run) -> str:
    """Return why a run has to wait for another worker, or nothing."""
    if run.status is RunStatus.STOPPED:  # of that one only the measuring is left, in float32
        return ""
    try:
        return "" if can_compute_in(run.spec.precision) else ELSEWHERE
    except SpecError:  # it says so itself when it fails; others are not held up by it
        return ""


def run_job(store: RunStore, run_id: str) -> None:
    """Do the same with one run, for whoever has created it; one that was stopped or is held is left alone."""
    holder = store.get(run_id).holder or new_id()
    if store.claim(run_id, environment(), holder):
        _carry_out(store, store.get(run_id), holder, lets_go=False)


def _carry_out(
    store: RunStore, run: Run, holder: str, lets_go: bool, end: Callable[[], object] | None = None
) -> None:
    with about_run(run.id):
        _hold(store, run, holder, lets_go, end)


def _hold(store: RunStore, run: Run, holder: str, lets_go: bool, end: Callable[[], object] | None) -> None:
    if uri := tracking_uri():
        store.want_mirrors([run.id], uri)
    log.info("Run %s has begun", run.id)
    reporter = Reporter(store, run.id, model_bytes, holder, lets_go)
    trains = run.status is not RunStatus.STOPPED  # of that one, only the measuring is left
    guard = Guard(reporter, end) if end and trains else nullcontext()
    try:
        with Heartbeat(store, run.id, holder), guard:
            ending = _ending(store, run, holder, reporter)
        reporter.finish(*ending)
        log.info("Run %s is %s", run.id, ending[0])
    except GivenBack:
        log.info("Run %s is paused and gave its worker back", run.id)
    except TakenOverError:
        log.warning("Run %s was taken over by another worker, or is gone", run.id)


def _ending(
    store: RunStore, run: Run, holder: str, reporter: Reporter
) -> tuple[RunStatus, str, Results | None]:
    """Train and measure a run; return how it ended, a sentence about it and the headline."""
    try:
        return _train_and_measure(store, run, holder, reporter)
    except UserError as error:
        return RunStatus.FAILED, str(error), None
    except (GivenBack, TakenOverError):
        raise
    except Exception as error:
        # The last line of defence of a worker: the whole story is kept beside the short one.
        log.exception("Run %s failed", run.id)
        reporter.keep_if_possible(TRACEBACK, traceback.format_exc().encode())
        return RunStatus.FAILED, short(error), None


def _train_and_measure(
    store: RunStore, run: Run, holder: str, reporter: Reporter
) -> tuple[RunStatus, str, Results | None]:
    spec = run.spec
    if run.status is RunStatus.STOPPED:  # of that one only the measuring is left, in float32
        reporter.begin_where(run.progress)
        if CHECKPOINT not in store.artifact_names(run.id):
            every = run.epoch_ends[-1]  # batch stays; an epoch would be shown whose weights are not there
            reporter.patiently(lambda: store.begin_at(run.id, 0, every, holder))
            return RunStatus.STOPPED, UNMEASURED, None
    else:
        check_precision(spec.precision)
    reporter.on_stage("preparing")
    pool = load_pool(store, spec.data.source)
    data = prepare(pool, spec.data)
    described = _describe(pool, spec, data)
    reporter.patiently(lambda: store.describe_data(run.id, described, holder))
    fitted = fit(spec, data, reporter, _start(store, run, holder, reporter))
    if fitted.checkpoint and fitted.status in CONTINUABLE:
        reporter.keep(CHECKPOINT, fitted.checkpoint.to_bytes())
    if fitted.kept is None:
        return fitted.status, fitted.message, None
    reporter.on_stage("measuring")
    reporter.keep(MODEL, model_bytes(fitted.model))
    results = _measure(reporter, spec, fitted, data)
    _count_units(reporter, spec, fitted, data)
    return fitted.status, fitted.message, results


def _start(store: RunStore, run: Run, holder: str, reporter: Reporter) -> bytes | None:
    """Return the checkpoint that a run goes on from, its own or its parent's, or None.

    The curves go on from there, and so do the frames and what was seen of the layers.
    """
    content = store.artifact(run.id, CHECKPOINT)
    epoch, step = reached(content)
    reporter.patiently(lambda: store.begin_at(run.id, epoch, step, holder))
    if content is not None and (frames := store.artifact(run.id, FRAMES)):
        kept = store.artifact(run.id, FILM)
        begun = film_of(kept).until(epoch, run.spec.epochs) if kept else None
        reporter.begin_with(_until(epoch, frames_of(frames), run.spec.epochs), begun)
    if content is not None and (vitals := Vitals.kept(store.artifact(run.id, VITALS))):
        reporter.begin_with_vitals(vitals.until(step))
    return content


def _until(epoch: int, frames: list[Frame], epochs: int) -> list[Frame]:
    """Return the frames until an epoch, without the one of the kept weights, which an ended run has last."""
    kept: list[Frame] = []
    for frame in frames:
        wanted = frame.epoch <= epoch and is_kept(frame.epoch, epochs)
        if wanted and (not kept or frame.epoch > kept[-1].epoch):
            kept.append(frame)
    return kept


def _measure(reporter: Reporter, spec: RunSpec, fitted: Fitted, data: Prepared) -> Results:
    """Predict validation and test images with the kept weights, keep the predictions, return the headline."""
    assert fitted.kept is not None
    test = mnist.test()
    validation = Predictions(data.val_index, data.val_labels, predict(fitted.model, data.x_val))
    tested = Predictions(np.arange(len(test.images)), test.labels, _answers(fitted.model, test.images))
    reporter.keep(VALIDATION, validation.to_bytes())
    reporter.keep(TEST, tested.to_bytes())
    last = film(fitted.model, spec, data, fitted.kept.epoch)
    reporter.keep_frames(take(fitted.model, fitted.kept.epoch, validation), last)
    return Results(
        best_epoch=fitted.kept.epoch,
        val_loss=validation.loss,
        val_accuracy=validation.accuracy,
        val_images=len(validation.labels),
        test_loss=tested.loss,
        test_accuracy=tested.accuracy,
        test_images=len(tested.labels),
    )


def _answers(model: Any, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return what a model says of images (n, 28, 28), in pieces: as floats they take four times the room."""
    pieces = [images[at : at + _PIECE] for at in range(0, len(images), _PIECE)]
    return np.concatenate([predict(model, normalise(piece)[..., None]) for piece in pieces])


def _count_units(reporter: Reporter, spec: RunSpec, fitted: Fitted, data: Prepared) -> None:
    """Keep how many units are dead; it only explains a run, so nothing it does may fail one."""
    try:
        units = measure_units(spec.layers, fitted.last_weights, fitted.model.get_weights(), data.x_val)
        reporter.keep_if_possible(UNITS, units.to_bytes())
    except Exception:
        log.exception("The dead units could not be counted")


def _describe(pool: Dataset, spec: RunSpec, data: Prepared) -> dict[str, Any]:
    facts = {
        "name": pool.name,
        "fingerprint": pool.fingerprint,
        "training images": len(data.x_train),
        "validation images": len(data.x_val),
    }
    if spec.data.source == MNIST:
        return facts
    return facts | origin_of(pool, *split(pool.labels, spec.data)).facts()


def short(error: Exception) -> str:
    """Return one sentence about why a run failed."""
    first = (str(error).splitlines() or [""])[0][:200]
    if _wants_memory(error):
        return "The memory did not suffice: use fewer filters or units, or a smaller batch."
    return f"The training failed with {type(error).__name__}: {first}"


_OUT_OF_MEMORY = "OOM", "can't start new thread", "Status: 1, message: could not create a primitive"
"""What TensorFlow, Python (for a thread's stack) and oneDNN say where they are refused memory."""


def _wants_memory(error: BaseException | None) -> bool:
    """Return whether memory was wanting, also where that is hidden behind what failed because of it."""
    while error is not None:
        if isinstance(error, MemoryError) or any(word in str(error) for word in _OUT_OF_MEMORY):
            return True
        error = error.__context__
    return False


class Heartbeat(Beside):
    """Tells the store every two seconds, from a thread of its own, that a run's worker lives."""

    def __init__(self, store: RunStore, run_id: str, holder: str) -> None:
        super().__init__(HEARTBEAT, "heartbeat")
        self._store, self._run_id, self._holder = store, run_id, holder

    def _look(self) -> bool:
        try:
            self._store.beat(self._run_id, self._holder)
        except StoreError as error:
            log.warning("No sign of life from run %s: %s", self._run_id, error)
        except TakenOverError:
            return False  # the training learns it by itself, at its next word to the store
        return True
