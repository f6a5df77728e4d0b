"""Choosing saved runs, with the choice in the address so that it can be shared."""

from collections.abc import Callable, Iterable
from datetime import tzinfo

import streamlit as st

from core.errors import RunNotFoundError
from core.names import isolated, look, natural, shortened, told_apart
from core.runs.names import run_names
from core.runs.records import Group, Run
from core.words import when
from pages.shared.choice import follow
from pages.shared.known_runs import known_runs
from pages.shared.reader import reader_zone
from pages.shared.services import plain_errors, store
from pages.shared.visitor import may_preselect
from pages.shared.words import escape

ONE, SEVERAL, KEPT = "picked.run", "picked.runs", "picked.before"
"""Keys of the two choices, and of the runs this session compared last."""
MOST_COMPARED = 12


def labels(runs: Iterable[Run], note: Callable[[Run], str] = lambda run: "") -> dict[str, str]:
    """Return for each run's id its name, when it began and how well it does, no two of them the same.

    Streamlit knows options by what is shown of them: of two that look alike, one could not be chosen. What
    tells them apart stands in front, since a narrow list shows no more.

    Args:
        note: what else is said of each run.
    """
    known, zone = list(runs), reader_zone()
    named = zip(known, run_names(known), strict=True)
    return {run.id: _label(run, name, zone) + note(run) for run, name in named}


def _label(run: Run, name: str, zone: tzinfo) -> str:
    score = f"{run.results.val_accuracy:.2%}" if run.results else run.status
    begun = "came along" if run.is_bundled else when(run.created_at, zone)
    return f"{isolated(shortened(name))} · {begun} · {score}"


def group_names(groups: Iterable[Group]) -> dict[str, str]:
    """Return for each group's id its name; where two look alike, also its number and when it was begun.

    Args:
        groups: all that there are, since they are numbered in the order in which they were begun.
    """
    known = sorted(groups, key=lambda group: group.created_at)
    numbers = [f"#{number}" for number in range(1, len(known) + 1)]
    names = told_apart([shortened(group.name) for group in known], numbers)
    return {group.id: _group_name(group, name) for group, name in reversed([*zip(known, names, strict=True)])}


def _group_name(group: Group, name: str) -> str:
    begun = "" if name == shortened(group.name) else f", {when(group.created_at, reader_zone())}"
    return f"{isolated(name)}{begun}"


def known_tags(runs: Iterable[Run]) -> list[str]:
    """Return the tags of all runs, sorted as people do; those that look alike are one."""
    return sorted({look(tag): tag for run in runs for tag in run.tags}.values(), key=natural)


def has_tag(run: Run, tag: str) -> bool:
    """Return whether a run has a tag that looks like this one."""
    return look(tag) in map(look, run.tags)


def pick_run() -> Run | None:
    """Draw the choice of one run, kept in the address as `?run=`; at first the one watched, or the newest.

    Who came by a link to a run that is not here chooses: another run could be taken for the one they meant.

    Returns:
        None if there is no run, or none is chosen; the page says so.
    """
    asked = st.query_params.get("run")
    with plain_errors():
        runs = {run.id: run for run in known_runs([asked or ""])}
    if asked is not None and asked not in runs:
        st.warning(escape(str(RunNotFoundError(asked))), icon=":material/link_off:")
    if not runs:
        st.info("No run has been saved yet: train one first.", icon=":material/info:")
        st.page_link("train/page.py", label="Train a network", icon=":material/play_circle:")
        return None
    newest = next((run.id for run in runs.values() if may_preselect(run)), None)
    wished = (st.session_state.get("watched"), newest) if asked is None else (asked,)
    chosen = next((run_id for run_id in wished if run_id in runs), None)
    follow(ONE, chosen)
    shown = labels(runs.values()).__getitem__
    # One that must be chosen first could be unchosen again: only where none is chosen.
    at, hint = 0 if chosen else None, "Choose a run"
    st.selectbox("Run", list(runs), at, shown, key=ONE, on_change=_address_one, placeholder=hint)
    if chosen is None and asked is None:
        st.info("All runs here were imported by others: choose one to look at it.", icon=":material/info:")
    return runs[chosen] if chosen else None


