"""Whose run is next, and when the others will be: worked out from the store, for all servers alike."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from core.runs.records import Run

Person = str | None
"""An owner; all who have none count as one."""


@dataclass(frozen=True)
class Queue:
    """The runs that have not ended, and what decides who is next.

    Attributes:
        runs: all that have not ended and were not deleted.
        turns: person → the turn in which a worker last took a run of theirs; turns count the store's starts.
        workers: how many the servers that live have together; None if none is known.
    """

    runs: tuple[Run, ...]
    turns: Mapping[Person, int]
    workers: int | None


def first(queue: Queue) -> list[Run]:
    """Return the runs that wait, the one whose turn it is first."""
    people = _People(queue)
    return sorted((run for run in queue.runs if run.waits), key=people.rank)


def starts(
    queue: Queue, left: Callable[[Run], float], whole: Callable[[Run], float]
) -> Iterator[tuple[Run, float]]:
    """Yield the runs that wait in the order in which workers will take them, and in how many seconds.

    Args:
        left: the seconds a worker is still at a run that it holds.
        whole: the seconds it will need for one that waits.
    """
    people, waiting = _People(queue), _Lines(queue)
    held = [run for run in queue.runs if run.holder and not run.waits]
    free = [(left(run), place, run.owner) for place, run in enumerate(held)]
    idle = max((queue.workers or 0) - len(held), 0 if held else 1)
    heapq.heapify(free)
    for place in range(len(held), len(held) + len(waiting)):
        at, idle = 0.0, idle - 1
        if idle < 0:
            at, _, owner = heapq.heappop(free)
            people.busy[owner] -= 1
        run = waiting.take(people)
        yield run, at
        people.begin(run)
        heapq.heappush(free, (at + whole(run), place, run.owner))


class _People:
    """Who has how many runs under way, and whose turn was last."""

    def __init__(self, queue: Queue) -> None:
        self.busy = Counter(run.owner for run in queue.runs if run.holder)
        self.turns = dict(queue.turns)
        self._latest = max(self.turns.values(), default=0)

    def rank(self, run: Run) -> tuple[bool, bool, int, int]:
        """Return the place of a run that waits: the least is next.

        What had begun goes on first. Then come the single runs of people who have none under way, before
        sweeps, repeats and further runs; of these, whose turn was longest ago; then the oldest.
        """
        favoured = run.group_id is None and not self.busy[run.owner]
        return run.started_at is None, not favoured, self.turns.get(run.owner, 0), run.number or 0

    def begin(self, run: Run) -> None:
        self._latest += 1
        self.busy[run.owner] += 1
        self.turns[run.owner] = self._latest


class _Lines:
    """The runs that wait, in one line for each person and kind, so that only the heads need be compared."""

    def __init__(self, queue: Queue) -> None:
        self._lines: dict[tuple[object, ...], list[Run]] = {}
        for run in sorted(queue.runs, key=lambda run: -(run.number or 0)):
            if run.waits:
                key = (run.owner, run.group_id is None, run.started_at is None)
                self._lines.setdefault(key, []).append(run)

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    def take(self, people: _People) -> Run:
        """Return the next run, out of its line."""
        key = min(self._lines, key=lambda key: people.rank(self._lines[key][-1]))
        line = self._lines[key]
        run = line.pop()
        if not line:
            del self._lines[key]
        return run
