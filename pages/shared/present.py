"""A page as slides for a projector: `?present=3` is its third, ← and → turn them, Esc leaves."""

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from pages.shared.modules import component

_KEY, _ADDRESS = "present.line", "present"
_HTML = """
<div class="digits-present" role="toolbar" aria-label="Slides">
  <span class="digits-present-told"></span>
  <span class="digits-present-place" aria-live="polite"></span>
  <button type="button" data-to="previous" aria-label="Previous slide" title="Previous slide (←)">‹</button>
  <button type="button" data-to="next" aria-label="Next slide" title="Next slide (→ or space)">›</button>
  <button type="button" data-to="leave" aria-label="Leave the slides" title="Leave (Esc)">✕</button>
</div>
"""
_CSS = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")

Slides = Mapping[str, Callable[[], None]]
"""What draws each slide, by its name, in their order."""


def presented() -> bool:
    """Return whether the address asks for slides."""
    return _ADDRESS in st.query_params


def present_button(**query: str) -> None:
    """Draw the button that shows the page as slides.

    Args:
        query: what the address must name so that a link to a slide shows the same.
    """
    st.button(
        "Present",
        icon=":material/slideshow:",
        help="As slides in large type: ← and → or the space bar turn them, Esc leaves.",
        on_click=_begin,
        args=(query,),
    )


def present(told: str, slides: Slides) -> None:
    """Draw the slide that the address names, and above it a line with its number; no other is worked out.

    Args:
        told: what is presented, shown letter by letter.
    """
    names = list(slides)
    at = _place(len(names))
    data = {"told": f"{told} · {names[at - 1]}", "at": at, "count": len(names)}
    line = component("digits_present", _HTML, _CSS, "present.js")
    line(key=_KEY, data=data, height="content", on_slide_change=_turn)
    with st.container(key=f"slide-{at}"):
        slides[names[at - 1]]()


def leave() -> None:
    """Take the slides out of the address: there is nothing to show."""
    st.query_params.pop(_ADDRESS, None)
    st.rerun()


def _place(count: int) -> int:
    """Return the slide of the address, counted from 1; the nearest where there is no such slide."""
    asked = st.query_params.get(_ADDRESS, "")
    return min(max(int(asked), 1), count) if asked.isdecimal() and len(asked) < 4 else 1


def _begin(query: Mapping[str, str]) -> None:
    st.query_params.update({**query, _ADDRESS: "1"})
    st.rerun()  # all of the page, of which the button's own part need not be the whole


def _turn() -> None:
    """Put the slide that was asked for into the address, before the page is drawn; 0 leaves."""
    asked = st.session_state[_KEY].get("slide")
    if asked:
        st.query_params[_ADDRESS] = str(int(asked))
    elif asked == 0:
        st.query_params.pop(_ADDRESS, None)
