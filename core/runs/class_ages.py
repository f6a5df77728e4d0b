"""How long classes stay: one that gave no sign of life for a stated time goes, unless it is kept."""

from functools import cached_property

import sqlalchemy as sa

from core.classes.records import SchoolClass
from core.runs import tables as t
from core.runs.classes import Classes
from core.runs.keeping import AT_LEAST_SEEN, DAY
from core.runs.watch import Watch

_C, _P, _E, _R = t.classes.c, t.pupils.c, t.entries.c, t.runs.c


class ClassAges(Classes):
    """Signs of life of the classes in the database at `url`.

    They are that somebody joined, that a run was begun in it, and that its teacher opened it.
    """

    @cached_property
    def _grown_old(self) -> Watch:
        return Watch(self._clock, self._now)

    def see_class(self, found: SchoolClass) -> None:
        """Note that its teacher has opened a class, once a day."""
        if (now := self._now()) - (found.seen_at or 0.0) >= DAY:
            self._change_class(found.id, {"seen_at": now})

    def keep_class(self, class_id: str, kept: bool) -> None:
        """Have a class stay for good, or let it grow old like others."""
        self._change_class(class_id, {"kept": int(kept)})

    def expire_classes(self, days: float) -> int:
        """Delete what has given no sign of life for so many days and is not kept; return how many classes.

        The runs of its pupils stay. As a date may be wrong, nothing goes that this process has not seen too
        old for `AT_LEAST_SEEN` seconds; so it is to be called every few seconds.
        """
        long_ago = self._now() - days * DAY
        last = sa.func.coalesce(_C.seen_at, _C.created_at)
        mortal = _C.deleted_at.is_(None) & (sa.func.coalesce(_C.kept, 0) == 0)
        old = sa.select(_C.id, last).where(mortal, last <= long_ago, ~_joined_since(long_ago))
        with self._begin() as connection:
            signs = {row[0]: row[1] for row in connection.execute(old.where(~_trained_since(long_ago)))}
            gone = self._grown_old.unchanged(signs, AT_LEAST_SEEN)
            if gone:
                these = t.classes.update().where(_C.id.in_(gone))
                connection.execute(these.values(deleted_at=self._now()))
        return len(gone)


def _joined_since(moment: float) -> sa.ColumnElement[bool]:
    return sa.exists().where(_P.class_id == _C.id, _P.joined_at > moment)


def _trained_since(moment: float) -> sa.ColumnElement[bool]:
    begun = (_P.class_id == _C.id) & (_E.pupil_id == _P.id) & (_R.id == _E.run_id)
    return sa.exists().where(begun, _R.created_at > moment)
