"""What a sweep has found: the best run, all of them in their order, and what the settings do."""

from collections.abc import Sequence

import streamlit as st

from core.analysis.intervals import interval
from core.figures.sweep import ROOM, importance_figure, progress_figure, slice_figure, values_text
from core.figures.sweep_lines import lines_figure
from core.sweeps.search import BEFORE_IMPORTANCE, importance, missing_for_importance
from core.sweeps.space import Parameter
from core.sweeps.trials import Trial, best_first
from core.words import count, so_many
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.run_picker import MOST_COMPARED
from pages.shared.words import escape
from pages.sweep.seen import Seen


def best(now: Seen) -> None:
    """Draw the best run so far and what it is worth."""
    ranked = best_first(now.sweep, now.known)
    if not ranked:
        return
    with st.container(border=True):
        with st.container(horizontal=True, gap="small"):
            for label, value in _numbers(now, ranked[0]).items():
                st.metric(label, value, width="stretch")
        st.markdown(f"**The best:** {escape(values_text(ranked[0], now.sweep.labels))}")
        _ways(ranked)
    if len(ranked) > 1:
        st.caption(
            f"The best of {len(ranked)} runs was chosen on the same {ranked[0].images or 0:,} validation "
            "images, so part of its lead is luck. The honest number is its test accuracy, on images that "
            "took no part in the choice: open the run you choose to see it."
        )


def _numbers(now: Seen, first: Trial) -> dict[str, str]:
    """Return what the best run came to, by what each number is."""
    accuracy = "–" if first.accuracy is None else f"{first.accuracy:.2%}"
    sure = interval(first.accuracy, first.images) if first.accuracy is not None and first.images else "–"
    numbers = {"Validation accuracy": accuracy, "95% interval": sure, "Found in run": str(first.number)}
    if now.sweep.objective == "loss" and first.score is not None:
        return {"Validation loss": f"{first.score:.4f}"} | numbers
    return numbers


def _ways(ranked: Sequence[Trial]) -> None:
    """Draw the links to the best run and to a comparison of the best ones."""
    with st.container(horizontal=True, vertical_alignment="center"):
        query = {"run": ranked[0].run_id}
        icon = ":material/insights:"
        st.page_link("results/page.py", label="Open this run", icon=icon, query_params=query)
        top = [trial.run_id for trial in ranked[:MOST_COMPARED]]
        if len(top) > 1:
            label, icon = f"Compare the best {len(top)}", ":material/compare_arrows:"
            query = {"compare": ",".join(top)}
            st.page_link("compare/page.py", label=label, icon=icon, query_params=query)


def progress(now: Seen) -> None:
    """Draw the score of each run in the order in which they were tried."""
    if not any(trial.score is not None for trial in now.known):
        return
    text = "Only the better half of the runs, so that small differences show."
    close_up = st.toggle("Close-up", key=f"sweep.close-up.{now.group.id}", help=text)
    most = _at_most(now, ROOM) if now.goes_on else 1
    figure = drawn(progress_figure, now.known, now.sweep.labels, now.sweep.objective, close_up, most)
    told = f"validation {now.sweep.objective} of the runs of the sweep"
    chart(figure, f"sweep.progress.{now.group.id}", told)


def _at_most(now: Seen, most: int) -> int:
    """Return how many runs a sweep may come to, `most` where it is more or has no end."""
    return min(now.sweep.runs or most, now.sweep.combinations or most, most)


def importances(now: Seen) -> None:
    """Draw how much each setting matters, or say how many runs that takes."""
    if len(now.sweep.parameters) < 2:
        return
    if missing := missing_for_importance(now.known):
        st.caption(_too_few(now, missing))
    elif shares := importance(now.sweep, now.known):
        figure = importance_figure(shares, now.sweep.labels)
        chart(figure, f"sweep.importance.{now.group.id}", "importance of each setting")
        st.caption(
            "How much each setting decides whether a run is among the best quarter. With few runs this is "
            "rough, and it holds for the ranges of this sweep only."
        )


def _too_few(now: Seen, missing: int) -> str:
    most = _at_most(now, BEFORE_IMPORTANCE)
    if now.goes_on and most < BEFORE_IMPORTANCE:
        return (
            f"How much each setting matters can be said from {BEFORE_IMPORTANCE} runs on that finished; this "
            f"sweep has at most {most}."
        )
    if now.goes_on:
        return f"How much each setting matters can be said after {so_many(missing, 'more finished run')}."
    finished = count(BEFORE_IMPORTANCE - missing, "run")
    return (
        f"How much each setting matters can be said from {BEFORE_IMPORTANCE} runs on that finished; "
        f"of this sweep {finished} did."
    )


def lines(now: Seen, height: int = 380) -> None:
    """Draw each run as a line across the settings and its score."""
    sweep, ranked = now.sweep, best_first(now.sweep, now.known)
    figure = drawn(lines_figure, ranked, sweep.parameters, sweep.labels, sweep.objective, height)
    chart(figure, f"sweep.lines.{now.group.id}", "one line for each run across the settings")
    st.caption("Point at a run to follow it. Green: the best. The bluer, the better.")


def against(now: Seen, parameters: Sequence[Parameter], height: int = 300) -> None:
    """Draw the scores against each of these settings, two side by side."""
    columns = st.columns(2)
    for place, parameter in enumerate(parameters):
        label = now.sweep.labels[parameter.path]
        with columns[place % 2]:
            figure = drawn(slice_figure, now.known, parameter, label, now.sweep.objective, height)
            key = f"sweep.slice.{parameter.path}.{now.group.id}"
            chart(figure, key, f"validation {now.sweep.objective} against {label}")
    st.caption("Each mark is a run. Green: the best. The darker, the later. A cross: it ended early.")
