"""What servers do with the store's runs: choose the next one, and take back those whose worker is gone.

A run is held as long as its worker gives signs of life. No clock of another machine decides: a sign counts as
old when whoever looks has not seen it change for so many seconds by its own monotonic clock (`watch.py`), and
a look counts only if the looker could write to the store itself, as the worker would have to.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.runs import tables as t
from core.runs.lives import Lives
from core.runs.queue import Queue, first
from core.runs.records import Run
from core.runs.rows import RUN_COLUMNS, to_run
from core.runs.status import UNFINISHED, Command, RunStatus
from core.runs.watch import Watch

SILENCE = 15.0
"""Seconds without a sign of life after which a worker counts as gone, and its run is taken back.

After as many a server's workers are not counted any more.
"""
MOST_ATTEMPTS = 4
"""How many workers may end at a run, one after another, before it has come any further."""
INTERRUPTED_MESSAGE = (
    "The worker ended before the training did (closed, killed or out of memory); all up to then is kept."
)
_TOO_OFTEN = (
    f"{MOST_ATTEMPTS} workers ended at it before it had come any further, maybe for want of memory: it is "
    "not tried again by itself. All up to then is kept."
)
_R = t.runs.c
_WAITS = (
    _R.status.in_((RunStatus.SCHEDULED, RunStatus.STOPPED))
    & _R.holder.is_(None)
    & _R.ended_at.is_(None)
    & _R.deleted_at.is_(None)
)


class Leases(Lives):
    """The queue of runs in the database at `url`, and the servers that work it off."""

    @cached_property
    def _lives(self) -> Watch:
        return Watch(self._clock, self._now)

    @cached_property
    def _servers(self) -> Watch:
        return Watch(self._clock, self._now)

    def waiting(self) -> int:
        """Return how many runs wait for a worker."""
        with self._begin() as connection:
            return connection.execute(sa.select(sa.func.count()).where(_WAITS)).scalar_one()

    def queue(self) -> Queue:
        """Return the runs that have not ended, and what decides which is next."""
        runs = sa.select(*RUN_COLUMNS).where(_R.ended_at.is_(None), _R.deleted_at.is_(None))
        turns = sa.select(_R.owner, sa.func.max(_R.turn)).where(_R.turn.is_not(None)).group_by(_R.owner)
        workers = sa.select(sa.func.sum(t.servers.c.workers))
        with self._begin() as connection:
            living = tuple(to_run(tuple(row)) for row in connection.execute(runs))
            last = {row[0]: row[1] for row in connection.execute(turns)}
            return Queue(living, last, connection.execute(workers).scalar_one())

    def claim_next(
        self, holder: str, environment: dict[str, Any], unfit: Callable[[Run], str] = lambda _: ""
    ) -> Run | None:
        """Hold the run whose turn it is and return it, or None if none waits that this worker can take.

        Args:
            unfit: why a run has to wait for another worker, in a sentence for its page; "" if it has not.
        """
        for run in first(self.queue()):
            if why := unfit(run):
                self._say_while_waiting(run, why)
            elif self.claim(run.id, environment, holder, attempts=sa.func.coalesce(_R.attempts, 0) + 1):
                return self.get(run.id)
        return None

    def look_after(self, server: str, workers: int) -> set[str]:
        """Say that a server lives, take back what nobody is at any more, and return who holds a run.

        Servers that share a cluster say so under one name, so that its workers count once. To be called every
        few seconds. If the server cannot write, nothing is taken back: then workers cannot give signs of life
        either.
        """
        self._beat_server(server, workers)
        self._forget_servers()
        self.take_back_silent()
        held = sa.select(_R.holder).where(_R.holder.is_not(None), _R.ended_at.is_(None))
        with self._begin() as connection:
            return {str(holder) for holder in connection.execute(held).scalars()}

    def leave(self, server: str) -> None:
        """Take a server that ends out of the count."""
        with self._begin() as connection:
            connection.execute(t.servers.delete().where(t.servers.c.id == server))

    def take_back_silent(self, silence: float = SILENCE) -> int:
        """Take back the runs whose holder gave no sign of life while this store looked; return how many.

        Each call is a look, and `silence` the seconds between the first and the last look at the same sign
        of life (`Watch.unchanged`); so it is to be called every few seconds.
        """
        living = _R.ended_at.is_(None) & (_R.holder.is_not(None) | (_R.status == RunStatus.RUNNING))
        with self._begin() as connection:
            rows = connection.execute(sa.select(_R.id, _R.holder, _R.heartbeat_at).where(living)).all()
        signs = {row.holder or row.id: (row.id, row.heartbeat_at) for row in rows}
        silent = self._lives.unchanged({key: sign for key, (_, sign) in signs.items()}, silence)
        return sum(self._take_back(_R.heartbeat_at == signs[key][1], signs[key][0]) for key in silent)

    def take_back(self, holder: str) -> int:
        """Take back the run of a worker that is known to be gone; return 1, or 0 if it held none."""
        with self._begin() as connection:
            mine = sa.select(_R.id).where(_R.holder == holder, _R.ended_at.is_(None))
            run_ids = list(connection.execute(mine).scalars())
        return sum(self._take_back(_R.holder == holder, run_id) for run_id in run_ids)

    def interrupt(self, run_id: str) -> int:
        """Mark one living run as interrupted; its worker, should it wake up, makes it running again."""
        return self._interrupt(_R.id == run_id, INTERRUPTED_MESSAGE)

    def _say_while_waiting(self, run: Run, told: str) -> None:
        if run.message != told:
            with self._begin() as connection:
                this = t.runs.update().where(_R.id == run.id, _WAITS)
                connection.execute(this.values(message=told))

    def _take_back(self, still: sa.ColumnElement[bool], run_id: str) -> int:
        """Let a run wait for the next worker, or mark it as interrupted where none may take it.

        What no server's worker began is a terminal's, which shows its end. Nothing is done if not `still`.
        """
        this = (_R.id == run_id) & _R.ended_at.is_(None) & still
        paused = (_R.command == Command.PAUSE) & (_R.status != RunStatus.STOPPED)
        ended = sa.case((_R.status == RunStatus.STOPPED, _R.status), else_=RunStatus.SCHEDULED.value)
        values = {
            "status": sa.case((paused, RunStatus.PAUSED.value), else_=ended),
            "message": "",
            "holder": None,
            "heartbeat_at": self._now(),
        }
        may_go_on = (_R.attempts < MOST_ATTEMPTS) & _R.holder.is_not(None)
        with self._begin() as connection:
            if connection.execute(t.runs.update().where(this, may_go_on).values(values)).rowcount:
                return 1
        too_often = self._interrupt(this & (_R.attempts >= MOST_ATTEMPTS), _TOO_OFTEN)
        return too_often or self._interrupt(this, INTERRUPTED_MESSAGE)

    def _interrupt(self, which: sa.ColumnElement[bool], told: str) -> int:
        unfinished = _R.status.in_([s.value for s in UNFINISHED])
        change = t.runs.update().where(which & _R.ended_at.is_(None))
        values = {
            "status": sa.case((unfinished, RunStatus.INTERRUPTED.value), else_=_R.status),
            "message": sa.case((unfinished, told), else_=_R.message),
            "ended_at": _R.heartbeat_at,
        }
        with self._begin() as connection:
            return connection.execute(change.values(values)).rowcount

    def _beat_server(self, server: str, workers: int) -> None:
        alive = {"workers": workers, "heartbeat_at": self._now()}
        with self._begin() as connection:
            known = t.servers.update().where(t.servers.c.id == server).values(alive)
            if connection.execute(known).rowcount == 0:
                with suppress(IntegrityError), connection.begin_nested():  # another of its cluster was sooner
                    connection.execute(t.servers.insert().values(id=server, **alive))

    def _forget_servers(self) -> None:
        """Take servers out of the count that were not heard of while this store looked."""
        with self._begin() as connection:
            signs = {row.id: row.heartbeat_at for row in connection.execute(sa.select(t.servers))}
            silent = self._servers.unchanged(signs, SILENCE)
            connection.execute(t.servers.delete().where(t.servers.c.id.in_(silent)))
