"""What is said of a run that has ended: in a chat, in a mail, in the title of a tab."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from core.host import host
from core.reach import for_other_devices
from core.runs.records import Run
from core.runs.status import Command, RunStatus
from core.words import duration

_ENDS = {
    RunStatus.FINISHED: "has finished",
    RunStatus.STOPPED: "was stopped",
    RunStatus.DIVERGED: "has diverged",
    RunStatus.FAILED: "has failed",
    RunStatus.INTERRUPTED: "was interrupted",
}


@dataclass(frozen=True)
class Letter:
    """A message, however it is sent.

    Attributes:
        subject: one line.
        text: sentences.
        link: where to read on; "" if nobody knows.
        run: the same for programs, as JSON values.
    """

    subject: str
    text: str
    link: str = ""
    run: dict[str, Any] = field(default_factory=dict)


def mark(run: Run) -> str:
    """Return how a run has ended, in a few signs: "✓ 99.2%", or "✗ diverged"."""
    if run.results and run.status in (RunStatus.FINISHED, RunStatus.STOPPED):
        return f"✓ {100 * run.results.val_accuracy:.1f}%"
    return f"✗ {run.status.value}"


def letter_of(run: Run, dashboard: str) -> Letter:
    """Return what is told of a run that has ended.

    Args:
        dashboard: the address at which the reader finds the dashboard; what the host says goes first.
    """
    subject = f"{mark(run)} · {run.name}"
    sentences = [f"“{run.name}” {_ENDS[run.status]} after {duration(run.progress.seconds)} of training."]
    facts: dict[str, Any] = {"id": run.id, "name": run.name, "status": run.status.value}
    if run.results:
        accuracy, test = run.results.val_accuracy, run.results.test_accuracy
        sentences.append(f"Validation accuracy {accuracy:.2%}, test accuracy {test:.2%}.")
        facts |= {"val_accuracy": accuracy, "test_accuracy": test}
    if run.message:
        sentences.append(run.message)
    link = link_to(dashboard, f"results?run={quote(run.id)}")
    return Letter(subject, " ".join(sentences), link, facts | {"link": link})


def link_to(dashboard: str, page: str) -> str:
    """Return the address of a page of the dashboard for all devices, or "" where nobody knows it."""
    begin = host().address or for_other_devices(dashboard)
    return f"{begin.rstrip('/')}/{page}" if begin else ""


def is_news(run: Run, minutes: float) -> bool:
    """Return whether somebody wants to hear of an end: not of a short run, nor of a stop they asked for."""
    asked = run.status is RunStatus.STOPPED and run.command is Command.STOP
    return not asked and run.progress.seconds >= 60 * minutes
