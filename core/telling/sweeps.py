"""What is said of a sweep that has ended: one message for all its runs."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from core.runs.records import Group, Run
from core.sweeps.budget import minutes
from core.sweeps.saved import BY_HAND, definition
from core.sweeps.trials import Trial, best_first, trials
from core.telling.letter import Letter, link_to
from core.words import count, duration


def sweep_mark(group: Group, best: Trial | None) -> str:
    """Return how a sweep has ended, in a few signs: "✓ 99.2%" by its best run, or "✗ stopped"."""
    if best is None or best.accuracy is None:
        return f"✗ {group.status}"
    return f"✓ {100 * best.accuracy:.1f}%"


def letter_of_sweep(group: Group, runs: Sequence[Run], dashboard: str) -> Letter:
    """Return what is told of a sweep that has ended.

    Args:
        runs: its runs.
        dashboard: as in `letter_of`.

    Raises:
        SpecError: what was asked for cannot be read any more.
    """
    sweep = definition(group)
    known = trials(sweep, runs)
    best = next(iter(best_first(sweep, known)), None)
    took = f"{count(len(known), 'run')}, {duration(60 * minutes(known))} of training"
    sentences = [f"The sweep “{group.name}” has ended: {took}.", group.message]
    link = link_to(dashboard, f"sweep?sweep={quote(group.id)}")
    facts: dict[str, Any] = {"sweep": group.id, "name": group.name, "status": group.status, "link": link}
    if best and best.accuracy is not None:
        sentences.append(f"The best, run {best.number}, has a validation accuracy of {best.accuracy:.2%}.")
        facts |= {"best": best.run_id, "val_accuracy": best.accuracy}
    subject = f"{sweep_mark(group, best)} · {group.name}"
    return Letter(subject, " ".join(filter(None, sentences)), link, facts)


def is_sweep_news(group: Group, runs: Sequence[Run], wanted: float) -> bool:
    """Return whether somebody wants to hear of an end, from so many minutes of training on."""
    trained = sum(run.progress.seconds for run in runs)
    return group.message != BY_HAND and trained >= 60 * wanted
