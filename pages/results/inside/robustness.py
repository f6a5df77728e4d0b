"""How far runs can be trusted with images that are not like those they learned from."""

import pandas as pd
import streamlit as st

from core.analysis.intervals import with_interval
from core.data.disturb import DISTURBANCES
from core.figures.overlay import looks
from core.figures.robustness import Endurance, robustness_figure
from core.runs.artifacts import MODEL
from core.runs.names import run_names
from core.runs.records import Run
from pages.results.inside.asked import read_right
from pages.shared.asking import of
from pages.shared.chart import chart
from pages.shared.choice import one_of
from pages.shared.drawn import drawn
from pages.shared.known_runs import known_runs
from pages.shared.run_picker import labels
from pages.shared.services import plain_errors, store
from pages.shared.table import grid
from pages.shared.visitor import may_preselect
from pages.shared.words import escape

IMAGES, MOST_RUNS = 500, 4


def robustness(run: Run) -> None:
    """Draw accuracy against one kind of disturbance, for this run and others."""
    with plain_errors(go_on=True):
        kind = one_of(
            "Disturbed by",
            list(DISTURBANCES),
            default="rotation",
            format_func=str.capitalize,
            key="disturbed",
        )
        runs = [run, *_others(run)]
        measured = _measured(runs, str(kind))
        disturbance = DISTURBANCES[str(kind)]
        figure = drawn(robustness_figure, measured, disturbance.name)
        chart(figure, "robust", _told(measured, disturbance.name))
        _table(measured, disturbance.name)
        st.caption(
            f"The first {IMAGES} test images, on which nothing was trained or tuned; bars are 95% "
            "intervals. **What to see:** a network trained with augmentation holds out longer where it "
            "was augmented, and not elsewhere. Add a run with and one without."
        )


def _others(run: Run) -> list[Run]:
    """Draw the choice of runs to compare with; by default the best one that differs in augmentation."""
    ended = [r for r in known_runs() if r.results and r.id != run.id]
    ended.sort(key=lambda r: -(r.results.val_accuracy if r.results else 0))
    other = not run.spec.augmentation.is_on
    unlike = [r for r in ended if r.spec.augmentation.is_on == other and may_preselect(r)][:1]
    shown = labels(ended, lambda r: " · augmented" if r.spec.augmentation.is_on else "")
    return st.multiselect(
        "Compare with",
        ended,
        default=unlike,
        format_func=lambda r: shown[r.id],
        max_selections=MOST_RUNS,
        key=f"robust.others.{run.id}",
    )


def _measured(runs: list[Run], kind: str) -> list[Endurance]:
    """Ask each run at each amount, with progress; what was asked before is known."""
    amounts, look = DISTURBANCES[kind].amounts, looks(runs)
    bar = st.progress(0.0, "Asking the networks")
    found = []
    for place, (run, name) in enumerate(zip(runs, run_names(runs, [DISTURBANCES[kind].name]), strict=True)):
        if MODEL not in store().artifact_names(run.id):
            st.info(f"The model of “{escape(name)}” is not there.")
            continue
        with plain_errors(go_on=True):  # a damaged model takes no other run with it
            right = []
            for step, amount in enumerate(amounts):
                done = (place * len(amounts) + step) / (len(runs) * len(amounts))
                bar.progress(done, f"Asking {escape(name)} at {amount:g}")
                right.append(read_right(of(run), IMAGES, kind, float(amount)))
            found.append(Endurance(run.id, name, look[run.id], amounts, tuple(right), IMAGES))
    bar.empty()
    return found


def _table(measured: list[Endurance], unit: str) -> None:
    table = pd.DataFrame({unit: measured[0].amounts if measured else ()})
    for one in measured:
        table[one.name] = [with_interval(right / one.images, one.images) for right in one.right]
    with st.expander("As a table"):
        grid(table, height="content")


def _told(measured: list[Endurance], unit: str) -> str:
    worst = "; ".join(f"{one.name}: lowest {min(one.right) / one.images:.0%}" for one in measured)
    return f"Accuracy against {unit}. {worst}"