def named_run() -> Run | None:
    """Return the run that the address names, if there is one, without a choice of another."""
    with plain_errors():
        try:
            return store().get(st.query_params.get("run", ""))
        except RunNotFoundError:
            return None


def _address_one() -> None:
    st.query_params["run"] = st.session_state[ONE]


def pick_runs(most: int) -> list[Run]:
    """Draw the choice of several runs, kept in the address as `?compare=a,b`; at first those compared last.

    On a change of page Streamlit leaves an address without its query in the browser's history: going back
    to it must not show a page without runs.
    """
    if "compare" not in st.query_params and (kept := st.session_state.get(KEPT)):
        st.query_params["compare"] = kept
    asked = _asked()
    with plain_errors():
        runs = {run.id: run for run in known_runs(asked)}
        groups = group_names(store().groups())
    there = [run_id for run_id in asked if run_id in runs]
    _missing([run_id for run_id in asked if run_id not in runs])
    if len(there) > most:
        st.warning(
            f"The link names {len(there)} runs; the first {most} are compared.", icon=":material/filter_list:"
        )
    left, right = st.columns([3, 1], vertical_alignment="top")
    chosen = there[:most]
    st.session_state[KEPT] = ",".join(chosen)
    follow(SEVERAL, chosen)
    left.multiselect(
        "Runs to compare",
        list(runs),
        key=SEVERAL,
        on_change=_address_several,
        format_func=labels(runs.values()).__getitem__,
        max_selections=most,
        placeholder="Choose two or more",
        wrap=True,
        select_all=False,
    )
    with right:
        _add_many(list(runs.values()), groups, chosen, most)
    return [runs[run_id] for run_id in chosen]


def named_runs(most: int) -> list[Run]:
    """Return the runs that the address names, as far as they are there, without a choice of others."""
    with plain_errors():
        runs = {run.id: run for run in store().runs()}
    return [runs[run_id] for run_id in _asked() if run_id in runs][:most]


def _asked() -> list[str]:
    """Return the ids that the address names to be compared, each once."""
    return [run_id for run_id in dict.fromkeys(st.query_params.get("compare", "").split(",")) if run_id]


def _missing(asked: list[str]) -> None:
    """Say which runs of a link are not here: one by name, of several how many."""
    if len(asked) == 1:
        st.warning(escape(str(RunNotFoundError(asked[0]))), icon=":material/link_off:")
    elif asked:
        st.warning(
            f"{len(asked)} runs that the link names are not here: they may have been deleted, or the link is "
            "incomplete.",
            icon=":material/link_off:",
        )


def _address_several() -> None:
    st.query_params["compare"] = ",".join(st.session_state[SEVERAL])


def _add_many(runs: list[Run], groups: dict[str, str], picked: list[str], most: int) -> None:
    """Draw the choice of a tag or a group, whose runs are added to those picked."""
    tags = known_tags(runs)
    used = {run.group_id for run in runs}
    sets = [[run.id for run in runs if has_tag(run, tag)] for tag in tags]
    sets += [[run.id for run in runs if run.group_id == group_id] for group_id in groups if group_id in used]
    names = [f"Tag: {isolated(tag)}" for tag in tags]
    names += [f"Group: {name}" for group_id, name in groups.items() if group_id in used]
    members = dict(zip(told_apart(names), sets, strict=True))

    def add() -> None:
        chosen = members[st.session_state["add-many"]]
        st.query_params["compare"] = ",".join(list(dict.fromkeys([*picked, *chosen]))[:most])
        st.session_state["add-many"] = None

    st.selectbox(
        "Add by tag or group",
        members,
        index=None,
        key="add-many",
        on_change=add,
        disabled=not members,
        placeholder=f"up to {most} runs" if members else "no run has a tag",
    )
