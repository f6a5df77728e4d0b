"""How statuses and names are shown on every page."""

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


def escape(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]#|<>$:~" else c for c in text)
