"""What the store keeps of classes, as frozen values. Times are Unix seconds."""

from dataclasses import dataclass

from core.classes.task import Task
from core.runs.records import Run


@dataclass(frozen=True)
class SchoolClass:
    """A class and what it asks for.

    Attributes:
        id: six letters and digits that can be told apart on a blackboard; they are the pupils' link.
        owner: the teacher's browser (`pages/shared/visitor.py`).
        ends_at: runs that are begun later do not count; None: it has no end.
        shown: the run that the projector shows, by id; None: the board.
        seen_at: when its teacher last opened it, to the day.
        kept: whether it stays for good, however old it grows.
    """

    id: str
    name: str
    owner: str
    task: Task
    created_at: float
    ends_at: float | None
    shown: str | None
    seen_at: float | None = None
    kept: bool = False

    def is_over(self, now: float) -> bool:
        return self.ends_at is not None and now > self.ends_at


@dataclass(frozen=True)
class Pupil:
    """Somebody in a class: a browser with a nickname, which the teacher may have hidden."""

    id: str
    class_id: str
    owner: str
    nickname: str
    joined_at: float
    hidden: bool


@dataclass(frozen=True)
class Entry:
    """A run that a pupil began in a class; the teacher may have hidden it."""

    run: Run
    pupil: Pupil
    hidden: bool
