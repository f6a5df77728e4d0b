"""The table of all runs, and what can be done to those selected in it."""

import re
from collections.abc import Hashable
from datetime import datetime, tzinfo
from functools import partial
from itertools import product
from typing import Any, Literal

import streamlit as st

from core.analysis.intervals import interval
from core.host import host
from core.model.optimizers import OPTIMIZER_NAMES
from core.names import look
from core.notes import first_line
from core.runs.records import Run
from core.runs.status import RunStatus
from core.words import so_many
from pages.runs.mlflow import mirror_status, send_button
from pages.shared.choice import follow
from pages.shared.leaving import go_to
from pages.shared.note import note_editor
from pages.shared.pins import days_left, pin_button
from pages.shared.reader import reader_zone
from pages.shared.run_picker import MOST_COMPARED, group_names, has_tag, known_tags
from pages.shared.services import plain_errors, store
from pages.shared.table import row_grid
from pages.shared.visitor import is_own, may_change, visitor
from pages.shared.words import escape

CHOSEN = "runs.chosen"
"""Where the session keeps which runs are selected, by id: others may begin runs meanwhile."""
IN_ADDRESS: Literal["query-params"] = "query-params"
GROUP, PICKED = "group", "picked.group"


def filtered(runs: list[Run]) -> list[Run]:
    """Draw the filters, kept in the address, and return the runs that pass them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            "Filter",
            placeholder="name, preset, tag or note",
            icon=":material/search:",
            key="filter",
            bind=IN_ADDRESS,
            width=420,
        )
        statuses, tags, group = _more(runs)
        own = st.toggle("Only mine", key="mine", bind=IN_ADDRESS) if visitor() else False
    _say_set(statuses, tags, group)
    return [
        run
        for run in runs
        if (not own or is_own(run))
        and group in (None, run.group_id)
        and look(text).casefold()
        in look(" ".join((run.name, run.preset or "", *run.tags, run.note))).casefold()
        and (not statuses or run.status in statuses)
        and all(has_tag(run, tag) for tag in tags)
    ]


def _more(runs: list[Run]) -> tuple[list[RunStatus], list[str], str | None]:
    """Draw the filters that are rarely wanted behind a button: on a phone they would fill the screen."""
    with st.popover("More filters", icon=":material/filter_list:"):
        statuses = st.multiselect("Status", list(RunStatus), placeholder="any", key="status", bind=IN_ADDRESS)
        tags = st.multiselect("Tag", known_tags(runs), placeholder="any", key="tag", bind=IN_ADDRESS)
        group = _group(runs)
    return statuses, tags, group


def _say_set(statuses: list[RunStatus], tags: list[str], group: str | None) -> None:
    """Say which of the filters behind the button are set, be it by a link."""
    told = [f"status {' or '.join(statuses)}"] if statuses else []
    told += [f"tag {escape(tag)}" for tag in tags]
    told += ["one group"] if group else []
    if told:
        st.caption(f"Only runs of: {' · '.join(told)}")


def _group(runs: list[Run]) -> str | None:
    """Draw the choice of a group, in the address by its id: what is shown of it depends on the reader."""
    used = {run.group_id for run in runs}
    groups = {key: name for key, name in group_names(store().groups()).items() if key in used}
    asked = st.query_params.get(GROUP)
    follow(PICKED, asked if asked in groups else None)
    chosen: str | None = st.selectbox(
        "Group", list(groups), None, groups.__getitem__, placeholder="any", key=PICKED, on_change=_address
    )
    return chosen


def _address() -> None:
    if chosen := st.session_state[PICKED]:
        st.query_params[GROUP] = chosen
    else:
        st.query_params.pop(GROUP, None)


def run_table(runs: list[Run]) -> list[Run]:
    """Draw the table and return the selected runs; a click on a column's head sorts."""
    before = st.session_state.get(CHOSEN, ())
    rows = [row for row, run in enumerate(runs) if run.id in before]
    ids = tuple(run.id for run in runs)
    # A selection counts rows: other runs in the table are another table, with the same runs selected.
    key = f"runs.{hash(ids)}"
    zone = reader_zone()
    event = row_grid(
        _rows(runs, zone),
        placeholder="–",
        on_select=partial(_select, key, ids),
        selection_mode="multi-row",
        key=key,
        selection_default={"selection": {"rows": rows}},
        column_config=_columns(zone),
    )
    return [runs[row] for row in event["selection"]["rows"] if row < len(runs)]


def _rows(runs: list[Run], zone: tzinfo) -> list[dict[str, Hashable]]:
    rows = [_row(run, zone) for run in runs]
    for row, column in product(rows, _empty(runs)):
        del row[column]
    return rows


def _empty(runs: list[Run]) -> list[str]:
    """Return the columns that would say nothing of any run."""
    says = {
        "imported": any(run.imported_at is not None and not run.is_bundled for run in runs),
        "days left": host().limits.days is not None,
        "note": any(run.note for run in runs),
    }
    return [column for column, is_said in says.items() if not is_said]


