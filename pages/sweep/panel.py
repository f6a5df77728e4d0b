"""A sweep while it goes on and afterwards: the best so far, its runs, and which setting matters."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.analysis.intervals import interval
from core.errors import StoreError
from core.figures.sweep import importance_figure, progress_figure, slice_figure, values_text
from core.figures.sweep_lines import lines_figure
from core.runs.leases import SILENCE
from core.runs.records import Group
from core.runs.watch import Watch
from core.sweeps.budget import counted, minutes
from core.sweeps.paths import Value
from core.sweeps.saved import definition, stop
from core.sweeps.search import importance, missing_for_importance
from core.sweeps.settings import shown
from core.sweeps.space import Sweep
from core.sweeps.trials import Trial, best_first, trials
from core.words import duration
from pages.shared.bell import sweep_bell
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.run_picker import MOST_COMPARED
from pages.shared.services import plain_errors, store
from pages.shared.share import copy_link
from pages.shared.viewers import live_part
from pages.shared.visitor import may_change
from pages.shared.words import escape

TICK = 1.0
"""Seconds between two looks at a sweep that goes on."""
_heartbeats = Watch()
_COLORS = {"running": "blue", "finished": "green", "stopped": "violet"}


def sweep_panel(group: Group) -> None:
    """Draw a sweep, once a second while it goes on; when it ends, the page starts over."""
    with plain_errors():
        living = group.status == "running" or any(run.is_live for run in store().runs(group.id))
    live_part(_panel, TICK if living else None)(group.id, living)


def _panel(group_id: str, living: bool) -> None:
    with plain_errors():
        group = store().group(group_id)
        sweep = definition(group)
        runs = store().runs(group_id)
        epochs = {run.id: store().history(run.id, max_points=1).epochs for run in runs if run.is_live}
    known = trials(sweep, runs, epochs)
    if living and group.status != "running" and not epochs:
        st.rerun()
    # The slots are always the same, so that the charts are never mounted anew, also not at the end.
    slots = [st.container() for _ in range(6)]
    with slots[0]:
        _header(group)
    with slots[1]:
        _state(group, sweep, known)
    with slots[2]:
        _best(sweep, known)
    with slots[3]:
        _progress(group_id, sweep, known)
    with slots[4]:
        _table(sweep, known)
    with slots[5]:
        _settings(group_id, sweep, known)
    share = _share(sweep, [trial for trial in known if not trial.is_live])
    sweep_bell(group, runs, group.status == "running" or bool(epochs), share)


def _header(group: Group) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        badge = f":{_COLORS.get(group.status, 'gray')}-badge[{group.status}]"
        st.markdown(f"#### {escape(group.name)} &nbsp; {badge}", width="stretch")
        copy_link("sweep")
        if group.status == "running" and may_change(group):
            text = "Begins no run any more and stops the one under way, whose weights are kept."
            st.button("Stop", icon=":material/stop:", help=text, on_click=_stop, args=(group.id,))
    if group.message:
        st.info(escape(group.message))


def _stop(group_id: str) -> None:
    try:
        stop(store(), group_id)
    except StoreError as error:
        st.toast(escape(str(error)), icon=":material/error:")


def _state(group: Group, sweep: Sweep, known: Sequence[Trial]) -> None:
    """Say how far the sweep is and what it does just now."""
    if group.status != "running":
        return
    ended = [trial for trial in known if not trial.is_live]
    words = f"{counted(ended)} of {sweep.runs} runs" if sweep.runs else f"{counted(ended)} runs"
    if sweep.minutes:
        words += f" · {minutes(ended):.1f} of {sweep.minutes:g} minutes"
    st.progress(_share(sweep, ended), words)
    for trial in known:
        if trial.is_live:
            doing = (
                "waits for its turn"
                if trial.state == "waiting"
                else f"{trial.state}, {_epochs(trial)} epochs"
            )
            st.caption(f"Run {trial.number}, {doing}: {escape(values_text(trial, sweep.labels))}")
    if _heartbeats.silent({group.id: group.heartbeat_at}, 2 * SILENCE):
        st.info(
            "No server looks after this sweep just now; it goes on when one does.", icon=":material/info:"
        )


def _share(sweep: Sweep, ended: Sequence[Trial]) -> float:
    """Return which share of a sweep's runs or minutes is used up."""
    shares = [counted(ended) / sweep.runs] if sweep.runs else []
    shares += [minutes(ended) / sweep.minutes] if sweep.minutes else []
    return min(1.0, max(shares))


