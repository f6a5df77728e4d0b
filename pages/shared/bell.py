"""How a run or a sweep fares for whoever looks elsewhere: in the tab, by a notification, by two notes."""

from collections.abc import Sequence

import streamlit as st

from core.runs.records import Group, Run
from core.runs.status import RunStatus
from core.telling.letter import letter_of, mark
from core.telling.sweeps import letter_of_sweep
from pages.shared.modules import component

_HTML = """
<div class="digits-bell" role="group" aria-label="When it is done">
  <button type="button" class="tell" aria-pressed="false"></button>
  <button type="button" class="sound" aria-pressed="false"></button>
  <span role="status"></span>
</div>
"""
_CSS = """
.digits-bell { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; min-height: 34px;
  font-family: var(--st-font); font-size: 0.875rem; color: var(--st-text-color); }
.digits-bell button { font: inherit; color: inherit; cursor: pointer; padding: 4px 12px;
  background: transparent; border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius); }
.digits-bell button:hover { border-color: var(--st-primary-color); }
.digits-bell button[aria-pressed="true"] { border-color: var(--st-primary-color);
  background: color-mix(in srgb, var(--st-primary-color) 14%, transparent); }
.digits-bell span { opacity: 0.8; }
"""
_SEEN = "bell.seen"
"""Which run or sweep this session has seen live: of one that had ended before, nobody wants to be told."""


def bell(run: Run, share: float) -> None:
    """Show how far a run is in the tab's title, and offer to tell its end in this browser.

    Args:
        share: which share of its epochs is done.
    """
    if run.is_live:
        st.session_state[_SEEN] = run.id
    elif st.session_state.get(_SEEN) != run.id:
        return
    text = "" if run.is_live else letter_of(run, "").text
    _ring(run.id, run.is_live, _mark(run, share), run.name, text)


def sweep_bell(group: Group, runs: Sequence[Run], living: bool, share: float) -> None:
    """Do the same for a sweep as a whole.

    Args:
        runs: its runs.
        living: whether anything is still to be done for it.
        share: which share of its runs or minutes is done.
    """
    if living:
        st.session_state[_SEEN] = group.id
        _ring(group.id, True, f"{int(100 * min(1.0, share))}%", group.name, "")
    elif st.session_state.get(_SEEN) == group.id:
        letter = letter_of_sweep(group, runs, "")
        _ring(group.id, False, letter.subject.split(" · ")[0], group.name, letter.text)


def _ring(key: str, live: bool, mark: str, name: str, text: str) -> None:
    data = {"run": key, "live": live, "mark": mark, "name": name, "text": text}
    component("digits_bell", _HTML, _CSS, "bell.js")(key="bell", data=data, height="content")


def _mark(run: Run, share: float) -> str:
    if not run.is_live:
        return mark(run)
    if run.waits:
        return "waiting"
    percent = f"{int(100 * min(1.0, share))}%"
    return f"paused {percent}" if run.status is RunStatus.PAUSED else percent
