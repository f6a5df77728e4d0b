"""A run on any page: while it lives, where it is and the buttons that steer it; then how it went."""

import math

import streamlit as st

from core.analysis.evaluate import wilson
from core.figures.curves import curves
from core.runs.records import History, Results, Run
from core.runs.status import Command, RunStatus
from pages._shared.live_chart import live_chart
from pages._shared.services import plain_errors, store
from pages._shared.words import STAGES, duration, escape, percent, status_badge

TICK = 1.0
"""Seconds between two looks at a living run."""


def run_panel(run: Run) -> None:
    """Draw a run, once a second while it lives; when it ends, the page starts over."""
    st.fragment(_panel, run_every=TICK if run.is_live else None)(run.id, run.is_live)


def _panel(run_id: str, was_live: bool) -> None:
    with plain_errors():
        run = store().get(run_id)
        history = store().history(run_id)
    if was_live and not run.is_live:
        st.rerun()
    _header(run)
    if run.status is RunStatus.SCHEDULED:
        _queue(run)
    elif run.is_live:
        _progress(run)
    if run.message:
        (st.error if run.status in BAD else st.info)(run.message)
    _metrics(_live_numbers(run, history) if run.is_live else _final_numbers(run))
    if run.results:
        _small_print(run, run.results)
    _curves(run, history)


BAD = {RunStatus.DIVERGED, RunStatus.FAILED, RunStatus.INTERRUPTED}


def _header(run: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"#### {escape(run.name)} &nbsp; {status_badge(run.status)}", width="stretch")
        if run.status is RunStatus.PAUSED:
            _button(run, "Resume", "play_arrow", Command.RUN)
        elif run.status is RunStatus.RUNNING:
            _button(run, "Pause", "pause", Command.PAUSE)
        if not run.status.is_finished():
            _button(run, "Stop", "stop", Command.STOP)


def _button(run: Run, label: str, icon: str, command: Command) -> None:
    asked = run.command is command and command is not Command.RUN
    st.button(
        f"{label}…" if asked else label,
        icon=f":material/{icon}:",
        key=f"{command}.{run.id}",
        help="Ends the training and keeps its best weights." if command is Command.STOP else None,
        disabled=asked,
        on_click=_ask,
        args=(run.id, command),
    )


def _ask(run_id: str, command: Command) -> None:
    with plain_errors():
        store().ask(run_id, command)


def _queue(run: Run) -> None:
    before = sum(other.is_live and other.created_at < run.created_at for other in store().runs())
    runs = "run" if before == 1 else "runs"
    st.info(
        f"Waiting for a worker: {before} {runs} before this one." if before else "Waiting for a worker …",
        icon=":material/hourglass_top:",
    )


def _progress(run: Run) -> None:
    now = run.progress
    text = f"Epoch {now.epoch} of {run.spec.epochs}" if now.epoch else STAGES[now.stage]
    if now.stage in ("validating", "measuring"):
        text += f" · {STAGES[now.stage]}"
    batches_done = now.batch / now.batches if now.batches else 0
    done = run.spec.epochs if now.stage == "measuring" else max(0, now.epoch - 1) + batches_done
    left, right = st.columns(2)
    left.progress(min(1.0, done / run.spec.epochs), text)
    right.progress(min(1.0, batches_done), f"Batch {now.batch:,} of {now.batches:,}")


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
    st.caption(
        f"95 % intervals: validation {validation} on {results.val_images:,} images, test {test} on "
        f"{results.test_images:,} images that were never trained or tuned on. Weights of epoch "
        f"{results.best_epoch}, the best on the validation images. {run.parameters:,} parameters, "
        f"{duration(run.progress.seconds)} of training."
    )


def interval(accuracy: float, images: int) -> str:
    """Return the 95 % Wilson interval of an accuracy, in percent."""
    low, high = wilson(accuracy, images)
    return f"{100 * low:.2f} – {100 * high:.2f} %"


def _curves(run: Run, history: History) -> None:
    batches = max(1, run.progress.batches)
    for column, metric in zip(st.columns(2), ("loss", "accuracy"), strict=True):
        with column:
            figure = curves(history, metric, batches)
            live_chart(figure, f"{metric}.{run.id}", f"{metric} of {run.name} by epoch")