def _columns(zone: tzinfo) -> dict[str, Any]:
    """Return how columns are shown, where that is not as their values alone would be."""
    return {
        "name": st.column_config.TextColumn(width="medium", pinned=True),
        "number": st.column_config.NumberColumn(
            width="small", help="Where two runs have the same name, it is shown behind."
        ),
        "created": st.column_config.DatetimeColumn(
            format="YYYY-MM-DD HH:mm", help=f"In the time zone {escape(str(zone))}."
        ),
        "imported": st.column_config.DatetimeColumn(
            format="YYYY-MM-DD HH:mm", help="When its zip came in; its numbers are those of the zip."
        ),
        "val accuracy": st.column_config.NumberColumn(format="%.2f%%", help="On the validation images."),
        "test accuracy": st.column_config.NumberColumn(
            format="%.2f%%", help="On MNIST's 10,000 test images; its interval stands with the run."
        ),
        "val loss": st.column_config.NumberColumn(format="%.4f"),
        "parameters": st.column_config.NumberColumn(format="localized"),
        "seconds": st.column_config.NumberColumn(format="%.0f", help="Training time, pauses left out."),
        "days left": st.column_config.TextColumn(
            width="small", help="After so many days it is deleted; a pinned run stays."
        ),
        "tags": st.column_config.ListColumn(),
        "note": st.column_config.TextColumn(width="small", help="Its Results page shows it whole."),
    }


def _select(key: str, ids: tuple[str, ...]) -> None:
    """Keep what was selected in a table of these runs, which may not be the table drawn next."""
    st.session_state[CHOSEN] = [ids[row] for row in st.session_state[key]["selection"]["rows"]]


def _row(run: Run, zone: tzinfo) -> dict[str, Hashable]:
    results, left = run.results, days_left(run)
    return {
        "name": run.name,
        "status": str(run.status),
        "note": first_line(run.note) or None,
        "val accuracy": 100 * results.val_accuracy if results else None,
        "number": run.number,
        "its 95% interval": interval(results.val_accuracy, results.val_images) if results else None,
        "test accuracy": 100 * results.test_accuracy if results else None,
        "val loss": results.val_loss if results else None,
        "kept epoch": results.best_epoch if results else None,
        "parameters": run.parameters,
        "optimizer": OPTIMIZER_NAMES[run.spec.optimizer.kind],
        "epochs": run.spec.epochs,
        "seconds": run.progress.seconds,
        "days left": "pinned" if run.pinned else None if left is None else f"{left:.0f}",
        "tags": (*(["came along"] if run.is_bundled else []), *run.tags),
        "created": datetime.fromtimestamp(run.created_at, zone).replace(tzinfo=None),
        "imported": None
        if run.imported_at is None or run.is_bundled
        else datetime.fromtimestamp(run.imported_at, zone).replace(tzinfo=None),
    }


def actions(chosen: list[Run]) -> None:
    """Draw what can be done to the selected runs."""
    if not chosen:
        st.caption("Select runs in the table to open, compare, rename, tag, annotate or delete them.")
        return
    ids = [run.id for run in chosen]
    mine = all(may_change(run) for run in chosen)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(chosen) == 1 and st.button("Open", icon=":material/insights:", type="primary"):
            go_to("results/page.py", {"run": ids[0]})
        if 2 <= len(chosen) <= MOST_COMPARED and st.button(
            "Compare", icon=":material/compare_arrows:", type="primary"
        ):
            oldest_first = ",".join(run.id for run in sorted(chosen, key=lambda run: run.created_at))
            go_to("compare/page.py", {"compare": oldest_first})
        if mine and len(chosen) == 1:
            _rename(chosen[0])
        if mine:
            _tag(chosen)
        if mine and len(chosen) == 1:
            note_editor(chosen[0])
        send_button(chosen)
        if mine:
            pin_button(chosen)
            st.button(
                f"Delete {len(ids)}" if len(ids) > 1 else "Delete",
                icon=":material/delete:",
                on_click=_delete,
                args=(ids,),
            )
    if len(chosen) > MOST_COMPARED:
        st.caption(f"At most {MOST_COMPARED} runs can be compared at once; {len(chosen)} are selected.")
    if not mine:
        st.caption("Started in another browser: others' runs can be opened and compared, not changed.")
    mirror_status(chosen)


def _rename(run: Run) -> None:
    with st.popover("Rename", icon=":material/edit:"), st.form(f"rename.{run.id}", border=False):
        name = st.text_input("Name", run.name, max_chars=200)
        if st.form_submit_button("Save"):
            with plain_errors(go_on=True):
                store().rename(run.id, name)
                st.rerun()


def _tag(chosen: list[Run]) -> None:
    with st.popover("Tags", icon=":material/sell:"):
        common = dict.fromkeys(tag for run in chosen for tag in run.tags)
        with st.form("tags." + ".".join(run.id for run in chosen), border=False):
            tags = st.text_input("Tags, separated by commas", ", ".join(common))
            if st.form_submit_button("Save"):
                with plain_errors(go_on=True):
                    for run in chosen:
                        store().set_tags(run.id, re.split("[,،、，]", tags))
                    st.rerun()


def _delete(ids: list[str]) -> None:
    with plain_errors():
        store().delete(ids)
    st.session_state["deleted"] = ids


def undo() -> None:
    """Offer to bring back what was deleted last in this session."""
    if ids := st.session_state.get("deleted"):
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(
                f"{so_many(len(ids), 'run')} deleted (and stopped, if still training).", width="stretch"
            )
            st.button("Undo", icon=":material/undo:", on_click=_restore, args=(ids,))
            st.button("Dismiss", icon=":material/close:", type="tertiary", on_click=_forget)


def _restore(ids: list[str]) -> None:
    with plain_errors():
        store().restore(ids)
    _forget()


def _forget() -> None:
    st.session_state.pop("deleted", None)
