"""Which runs are wanted in an MLflow tracking server, in the store, and how much of each is there.

It does not know MLflow: `mlflow_mirror.py` sends, `courier.py` says when.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from core.errors import UserError
from core.journal import without_password
from core.runs import tables as t
from core.runs.groups import Groups
from core.runs.records import Run
from core.runs.rows import RUN_COLUMNS, to_run
from core.runs.status import RunStatus
from core.runs.watch import Watch

LEASE = 20.0
"""Seconds for which whoever sends a run keeps others from sending it too; each step sent renews them."""
LONGEST_WAIT = 60.0
"""Seconds between two attempts to send a run, at most; the first ones follow after 2, 4, 8 …"""


class MirrorError(UserError):
    """A run that MLflow did not take."""


@dataclass(frozen=True)
class Mirror:
    """A run that is wanted in MLflow, and what of it is there.

    Attributes:
        address: the tracking server, without a password.
        remote_id: MLflow's id of the run, once it has one.
        page: where a browser finds the run in MLflow, if anywhere.
        epochs_sent, steps_sent: the last epoch and the last batch whose metrics are there.
        wanted_at: when it was last asked for.
        done_at: when all of it was there; None as long as something is missing.
        error: why the last attempt failed; empty if it did not.
        failures: attempts that failed since the last that did not.
        retry_at: not before this moment is it tried again, unless a clock was set in between.
        sender, held_until: who is sending it, and until when by its own clock: others take it over only
            once they have seen that this has not changed for `LEASE` seconds.
    """

    run_id: str
    address: str
    remote_id: str | None
    page: str | None
    epochs_sent: int
    steps_sent: int
    wanted_at: float
    done_at: float | None
    error: str
    failures: int
    retry_at: float
    sender: str | None
    held_until: float


NOTHING_SENT: dict[str, Any] = {"remote_id": None, "page": None, "epochs_sent": 0, "steps_sent": 0}
NOT_TRIED: dict[str, Any] = {"done_at": None, "error": "", "failures": 0, "retry_at": 0.0}
NOT_HELD: dict[str, Any] = {"sender": None, "held_until": 0.0}


def tracking_uri() -> str | None:
    """Return the MLflow server that `MLFLOW_TRACKING_URI` names, or None where runs are not mirrored."""
    return os.environ.get("MLFLOW_TRACKING_URI", "").strip() or None


class Mirrors(Groups):
    """The runs in the database at `url` that are wanted in MLflow.

    One row tells of each: a run is sent by one sender at a time, who holds it for `LEASE` seconds and
    lets it go when done; whoever dies while sending is succeeded by the next.
    """

    @cached_property
    def _senders(self) -> Watch:
        return Watch(self._clock, self._now)

    def want_mirrors(self, run_ids: Iterable[str], uri: str) -> None:
        """Note that runs are wanted in the MLflow server at `uri`, or wanted again, as they are now."""
        ids, address, m = list(run_ids), without_password(uri), t.mirrors
        wanted = NOT_TRIED | {"address": address, "wanted_at": self._now()}
        with self._begin() as connection:
            mine = m.update().where(m.c.run_id.in_(ids))
            connection.execute(mine.where(m.c.address != address).values(NOTHING_SENT | NOT_HELD))
            connection.execute(mine.values(wanted))
            known = connection.execute(sa.select(m.c.run_id).where(m.c.run_id.in_(ids))).scalars().all()
            if new := [run_id for run_id in ids if run_id not in known]:
                rows = [{"run_id": run_id} | NOTHING_SENT | NOT_HELD | wanted for run_id in new]
                connection.execute(m.insert(), rows)

    def mirrors(self, run_ids: Iterable[str]) -> dict[str, Mirror]:
        """Return what is known of those among these runs that are wanted in MLflow."""
        query = sa.select(t.mirrors).where(t.mirrors.c.run_id.in_(list(run_ids)))
        with self._begin() as connection:
            return {row["run_id"]: Mirror(**row) for row in connection.execute(query).mappings()}

    def mirror(self, run_id: str) -> Mirror | None:
        return self.mirrors([run_id]).get(run_id)

    def due_mirrors(self, uri: str) -> list[str]:
        """Return the runs to be sent to `uri` now: those that live first, then the last wanted first.

        A run that lives is always due; one that was deleted only if MLflow still has to hear how it ended.
        """
        m, r, now = t.mirrors.c, t.runs.c, self._now()
        due = (
            (m.address == without_password(uri))
            & (m.done_at.is_(None) | r.ended_at.is_(None))
            & (r.deleted_at.is_(None) | m.remote_id.is_not(None))
            & (r.status != RunStatus.SCHEDULED)
            & ((m.retry_at <= now) | (m.retry_at > now + LONGEST_WAIT))
        )
        query = sa.select(m.run_id, m.sender, m.held_until).join_from(t.mirrors, t.runs).where(due)
        query = query.order_by(sa.case((r.ended_at.is_(None), 0), else_=1), m.wanted_at.desc())
        with self._begin() as connection:
            rows = connection.execute(query).all()
        held = {row.run_id: row.held_until for row in rows if row.sender}
        busy = held.keys() - self._senders.silent(held, LEASE)
        return [row.run_id for row in rows if row.run_id not in busy]

    def mirror_problem(self, uri: str) -> tuple[int, str] | None:
        """Return how many runs still have to get to `uri`, and why the last attempt at one of them failed.

        None if no attempt at one of these has failed.
        """
        m = t.mirrors.c
        waiting = (m.address == without_password(uri)) & m.done_at.is_(None) & t.runs.c.deleted_at.is_(None)
        query = sa.select(m.error).join_from(t.mirrors, t.runs).where(waiting).order_by(m.retry_at.desc())
        with self._begin() as connection:
            errors = list(connection.execute(query).scalars())
        return (len(errors), errors[0]) if errors and errors[0] else None

    def mirrored_run(self, run_id: str) -> Run | None:
        """Return a run as `get` does, but a deleted one too, and None if it was removed for good."""
        with self._begin() as connection:
            row = connection.execute(sa.select(*RUN_COLUMNS).where(t.runs.c.id == run_id)).first()
        return to_run(tuple(row)) if row is not None else None

    def hold_mirror(self, run_id: str, sender: str, **values: Any) -> bool:
        """Keep others from sending this run, note `values` and return True, or False if another sends it."""
        m = t.mirrors.c
        free = (m.sender == sender) | m.sender.is_(None)
        mirror = self.mirror(run_id)
        if mirror and mirror.sender and self._senders.silent({run_id: mirror.held_until}, LEASE):
            free |= m.held_until == mirror.held_until
        return self._change_mirror(run_id, free, sender=sender, held_until=self._now() + LEASE, **values)

    def end_mirror(self, run_id: str, sender: str, wanted_at: float, done: bool) -> None:
        """Let go of a run that was sent; it is done unless it was wanted again after `wanted_at`."""
        m = t.mirrors.c
        done_at = sa.case((m.wanted_at == wanted_at, self._now() if done else None), else_=None)
        sent = NOT_TRIED | NOT_HELD | {"done_at": done_at}
        self._change_mirror(run_id, m.sender == sender, **sent)

    def fail_mirror(self, run_id: str, sender: str, error: str) -> None:
        """Let go of a run that could not be sent, for the next attempt."""
        mirror = self.mirror(run_id)
        failures = 1 + (mirror.failures if mirror else 0)
        later = self._now() + min(2.0 ** min(failures, 30), LONGEST_WAIT)
        failed = NOT_HELD | {"error": error, "failures": failures, "retry_at": later}
        self._change_mirror(run_id, t.mirrors.c.sender == sender, **failed)

    def _change_mirror(self, run_id: str, only: sa.ColumnElement[bool], **values: Any) -> bool:
        change = t.mirrors.update().where(t.mirrors.c.run_id == run_id, only).values(**values)
        with self._begin() as connection:
            return connection.execute(change).rowcount == 1
