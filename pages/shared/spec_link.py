"""The configuration under edit in the address (`?spec=`): a link opens it, Back undoes the last change."""

import streamlit as st

from core.errors import SpecError
from core.model.link import from_link, to_link
from core.model.presets import preset_of
from core.model.specs import RunSpec
from pages.shared.draft import current_draft, load_draft
from pages.shared.leaving import go_to
from pages.shared.words import escape

KEY = "linked"
"""Where the session keeps the `?spec=` that its draft was last in step with."""
_SEEN = "linked.draft"
"""Where it keeps what the draft was then, also one that makes no link."""


def open_linked(start: RunSpec, start_preset: str | None, same_page: bool) -> None:
    """Load the draft that the address asks for, if it is not the one under edit.

    A link that cannot be used is refused in a sentence, and the draft stays. It also stays where the visitor
    has just changed it, or pressed Train: the address is then not where they went, but still on its way here.

    Args:
        start: the configuration of an address without `?spec=`.
        same_page: whether the visitor was on this page before; going back to an address without
            `?spec=` then means going back to `start`.
    """
    asked, known = st.query_params.get("spec"), st.session_state.get(KEY)
    if asked == known or (same_page and _has_acted()):
        return
    if asked is None:
        if same_page:
            _open(start, start_preset)
        return
    try:
        spec = from_link(asked)
    except SpecError as error:
        st.warning(f"{escape(str(error))} What is below stays as it was.", icon=":material/link_off:")
        return
    _open(spec, preset_of(spec))
    st.session_state[KEY] = asked


def _open(spec: RunSpec, preset: str | None) -> None:
    """Put what the address asks for into the editor; noted at once, since who goes on ends this script."""
    load_draft(spec, preset)
    st.session_state[_SEEN] = current_draft().told()


def _has_acted() -> bool:
    """Return whether the script runs for a change or a click here, rather than for Back or a link."""
    return bool(st.session_state.get("train")) or current_draft().told() != st.session_state.get(_SEEN)


def open_in_editor(spec: RunSpec, preset: str | None, notice: str) -> None:
    """Go to the Train page with a configuration in its editor, and say there what it is.

    Args:
        preset: what it was made from, where that is known; else it is named after the preset that it is.
    """
    load_draft(spec, preset or preset_of(spec))
    st.session_state["notice"] = notice
    # On the Train page itself, an address without it would mean going back to where the draft started.
    st.session_state[KEY] = to_link(spec)
    go_to("train/page.py", {"spec": to_link(spec)})


def keep_linked(spec: RunSpec | None, start: RunSpec) -> None:
    """Bring the address in step with the draft; one that cannot be trained (None) changes nothing."""
    st.session_state[_SEEN] = current_draft().told()
    if spec is None:
        return
    link = to_link(spec) if spec != start else None
    st.session_state[KEY] = link
    if link is None:
        st.query_params.pop("spec", None)
    elif st.query_params.get("spec") != link:
        st.query_params["spec"] = link