def _best(sweep: Sweep, known: Sequence[Trial]) -> None:
    """Draw the best run so far and what it is worth."""
    ranked = best_first(sweep, known)
    if not ranked:
        return
    best = ranked[0]
    with st.container(border=True):
        accuracy = "–" if best.accuracy is None else f"{best.accuracy:.2%}"
        images = best.images or 0
        sure = interval(best.accuracy, images) if best.accuracy is not None and images else "–"
        numbers = {"Validation accuracy": accuracy, "95% interval": sure, "Found in run": str(best.number)}
        if sweep.objective == "loss" and best.score is not None:
            numbers = {"Validation loss": f"{best.score:.4f}"} | numbers
        with st.container(horizontal=True, gap="small"):
            for label, value in numbers.items():
                st.metric(label, value, width="stretch")
        st.markdown(f"**The best:** {escape(values_text(best, sweep.labels))}")
        with st.container(horizontal=True, vertical_alignment="center"):
            query = {"run": best.run_id}
            st.page_link(
                "results/page.py", label="Open this run", icon=":material/insights:", query_params=query
            )
            top = [trial.run_id for trial in ranked[:MOST_COMPARED]]
            if len(top) > 1:
                query = {"compare": ",".join(top)}
                label = f"Compare the best {len(top)}"
                st.page_link(
                    "compare/page.py", label=label, icon=":material/compare_arrows:", query_params=query
                )
    if len(ranked) > 1:
        st.caption(
            f"The best of {len(ranked)} runs was chosen on the same {images:,} validation images, so part of "
            "its lead is luck. The honest number is its test accuracy, on images that took no part in the "
            "choice: open the run you choose to see it."
        )


def _progress(group_id: str, sweep: Sweep, known: Sequence[Trial]) -> None:
    if not any(trial.score is not None for trial in known):
        return
    text = "Only the better half of the runs, so that small differences show."
    close_up = st.toggle("Close-up", key=f"sweep.close-up.{group_id}", help=text)
    figure = drawn(progress_figure, known, sweep.labels, sweep.objective, close_up)
    chart(figure, f"sweep.progress.{group_id}", f"validation {sweep.objective} of the runs of the sweep")


def _table(sweep: Sweep, known: Sequence[Trial]) -> None:
    """Draw all runs, those under way first, then the best first."""
    if not known:
        return
    ranked = best_first(sweep, known)
    rest = [trial for trial in known if trial not in ranked]
    table = pd.DataFrame([_row(trial, sweep) for trial in [*rest, *ranked]])
    numbers = [label for label in sweep.labels.values() if pd.api.types.is_float_dtype(table[label])]
    st.dataframe(
        table,
        hide_index=True,
        placeholder="–",
        column_config={
            "run": st.column_config.NumberColumn(width="small", pinned=True),
            # Without it 0.00001 would read 0.0000.
            **{label: st.column_config.NumberColumn(format="%.4g") for label in numbers},
            "validation loss": st.column_config.NumberColumn(format="%.4f"),
            "validation accuracy": st.column_config.NumberColumn(format="%.2f%%"),
            "results": st.column_config.LinkColumn(display_text="open", help="Opens in a new tab."),
        },
    )


def _row(trial: Trial, sweep: Sweep) -> dict[str, object]:
    accuracy, images = trial.accuracy, trial.images
    values = {label: _cell(trial.values.get(path)) for path, label in sweep.labels.items()}
    return (
        {"run": trial.number}
        | values
        | ({"validation loss": trial.score} if sweep.objective == "loss" else {})
        | {
            "validation accuracy": None if accuracy is None else 100 * accuracy,
            "95% interval": interval(accuracy, images) if accuracy is not None and images else None,
            "epochs": _epochs(trial),
            "time": duration(trial.seconds) if trial.seconds else None,
            "status": trial.state,
            "results": f"results?run={trial.run_id}",
        }
    )


def _cell(value: Value | None) -> Value | None:
    return shown(value) if isinstance(value, str) else value


def _epochs(trial: Trial) -> str:
    return f"{trial.epochs} of {trial.planned}"


def _settings(group_id: str, sweep: Sweep, known: Sequence[Trial]) -> None:
    """Draw how the score goes with each setting, and which of them matters."""
    if sum(trial.score is not None and not trial.is_live for trial in known) < 2:
        return
    st.subheader("What the settings do")
    with st.container():
        _importance(group_id, sweep, known)
    figure = drawn(lines_figure, best_first(sweep, known), sweep.parameters, sweep.labels, sweep.objective)
    chart(figure, f"sweep.lines.{group_id}", "one line for each run across the settings")
    st.caption("Point at a run to follow it. Green: the best. The bluer, the better.")
    labels, columns = sweep.labels, st.columns(2)
    for place, parameter in enumerate(sweep.parameters):
        label = labels[parameter.path]
        with columns[place % 2]:
            figure = drawn(slice_figure, known, parameter, label, sweep.objective)
            key = f"sweep.slice.{parameter.path}.{group_id}"
            chart(figure, key, f"validation {sweep.objective} against {label}")


def _importance(group_id: str, sweep: Sweep, known: Sequence[Trial]) -> None:
    if len(sweep.parameters) < 2:
        return
    if missing := missing_for_importance(known):
        st.caption(f"How much each setting matters can be said after {missing} more finished runs.")
    elif shares := importance(sweep, known):
        figure = importance_figure(shares, sweep.labels)
        chart(figure, f"sweep.importance.{group_id}", "importance of each setting")
        st.caption(
            "How much each setting decides whether a run is among the best quarter. With few runs this is "
            "rough, and it holds for the ranges of this sweep only."
        )
