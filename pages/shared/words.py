"""How statuses and names are shown on every page."""

import re

from core.names import isolated
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
    "measuring": "Measuring the kept weights on the validation and test images",
}


def status_badge(status: RunStatus) -> str:
    """Return a Markdown badge."""
    return f":{_COLORS[status]}-badge[{status}]"


_HINGE = r"(?<=:)/(?=/)|(?<=www)\.|@|:(?=[\w+/-]+:)|(?<=[-<>~])[-=>]"
"""Signs in the middle of what Streamlit looks for after Markdown: addresses, icons, emoji, arrows."""
_MARKUP = re.compile(
    rf"(?P<hinge>{_HINGE})|(?P<number>^[0-9]{{1,9}}(?=[.)]))|^[-+=]|[\\`*_{{}}\[\]#|<>$:~&]",
    re.MULTILINE | re.IGNORECASE,
)


def escape(text: str) -> str:
    """Return a person's text as Markdown that shows it as it is, in its own direction, wherever it stands.

    A backslash keeps a sign from being markup. What is looked for after that, in plain text (`www.`, `:+1:`,
    `->`), is kept apart by a directive without effect: `:color[…]` that names no colour.
    """
    return _MARKUP.sub(_escaped, _broken(isolated(text)))


def _broken(text: str) -> str:
    """Return a text with Markdown's break for each end of a line, with the space around it."""
    first, *rest = text.split("\n")
    if not rest:
        return text
    between = [line for line in map(str.strip, rest[:-1]) if line]
    return "  \n".join([first.rstrip(), *between, rest[-1].lstrip()])


def _escaped(found: re.Match[str]) -> str:
    sign = found[0]
    if found["hinge"]:
        return rf":color[\{sign}]"
    return f"{sign}\\" if found["number"] else f"\\{sign}"
