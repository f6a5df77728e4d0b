"""A run on any page: while it lives, where it is and the buttons that steer it; then how it went."""

import math
import time
from collections.abc import Callable

import streamlit as st

from core.analysis.intervals import interval
from core.errors import StoreError
from core.figures.curves import METRICS
from core.runs.estimate import waits
from core.runs.kept import kept_at_stop, kept_weights
from core.runs.records import History, Results, Run
from core.runs.status import Command, RunStatus
from core.words import duration, percent
from pages.shared.bell import bell
from pages.shared.chart import chart
from pages.shared.diagnosis import diagnosis
from pages.shared.layer_by_layer import layer_by_layer, vitals
from pages.shared.run_curves import Seen, seen
from pages.shared.services import plain_errors, store
from pages.shared.viewers import live_part, spaced
from pages.shared.visitor import may_change
from pages.shared.words import STAGES, escape, status_badge

TICK = 1.0
"""Seconds between two looks at a living run."""
SLEEP_TICK = 10.0
"""The same for one whose worker was not heard of."""
FIRST_TICK, FRESH = 0.3, 10.0
"""The same until its first batch is done, at most for ten seconds: the first points are seen soon."""
LOOK = 0.02
"""Seconds between two questions to the store while such a look waits for that batch, until the next look."""


def run_panel(run: Run, charts_first: bool = False) -> None:
    """Draw a run, sooner or later anew while it lives; when it ends, the page starts over.

    Args:
        charts_first: whether the curves stand above the numbers, where a run is watched rather than read.
    """
    live_part(_panel, _tick(run))(run.id, _stands(run), charts_first)


def _stands(run: Run) -> tuple[bool, bool]:
    """Return what the page around a run depends on: whether it lives, and whether it may come back."""
    return run.is_live, run.status is RunStatus.INTERRUPTED


def _tick(run: Run) -> float | None:
    """Return the seconds until the next look: fewer for a fresh run, None when it has ended.

    An interrupted run may only have been asleep, with the computer it runs on.
    """
    if not run.is_live:
        return SLEEP_TICK if run.status is RunStatus.INTERRUPTED else None
    return FIRST_TICK if _begins(run) else TICK


def _begins(run: Run) -> bool:
    """Return whether a fresh run's first batch is to come."""
    return abs(time.time() - run.created_at) < FRESH and not run.progress.batches


def _met(run_id: str) -> Run:
    """Return a run; one that a worker has just begun, as soon as its first batch is done, or in a moment.

    To ask the store costs a hundredth of what it costs to draw a run anew.
    """
    until = time.monotonic() + FIRST_TICK
    while True:
        run = store().get(run_id)
        if run.status is not RunStatus.RUNNING or not _begins(run) or time.monotonic() > until:
            return run
        time.sleep(spaced(LOOK))


def _panel(run_id: str, stood: tuple[bool, bool], charts_first: bool) -> float | None:
    with plain_errors():
        run = _met(run_id)
        now = seen(run)
    _header(run)
    # The slots are always the same, so that the charts are never mounted anew, also not at the end.
    status, first, second = st.container(), st.container(), st.container()
    charts, numbers = (first, second) if charts_first else (second, first)
    with status:
        _status(run)
    with charts:
        _curves(run, now)
        diagnosis(run, now.findings)
        if _wants_layers(run):
            layer_by_layer(run)
    with numbers:
        _metrics(_live_numbers(run, now.history) if run.is_live else _final_numbers(run))
        if run.results:
            _small_print(run, run.results)
    bell(run, _epochs_done(run) / run.spec.epochs)
    if stood != _stands(run):
        st.rerun()
    return _tick(run)


def _status(run: Run) -> None:
    if run.waits and not run.message:  # which says what else it waits for
        _queue(run)
    elif run.is_live:
        _progress(run)
    if run.doubt:
        st.warning(escape(run.doubt), icon=":material/help:")
    if run.message:
        (st.error if run.status in BAD else st.info)(escape(run.message))


BAD = {RunStatus.DIVERGED, RunStatus.FAILED, RunStatus.INTERRUPTED}


