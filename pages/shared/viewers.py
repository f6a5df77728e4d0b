"""How many watch a run: where a class does, each looks less often, so that all are answered in time."""

import threading
import time
from collections import defaultdict

from streamlit.runtime.scriptrunner import get_script_run_ctx

MANY, SLOWER = 20, 2.0
"""So many look as often as they like; who comes when there are more waits so many times as long."""
GONE = 5.0
"""Seconds after which a session that has not looked again watches no more."""

_lock = threading.Lock()
_looks: defaultdict[str, dict[str, float]] = defaultdict(dict)
"""Run → session → when it looked last."""


def spaced(run_id: str, tick: float | None) -> float | None:
    """Return the seconds between two looks of somebody who comes now."""
    return tick * SLOWER if tick and viewers(run_id) > MANY else tick


def viewers(run_id: str) -> int:
    """Note that this session looks at a run; return how many sessions have done so of late."""
    context, now = get_script_run_ctx(), time.monotonic()
    with _lock:
        if context is not None:
            _looks[run_id][context.session_id] = now
        for known in list(_looks):
            _looks[known] = {one: at for one, at in _looks[known].items() if now - at < GONE}
            if not _looks[known]:
                del _looks[known]
        return len(_looks[run_id]) if run_id in _looks else 0
