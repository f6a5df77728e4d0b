"""How statuses, times and names are put into words on every page."""

import math
import time

from core.runs.status import RunStatus

_COLORS = {
    RunStatus.SCHEDULED: "gray",
    RunStatus.RUNNING: "blue",
    RunStatus.PAUSED: "orange",
    RunStatus.FINISHED: "green",
    RunStatus.STOPPED: "violet",
    RunStatus.DIVERGED: "red",
    RunStatus.FAILED: "red",
    RunStatus.INTERRUPTED: "orange",
}
STAGES = {
    "waiting": "Getting ready",
    "preparing": "Preparing the images",
    "training": "Training",
    "validating": "Validating",
    "measuring": "Measuring the best weights on the validation and test images",
}


def status_badge(status: RunStatus) -> str:
    """Return a Markdown badge."""
    return f":{_COLORS[status]}-badge[{status}]"


def duration(seconds: float) -> str:
    """Return seconds as people say them: "8 s", "3 min 20 s", "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 else "")
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def when(moment: float) -> str:
    """Return a Unix time as local date and time of the server."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(moment))


def escape(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]#|<>$:~" else c for c in text)


def setting(key: str) -> str:
    """Return a key of `describe`, such as "data.split_seed", as people say it: "data: split seed"."""
    return key.replace("_", " ").replace(".", ": ")


def percent(share: float) -> str:
    """Return a share in percent, or a dash where there is none."""
    return "–" if math.isnan(share) else f"{share:.2%}"
