"""Where a sweep is put together: what it starts from, what varies and how far, how to search, when to end."""

import math
from statistics import fmean
from typing import Any

import streamlit as st

from core.classes.settings import SETTINGS, group_of
from core.errors import SpecError
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.runs.status import RunStatus
from core.sweeps.paths import Value
from core.sweeps.settings import Setting, settings, shown
from core.sweeps.space import Sweep, parse_sweep
from core.sweeps.typed import typed_numbers
from core.words import duration, listed, so_many
from pages.shared.class_runs import sweeping_class, sweeps_in_class
from pages.shared.draft import Draft
from pages.shared.membership import Membership, offered
from pages.shared.services import conductor, plain_errors, store
from pages.shared.visitor import visitor
from pages.shared.words import escape
from pages.sweep.fields import EARLIER, earlier, key, sweep_name
from pages.sweep.picker import open_sweep

SAMPLERS = {
    "tpe": (
        "Learn as it goes (TPE)",
        "Tries most often what did well so far. Needs about ten runs to learn.",
    ),
    "random": ("At random", "Draws each setting anew. Covers wide ranges well."),
    "grid": ("Grid", "Tries every combination of a few values. Thorough, but it grows fast."),
}
OBJECTIVES = {"accuracy": "Validation accuracy", "loss": "Validation loss"}
_DRAFT = "draft"
_FIRST = ("optimizer.learning_rate", "batch_size")
"""What varies at first."""


def sweep_editor(draft: Draft) -> None:
    """Draw the editor; a click on Start starts the sweep and shows it."""
    lesson = sweeping_class()
    left, right = st.columns([7, 4], gap="large")
    with left:
        base, name = _base(draft, lesson)
        if base is None:
            return
        st.subheader("What varies")
        slots = st.container()
    with right:
        st.subheader("How to search")
        how = _search()
    with slots:
        parameters = _parameters(base, lesson, grid=how["sampler"] == "grid")
    with right:
        how |= _budget()
        _finish(base, name, parameters, how)


def _base(draft: Draft, lesson: Membership | None) -> tuple[RunSpec | None, str]:
    """Draw what all runs have in common; return it with its name, or None if it cannot be trained.

    Args:
        lesson: the class that the runs belong to, if any: only its presets are offered, as it begins them.
    """
    problem, spec = None, None
    try:
        spec = draft.spec()
    except SpecError as error:
        problem = str(error)
    title = draft.name(spec) if spec else "not trainable yet"
    options = {_DRAFT: f"The draft on the Train page ({title})"}
    if before := earlier():
        options[EARLIER] = f"An earlier sweep's configuration ({before[1]})"
    names = lesson.school_class.task.presets if lesson else tuple(PRESETS)
    options |= {name: PRESETS[name].title for name in names}
    kept = _kept("base", _DRAFT)
    if st.session_state[kept["key"]] not in options:  # chosen outside of the class
        st.session_state[kept["key"]] = _DRAFT
    chosen = st.selectbox(
        "Start from",
        list(options),
        format_func=options.__getitem__,
        help="All runs share this network and its settings, but for those that vary.",
        **kept,
    )
    if len(names) < len(PRESETS):
        st.caption("Your class offers no other presets, and each of them within its limits.")
    if chosen == EARLIER and before:
        return before
    if chosen != _DRAFT:
        return offered(chosen, lesson), PRESETS[chosen].title
    if problem:
        st.error(escape(problem), icon=":material/error:")
    return spec, title


def _parameters(base: RunSpec, lesson: Membership | None, grid: bool) -> list[dict[str, Any] | None]:
    """Draw the choice of settings and a row for each; return the parameters, None for one that is refused."""
    known = _left_free(settings(base), lesson)
    kept = _kept("paths", list(_FIRST))
    st.session_state[kept["key"]] = [path for path in st.session_state[kept["key"]] if path in known]
    paths = st.multiselect(
        "Settings",
        list(known),
        format_func=lambda path: known[path].label,
        placeholder="Choose one or more",
        help="The fewer vary, the sooner the search finds something.",
        **kept,
    )
    rows = []
    for path in paths:
        with st.container(border=True):
            rows.append(_row(known[path], grid))
    return rows