def _header(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        mine = may_change(run)
        foreign = "" if mine else " :gray-badge[:material/visibility: read-only]"
        text = None if mine else "Started in another browser: look at it, share it, train it changed."
        if run.is_bundled:
            foreign += " :gray-badge[:material/inventory_2: came along]"
            text = "Came along with the app: look at it, compare with it, train it changed."
        elif run.imported_at is not None:
            foreign += " :gray-badge[:material/upload: imported]"
            text = text and "Imported in another browser: look at it, share it, train it changed."
        name = f"#### {escape(run.name)} &nbsp; {status_badge(run.status)}{foreign}"
        st.markdown(name, width="stretch", help=text)
        if not mine:
            return
        with st.container(horizontal=True, width="content", gap="small"):
            if run.status is RunStatus.PAUSED:
                _button(run, "Resume", "play_arrow", Command.RUN)
            elif run.status is RunStatus.RUNNING:
                _button(run, "Pause", "pause", Command.PAUSE)
            if not run.status.is_finished():
                _button(run, "Stop", "stop", Command.STOP)
            if run.status is RunStatus.INTERRUPTED and store().can_resume(run.id):
                st.button(
                    "Resume",
                    icon=":material/play_arrow:",
                    key=f"resume.{run.id}",
                    help="Goes on from the last checkpoint, with the same numbers as without a break.",
                    on_click=_tell,
                    args=(store().resume, run.id),
                )


def _button(run: Run, label: str, icon: str, command: Command) -> None:
    asked = run.command is command and command is not Command.RUN
    st.button(
        f"{label}…" if asked else label,
        icon=f":material/{icon}:",
        key=f"{command}.{run.id}",
        help=f"Ends the training; {kept_at_stop(run.spec)} are kept." if command is Command.STOP else None,
        disabled=asked,
        on_click=_tell,
        args=(store().ask, run.id, command),
    )


def _tell(action: Callable[..., object], *args: object) -> None:
    """Tell the store what the owner wants; what it refuses is said, and the page stays."""
    try:
        action(*args)
    except StoreError as error:
        st.toast(escape(str(error)), icon=":material/error:")


def _queue(run: Run) -> None:
    """Say which place in the queue this run has, when it may begin, and what goes before it."""
    workers, places = _places(store().url)
    place, seconds = places.get(run.id, (1, None))
    if workers == 0:
        told = (
            "There is no worker at the moment, for which the server's log has the reason: the run begins by "
            "itself as soon as there is one."
        )
        st.warning(told, icon=":material/hourglass_top:")
    elif place == 1 and not seconds and run.status is RunStatus.STOPPED:
        st.info("What it had learned is measured in a moment …", icon=":material/hourglass_top:")
    elif place == 1 and not seconds:  # as it will look in a moment
        _progress(run)
    else:
        when = "" if seconds is None else f", in about {duration(_rounded(seconds))}"
        told = f"Waiting for its turn: number {place} in the queue{when}."
        fair = "People take turns: a first run of somebody goes before further ones of others."
        st.info(told, icon=":material/hourglass_top:")
        st.caption(fair)


@st.cache_data(ttl=1.0, show_spinner=False)
def _places(url: str) -> tuple[int | None, dict[str, tuple[int, float | None]]]:
    """Return how many workers there are, and the places of the runs that wait: one look for all visitors."""
    queue = store().queue()
    return queue.workers, waits(queue, store().runs())


def _rounded(seconds: float) -> float:
    """Return an estimate without the digits that it does not have."""
    step = 5 if seconds < 60 else 30 if seconds < 600 else 60
    return max(step, step * round(seconds / step))


def _progress(run: Run) -> None:
    now = run.progress
    text = f"Epoch {now.epoch} of {run.spec.epochs}" if now.epoch else STAGES[now.stage]
    if now.stage in ("validating", "measuring"):
        text += f" · {STAGES[now.stage]}"
    left, right = st.columns(2)
    left.progress(min(1.0, _epochs_done(run) / run.spec.epochs), text)
    right.progress(min(1.0, _batches_done(run)), f"Batch {now.batch:,} of {now.batches:,}")


def _batches_done(run: Run) -> float:
    """Return which share of the batches of the epoch under way is done."""
    return run.progress.batch / run.progress.batches if run.progress.batches else 0.0


def _epochs_done(run: Run) -> float:
    if run.progress.stage == "measuring":
        return run.spec.epochs
    return max(0, run.progress.epoch - 1) + _batches_done(run)


def _live_numbers(run: Run, history: History) -> dict[str, str]:
    now = run.progress
    return {
        "Images per second": f"{now.images_per_second:,.0f}" if now.images_per_second else "–",
        "Time so far": duration(now.seconds),
        "Time left": "–" if now.seconds_left is None else duration(now.seconds_left),
        "Validation accuracy": percent(history.epochs[-1].val_accuracy if history.epochs else math.nan),
    }


def _final_numbers(run: Run) -> dict[str, str]:
    if run.results is None:
        return {"Training time": duration(run.progress.seconds), "Parameters": f"{run.parameters:,}"}
    return {
        "Validation accuracy": f"{run.results.val_accuracy:.2%}",
        "Test accuracy": f"{run.results.test_accuracy:.2%}",
        "Validation loss": f"{run.results.val_loss:.4f}",
        "Test loss": f"{run.results.test_loss:.4f}",
    }


def _metrics(numbers: dict[str, str]) -> None:
    with st.container(horizontal=True, gap="small"):
        for label, value in numbers.items():
            st.metric(label, value, border=True, width="stretch")


def _small_print(run: Run, results: Results) -> None:
    """Say how sure the accuracies are, which weights they belong to, and what they cost."""
    validation = interval(results.val_accuracy, results.val_images)
    test = interval(results.test_accuracy, results.test_images)
    weights = "Averaged weights" if run.spec.weight_averaging else "Weights"
    st.caption(
        f"95% intervals: validation {validation} on {results.val_images:,} images, test {test} on "
        f"{results.test_images:,} images that were never trained or tuned on. {weights} of "
        f"{kept_weights(run)}. {run.parameters:,} parameters, {duration(run.progress.seconds)} of training."
    )


def _wants_layers(run: Run) -> bool:
    """Offer the layers where nothing else does: an ended run with results has them under Inside."""
    if run.results or not (run.is_live or vitals(run)):
        return False
    text = "Gradients, updates, weights and dead units of each layer, step by step."
    return st.toggle("Layer by layer", key=f"layers.{run.id}", help=text)


def _curves(run: Run, now: Seen) -> None:
    """Draw the curves and the switches above them."""
    history = now.history
    if not run.is_live and not history.epochs and not len(history.steps.step):
        st.caption("No curves: it ended before its first batch.")
        return
    last = history.epochs[-1].epoch if history.epochs else 1
    epochs = run.spec.epochs if run.is_live else last
    with st.container(horizontal=True, gap="medium"):
        log = st.toggle("Logarithmic loss", key=f"log.{run.id}")
        text = "Only the range of the later validation values, so that small differences show."
        close_up = st.toggle("Close-up", key=f"close-up.{run.id}", help=text)
    for column, metric in zip(st.columns(2), METRICS, strict=True):
        with column:
            figure = now.curve(metric, epochs, log=log, close_up=close_up)
            chart(figure, f"{metric}.{run.id}", f"{metric} of {run.name} by epoch")
