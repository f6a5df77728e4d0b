"""A sweep while it goes on and afterwards: the best so far, its runs, and which setting matters."""

import pandas as pd
import streamlit as st

from core.analysis.intervals import interval
from core.errors import StoreError
from core.runs.records import Group
from core.sweeps.paths import Value
from core.sweeps.saved import stop
from core.sweeps.settings import shown
from core.sweeps.space import Sweep
from core.sweeps.trials import Trial, best_first
from core.words import duration
from pages.shared.bell import sweep_bell
from pages.shared.class_runs import counts_in_class
from pages.shared.present import present_button
from pages.shared.services import store
from pages.shared.share import copy_link
from pages.shared.viewers import live_part
from pages.shared.visitor import may_change
from pages.shared.words import escape
from pages.sweep.charts import against, best, importances, lines, progress
from pages.sweep.fields import put_back
from pages.sweep.picker import open_sweep
from pages.sweep.seen import TICK, Seen, epochs_of, living, seen, state, with_score

_AGAIN = "Opens the editor on them: for other ranges, or for more runs."
_COLORS = {"running": "blue", "finished": "green", "stopped": "violet"}


def sweep_panel(group: Group) -> None:
    """Draw a sweep, once a second while it goes on; when it ends, the page starts over."""
    goes_on = living(group)
    live_part(_panel, TICK if goes_on else None)(group.id, goes_on)


def _panel(group_id: str, was_living: bool) -> None:
    now = seen(group_id, was_living)
    # The slots are always the same, so that the charts are never mounted anew, also not at the end.
    slots = [st.container() for _ in range(6)]
    for slot, draw in zip(slots, (_header, state, _best, progress, _table, _settings), strict=True):
        with slot:
            draw(now)
    sweep_bell(now.group, now.runs, now.goes_on, now.share)


def _header(now: Seen) -> None:
    group = now.group
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        badge = f":{_COLORS.get(group.status, 'gray')}-badge[{group.status}]"
        st.markdown(f"#### {escape(group.name)} &nbsp; {badge}", width="stretch")
        present_button(sweep=group.id)
        copy_link("sweep")
        if group.status == "running" and may_change(group):
            text = "Begins no run any more and stops the one under way, whose weights are kept."
            st.button("Stop", icon=":material/stop:", help=text, on_click=_stop, args=(group.id,))
        if not now.goes_on and st.button("Use these ranges", icon=":material/tune:", help=_AGAIN):
            put_back(group, now.sweep)
            open_sweep("")
            st.rerun()
    if group.message:
        st.info(escape(group.message))


def _best(now: Seen) -> None:
    best(now)
    if not now.goes_on and (ranked := best_first(now.sweep, now.known)):
        counts_in_class(next(run for run in now.runs if run.id == ranked[0].run_id))


def _stop(group_id: str) -> None:
    try:
        stop(store(), group_id)
    except StoreError as error:
        st.toast(escape(str(error)), icon=":material/error:")


def _table(now: Seen) -> None:
    """Draw all runs, those under way first, then the best first."""
    if not now.known:
        return
    sweep, ranked = now.sweep, best_first(now.sweep, now.known)
    rest = [trial for trial in now.known if trial not in ranked]
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
            "epochs": epochs_of(trial),
            "time": duration(trial.seconds) if trial.seconds else None,
            "status": trial.state,
            "results": f"results?run={trial.run_id}",
        }
    )


def _cell(value: Value | None) -> Value | None:
    return shown(value) if isinstance(value, str) else value


def _settings(now: Seen) -> None:
    """Draw how the score goes with each setting, and which of them matters."""
    if with_score(now.known) < 2:
        return
    st.subheader("What the settings do")
    with st.container():
        importances(now)
    lines(now)
    against(now, now.sweep.parameters)