def _left_free(known: dict[str, Setting], lesson: Membership | None) -> dict[str, Setting]:
    """Return the settings that may vary; in a class say which may not, and why."""
    if lesson is None:
        return known
    free = {path: setting for path, setting in known.items() if lesson.school_class.task.leaves(path)}
    if kept := dict.fromkeys(SETTINGS[group_of(path)].title for path in known if path not in free):
        st.caption(f"Your class leaves as the preset has them, so no sweep can vary: {listed(list(kept))}.")
    return free


def _row(setting: Setting, grid: bool) -> dict[str, Any] | None:
    """Draw one setting with its values, as a range or a list."""
    now = "" if setting.current is None else f" :small[:gray[now {shown(setting.current)}]]"
    form = "List"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escape(setting.label)}**{now}", width="stretch")
        if setting.kind != "choice":
            first = "List" if setting.kind == "whole" and setting.log else "Range"
            form = st.segmented_control(
                f"Form of {setting.label}",
                ["Range", "List"],
                label_visibility="collapsed",
                required=True,
                **_kept(f"{setting.path}.form", first),
            )
    if form == "Range":
        return _range(setting, grid)
    return _choices(setting) if setting.kind == "choice" else _numbers(setting)


def _range(setting: Setting, grid: bool) -> dict[str, Any]:
    whole = setting.kind == "whole"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        low, high = _end(setting, "From", "low", 0), _end(setting, "To", "high", 1)
        steps = 5
        if grid:
            steps = st.number_input("Values", 2, 20, width=110, **_kept(f"{setting.path}.steps", 3))
        text = "Whether doubling counts rather than adding: right for learning rates and sizes."
        log = st.checkbox("By factors", help=text, **_kept(f"{setting.path}.log", setting.log))
    limits = {"low": low, "high": high, "log": log, "integer": whole, "steps": steps}
    return {"kind": "range", "path": setting.path} | limits


def _end(setting: Setting, label: str, name: str, side: int) -> float:
    """Draw one end of a range; its buttons step by a tenth of the range or by the number's own size."""
    kept = {"width": 150, **_kept(f"{setting.path}.{name}", _first_end(setting, side))}
    if setting.kind == "whole":
        return st.number_input(label, step=1, **kept)
    first, width = setting.start[side], setting.start[1] - setting.start[0]
    step = 10 ** math.floor(math.log10(first)) if setting.log else width / 10
    return st.number_input(label, step=float(step), format="%g", **kept)


def _first_end(setting: Setting, side: int) -> Value:
    return int(setting.start[side]) if setting.kind == "whole" else float(setting.start[side])


def _numbers(setting: Setting) -> dict[str, Any] | None:
    """Draw a list of numbers to type, and below it how it is read; None if it cannot be read."""
    text = st.text_input(
        f"Values of {setting.label}, with spaces between",
        label_visibility="collapsed",
        **_kept(f"{setting.path}.list", "  ".join(f"{value:g}" for value in setting.options)),
    )
    try:
        values = typed_numbers(text, whole=setting.kind == "whole")
    except SpecError as error:
        st.error(escape(f"{setting.label}: {error}"), icon=":material/error:")
        return None
    if values:
        st.caption(f"Tries {listed([f'{value:.12g}' for value in dict.fromkeys(values)])}.")
    return {"kind": "list", "path": setting.path, "values": values}


def _choices(setting: Setting) -> dict[str, Any]:
    values = st.multiselect(
        f"Values of {setting.label}",
        setting.options,
        format_func=shown,
        label_visibility="collapsed",
        **_kept(f"{setting.path}.options", list(setting.options)),
    )
    return {"kind": "list", "path": setting.path, "values": values}


