"""The choice of a preset, what it is, and the Train button."""

from contextlib import suppress

import streamlit as st

from core.errors import UserError
from core.model.presets import PRESETS, Preset
from core.model.specs import RunSpec
from core.runs.pools import redrawn
from core.runs.records import Run
from core.words import count, duration, listed, so_many
from pages.shared.draft import Draft, load_draft
from pages.shared.membership import Membership, offered
from pages.shared.services import launcher, plain_errors, store
from pages.shared.share import copy_link
from pages.shared.visitor import visitor
from pages.shared.words import escape
from pages.train.importer import spec_importer
from pages.train.pace import time_to_accuracy
from pages.train.watched import open_started


def starter(draft: Draft, spec: RunSpec | None, problem: str | None, lesson: Membership | None) -> Run | None:
    """Draw what starts a run of the draft; return the run that it started.

    Args:
        problem: what keeps the draft from being trained, or None.
        lesson: the class in which the run is begun, if any; then only its presets are offered.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="start"):
        _preset(draft, lesson)
        clicked = st.button(
            "Train", type="primary", icon=":material/play_arrow:", disabled=problem is not None, key="train"
        )
        if lesson is None:
            spec_importer(draft)
        copy_link("train")
        time_to_accuracy()
    if draft.preset and spec == offered(draft.preset, lesson):
        st.caption(_described(PRESETS[draft.preset], spec))
    if notice := st.session_state.pop("notice", None):
        st.success(escape(notice), icon=":material/check_circle:")
    if problem:
        st.error(escape(problem), icon=":material/error:")
    elif lesson and spec and (faults := lesson.school_class.task.broken(spec)):
        rules = f"{count(len(faults), 'rule')} above {'is' if len(faults) == 1 else 'are'}"
        st.warning(f"It would not count for your class: {rules} broken.", icon=":material/rule:")
    if clicked and spec:
        with plain_errors(go_on=True):
            return _launched(draft, spec, lesson)
    return None


def _described(preset: Preset, spec: RunSpec) -> str:
    """Return what a preset is; first what is begun with, where a class asks for less than it speaks of."""
    least = [
        f"{so_many(few, what)} instead of {many:,}"
        for what, few, many in (
            ("epoch", spec.epochs, preset.spec.epochs),
            ("image", spec.data.images, preset.spec.data.images),
        )
        if few != many
    ]
    if least:
        return f"Your class begins with {listed(least)}. The preset itself: {preset.description}"
    return f"{preset.description} Takes about {duration(60 * preset.minutes)} on two cores."


def _preset(draft: Draft, lesson: Membership | None) -> None:
    own = lesson is None or "data" in lesson.school_class.task.settings
    key = f"{draft.version}.preset"
    names = lesson.school_class.task.presets if lesson else tuple(PRESETS)
    st.selectbox(
        "Preset",
        list(names),
        index=names.index(draft.preset) if draft.preset in names else None,
        format_func=lambda name: PRESETS[name].title,
        key=key,
        on_change=lambda: _load(
            st.session_state[key], lesson, draft.values["data"]["source"] if own else None
        ),
        placeholder="your own",
        width=420,
    )


def _load(name: str | None, lesson: Membership | None, source: str | None) -> None:
    """Put a preset into the editor, on the images that are chosen there: another network, not other data.

    Args:
        source: of these images; None where the preset's own are to be taken.
    """
    if name is None:
        return
    spec = offered(name, lesson)
    if source:
        with suppress(UserError):  # images that are not here any more: the preset's own
            spec = redrawn(store(), spec, source)
    load_draft(spec, name)


def _launched(draft: Draft, spec: RunSpec, lesson: Membership | None) -> Run:
    pupil = lesson.pupil.id if lesson else None
    run = launcher().launch(spec, draft.name(spec), draft.preset, owner=visitor(), pupil=pupil)
    open_started(run.id)
    return run
