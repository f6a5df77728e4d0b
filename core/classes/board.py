"""The board of a class: the best run of each pupil that keeps the rules, as the runs themselves tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from core.classes.records import Entry, Pupil, SchoolClass
from core.classes.task import Task
from core.model.specs import parse
from core.names import natural
from core.runs.records import Results, Run
from core.runs.status import RunStatus

COUNTING = (RunStatus.FINISHED, RunStatus.STOPPED)


@dataclass(frozen=True)
class Place:
    """A pupil's place on the board.

    Attributes:
        rank: 1 for the best; pupils with the same accuracy have the same rank.
        run: the pupil's best that keeps the rules; of equal ones the first.
        results: of that run.
        tries: how many of the pupil's runs keep the rules: the best of many is flattered.
        reached: whether it has the accuracy that is asked.
    """

    rank: int
    pupil: Pupil
    run: Run
    results: Results
    tries: int
    reached: bool


def broken(school_class: SchoolClass, run: Run) -> list[str]:
    """Return why a run does not count, a sentence for each rule that it breaks; empty: it counts."""
    if run.is_bundled or run.imported_at is not None:
        return ["It was not trained here."]
    if run.created_at < school_class.created_at:
        return ["It was begun before the class."]
    if school_class.is_over(run.created_at):
        return ["It was begun after the end of the class."]
    minutes = run.progress.seconds / 60 if run.ended_at else None
    faults = [*_faults(school_class.task, run.spec_json, minutes)]
    if run.status not in COUNTING or run.results is None:
        faults.append(f"It has no result: it is {run.status}.")
    return faults


def kept_off(school_class: SchoolClass, entry: Entry) -> list[str]:
    """Return why a run of a pupil stands on no board, as `broken` does, or because the teacher hid it."""
    if entry.hidden or entry.pupil.hidden:
        return [f"The teacher has hidden {'it' if entry.hidden else 'the nickname'}."]
    return broken(school_class, entry.run)


def board(school_class: SchoolClass, entries: Sequence[Entry]) -> list[Place]:
    """Return the places of the pupils who have a run that counts, the best first."""
    counting: dict[str, list[Entry]] = {}
    for entry in entries:
        if not kept_off(school_class, entry):
            counting.setdefault(entry.pupil.id, []).append(entry)
    best = [(min(mine, key=_first), len(mine)) for mine in counting.values()]
    best.sort(key=lambda one: (-_right(one[0].run), natural(one[0].pupil.nickname)))
    shares = [_right(entry.run) for entry, _ in best]
    return [_place(school_class, entry, tries, shares) for entry, tries in best]


@lru_cache(maxsize=10_000)  # a board is drawn every few seconds for everybody in the class
def _faults(task: Task, spec_json: str, minutes: float | None) -> tuple[str, ...]:
    return tuple(task.broken(parse(spec_json), minutes))


def _place(school_class: SchoolClass, entry: Entry, tries: int, shares: list[Fraction]) -> Place:
    results = entry.run.results
    assert results is not None
    share = _right(entry.run)
    reached = share >= Fraction(str(school_class.task.accuracy))
    return Place(shares.index(share) + 1, entry.pupil, entry.run, results, tries, reached)


def _first(entry: Entry) -> tuple[Fraction, float]:
    return -_right(entry.run), entry.run.created_at


def _right(run: Run) -> Fraction:
    """Return the share of the validation images that a run has right, as what was counted."""
    assert run.results is not None
    images = run.results.val_images
    return Fraction(round(run.results.val_accuracy * images), images)