def _search() -> dict[str, Any]:
    """Draw how the search goes."""
    sampler = st.radio(
        "Search",
        list(SAMPLERS),
        format_func=lambda name: SAMPLERS[name][0],
        captions=[caption for _, caption in SAMPLERS.values()],
        label_visibility="collapsed",
        **_kept("sampler", "tpe"),
    )
    text = "A run that does worse than half of the others did at the same epoch is stopped: saves time."
    prune = st.toggle("End poor runs early", help=text, **_kept("prune", True))
    objective = st.selectbox(
        "Look for the best",
        list(OBJECTIVES),
        format_func=OBJECTIVES.__getitem__,
        help="At the epoch whose weights each run keeps.",
        **_kept("objective", "accuracy"),
    )
    return {"sampler": sampler, "prune": prune, "objective": objective}


def _budget() -> dict[str, Any]:
    """Draw when the sweep ends; 0 stands for no limit."""
    st.subheader("When to end")
    left, right = st.columns(2)
    runs = left.number_input("Runs", 0, 1000, help="0: no limit.", **_kept("runs", 20))
    text = "Minutes of training, time spent waiting not counted; the run under way may finish. 0: no limit."
    minutes = right.number_input("Minutes", 0, 10_000, help=text, **_kept("minutes", 0))
    return {"runs": runs or None, "minutes": minutes or None}


def _finish(base: RunSpec, name: str, parameters: list[dict[str, Any] | None], how: dict[str, Any]) -> None:
    """Say what it comes to, and draw the button that starts it."""
    sweep = None
    try:
        if None not in parameters:
            sweep = parse_sweep({"base": base.model_dump(mode="json"), "parameters": parameters, **how})
    except SpecError as error:
        st.error(escape(str(error)), icon=":material/error:")
    if sweep:
        st.markdown(_outlook(sweep))
        if sweep.doubt:
            st.caption(f"Combinations that cannot be trained are skipped. {escape(sweep.doubt)}")
    pupil = sweeps_in_class(sweep)
    if st.button("Start", type="primary", icon=":material/play_arrow:", disabled=sweep is None) and sweep:
        with plain_errors(go_on=True):
            group = conductor().start(sweep, sweep_name(name, sweep), owner=visitor(), pupil=pupil)
            open_sweep(group.id)
            st.rerun()


def _outlook(sweep: Sweep) -> str:
    """Return how many combinations there are, how many runs that means, and for about how long."""
    count = sweep.combinations
    runs = min(sweep.runs or 1000, count or 1000)
    parts = [f"**{so_many(count, 'combination')}**"] if count else ["Any number of combinations"]
    if sweep.runs or count:
        parts.append(f"at most {so_many(runs, 'run')}")
    seconds = _seconds(sweep.base)
    if seconds:
        longest = [sweep.minutes * 60] if sweep.minutes else []
        total = min([runs * seconds * _epochs_share(sweep), *longest])
        parts.append(
            f"about {duration(total)}" if total < 90 else f"about {duration(60 * round(total / 60))}"
        )
    return " · ".join(parts)


def _seconds(base: RunSpec) -> float | None:
    """Return how long a run of `base` takes: as long as its like did here, or as its preset says."""
    with plain_errors(go_on=True):
        for run in store().runs():
            here = run.imported_at is None and run.status is RunStatus.FINISHED and run.progress.epoch
            if here and (run.spec.data.images, run.spec.layers) == (base.data.images, base.layers):
                return run.progress.seconds / run.progress.epoch * base.epochs
    return next((60 * preset.minutes for preset in PRESETS.values() if preset.spec == base), None)


def _epochs_share(sweep: Sweep) -> float:
    """Return the mean number of epochs, as a share of the base's."""
    ends = next((p.ends for p in sweep.parameters if p.path == "epochs"), (sweep.base.epochs,))
    return fmean(float(end) for end in ends) / sweep.base.epochs


def _kept(name: str, first: Any) -> dict[str, Any]:
    """Return the arguments of a widget whose value outlives a change of page."""
    st.session_state.setdefault(key(name), first)
    return {"key": key(name), "persist_state": "session"}
