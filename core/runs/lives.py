"""The life of a run in the store, from *scheduled* to its end, as its worker and its owner move it.

A worker that carries out a run holds it by a word of its own, `Run.holder`. Where it gives that word, what it
writes is refused once another worker holds the run: one that slept cannot spoil what another went on with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from core.errors import RunNotFoundError
from core.model.shapes import network_cost
from core.model.specs import RunSpec
from core.names import UNTITLED, kept
from core.runs import tables as t
from core.runs.artifacts import CHECKPOINT
from core.runs.datasets import Datasets
from core.runs.lineage import CONTINUABLE, take_over
from core.runs.records import EpochPoint, Progress, Results, Run, StepPoint
from core.runs.rows import RUN_COLUMNS, new_id, next_number, number_in_turn, replace, to_run
from core.runs.status import Command, RunStatus

_R = t.runs.c
_ONE = sa.select(*RUN_COLUMNS).where(_R.id == sa.bindparam("run_id"), _R.deleted_at.is_(None))
_PAUSED = sa.case((_R.command == Command.PAUSE, RunStatus.PAUSED.value), else_=RunStatus.RUNNING.value)


class TakenOverError(Exception):
    """Another worker holds this run now, or it is gone: whoever hears this leaves it alone."""


class Lives(Datasets):
    """What becomes of runs, in the database at `url`."""

    def create(
        self,
        spec: RunSpec,
        name: str,
        preset: str | None = None,
        *,
        owner: str | None = None,
        group_id: str | None = None,
        parent: str | None = None,
        pupil: str | None = None,
        holder: str | None = None,
    ) -> Run:
        """Save a new run as scheduled and return it; it begins where its `parent` ended (`lineage`).

        Args:
            pupil: who begins it in a class (`Classes.entries`); if they are gone, it belongs to none.
            holder: whoever will carry it out; None: it waits for a worker of any server.
        """
        more = {"preset": preset, "owner": owner, "group_id": group_id, "parent": parent, "holder": holder}
        with self._begin() as connection:
            run_id = self._insert(connection, spec, name, pupil, **more)
            if parent:
                take_over(connection, parent, run_id, spec.continued[-1].after)
        return self.get(run_id)

    def _insert(
        self, connection: sa.Connection, spec: RunSpec, name: str, pupil: str | None, **more: str | None
    ) -> str:
        """Save a new run and return its id; `more` are further columns."""
        run_id, now = new_id(), self._now()
        row: dict[str, Any] = {
            "id": run_id,
            "number": next_number(),
            "name": kept(name) or UNTITLED,
            "tags": [],
            "status": RunStatus.SCHEDULED,
            "command": Command.RUN,
            "spec": spec.to_json(),
            "parameters": network_cost(spec.layers).parameters,
            "created_at": now,
            "heartbeat_at": now,
            "progress": asdict(Progress()),
            "data": {},
            "environment": {},
            **more,
        }
        number_in_turn(connection)
        connection.execute(t.runs.insert().values(row))
        if pupil:
            them = sa.select(sa.literal(run_id), t.pupils.c.id, sa.literal(0))
            entry = them.where(t.pupils.c.id == pupil)
            connection.execute(t.entries.insert().from_select(["run_id", "pupil_id", "hidden"], entry))
        return run_id

    def get(self, run_id: str) -> Run:
        """Return one run.

        Raises:
            RunNotFoundError: there is none with this id, or it was deleted.
        """
        if not run_id.isascii():  # no id of ours, and not every database could even be asked
            raise RunNotFoundError(run_id)
        with self._begin() as connection:
            row = connection.execute(_ONE, {"run_id": run_id}).first()
        if row is None:
            raise RunNotFoundError(run_id)
        return to_run(tuple(row))

    # --- what a worker does ------------------------------------------------------------------------

    def claim(self, run_id: str, environment: dict[str, Any], holder: str | None = None, **more: Any) -> bool:
        """Hold a run that waits and return True, or False if another does or it was stopped before it began.

        One that was stopped after it had begun stays so: what is left to do is to measure its weights.

        Args:
            more: further columns that change with it.
        """
        holder, now = holder or new_id(), self._now()
        mine = (_R.id == run_id) & (_R.holder.is_(None) | (_R.holder == holder)) & _R.ended_at.is_(None)
        waits = _R.status.in_((RunStatus.SCHEDULED, RunStatus.STOPPED))
        latest = sa.select(sa.func.coalesce(sa.func.max(_R.turn), 0) + 1).scalar_subquery()
        stopped = _R.status == RunStatus.STOPPED
        values = {
            "status": sa.case((stopped, RunStatus.STOPPED.value), else_=RunStatus.RUNNING.value),
            "started_at": sa.func.coalesce(_R.started_at, now),
            "heartbeat_at": now,
            "environment": environment,
            "message": "",
            "holder": holder,
            "turn": latest,
            **more,
        }
        with self._begin() as connection:
            return connection.execute(t.runs.update().where(mine, waits).values(values)).rowcount == 1

    def begin_at(self, run_id: str, epoch: int, step: int, holder: str | None = None) -> None:
        """Forget the points of the curves after an epoch and its last step: they are trained again."""
        with self._begin() as connection:
            self._write(connection, run_id, {"heartbeat_at": self._now()}, holder)
            connection.execute(t.steps.delete().where(t.steps.c.run_id == run_id, t.steps.c.step > step))
            connection.execute(t.epochs.delete().where(t.epochs.c.run_id == run_id, t.epochs.c.epoch > epoch))

    def describe_data(self, run_id: str, data: dict[str, Any], holder: str | None = None) -> None:
        """Note what a run is trained on: the pool's name and fingerprint, the sizes of the split."""
        self._update(run_id, {"data": data}, holder)

    def command(self, run_id: str) -> Command:
        """Return the command last left for this run; a deleted run is to stop."""
        with self._begin() as connection:
            row = connection.execute(sa.select(_R.command).where(_R.id == run_id)).first()
        return Command(row.command) if row else Command.STOP

    def beat(self, run_id: str, holder: str | None = None) -> None:
        """Note that a run's worker lives; a run taken for interrupted is thereby running or paused again."""
        unheard = _R.status == RunStatus.INTERRUPTED
        values = {
            "heartbeat_at": self._now(),
            "status": sa.case((unheard, _PAUSED), else_=_R.status),
            "message": sa.case((unheard, ""), else_=_R.message),
            "ended_at": sa.case((unheard, None), else_=_R.ended_at),
        }
        self._update(run_id, values, holder)

    def set_status(
        self, run_id: str, status: RunStatus, message: str = "", holder: str | None = None
    ) -> None:
        self._update(run_id, {"status": status, "message": message}, holder)

    def record(
        self,
        run_id: str,
        progress: Progress,
        steps: Sequence[StepPoint],
        epochs: Sequence[EpochPoint],
        holder: str | None = None,
        kept: Mapping[str, bytes] | None = None,
    ) -> None:
        """Append points of the curves and say where the run is, in one transaction.

        Writing a point again replaces it, so a failed write may simply be repeated.

        Args:
            kept: artifacts that belong to just these points: a checkpoint, and what goes with it.
        """
        values: dict[str, Any] = {"progress": asdict(progress), "heartbeat_at": self._now()}
        if kept:
            values["attempts"] = sa.case((_R.attempts.is_(None), None), else_=0)
        with self._begin() as connection:
            self._write(connection, run_id, values, holder)
            replace(connection, t.steps, run_id, "step", [asdict(p) for p in steps])
            replace(connection, t.epochs, run_id, "epoch", [asdict(p) for p in epochs])
            rows = [{"name": name, "content": content} for name, content in (kept or {}).items()]
            replace(connection, t.artifacts, run_id, "name", rows)

    def put_artifact(self, run_id: str, name: str, content: bytes, holder: str | None = None) -> None:
        """Keep `content` under `name`, replacing what was there."""
        with self._begin() as connection:
            if holder is not None:
                self._write(connection, run_id, {"heartbeat_at": self._now()}, holder)
            replace(connection, t.artifacts, run_id, "name", [{"name": name, "content": content}])

    def give_back(self, run_id: str, holder: str) -> bool:
        """Let go of a paused run, which waits without a worker; return False if it is to go on instead."""
        values = {"status": RunStatus.PAUSED, "holder": None, "message": ""}
        mine = (_R.id == run_id) & (_R.holder == holder) & (_R.command == Command.PAUSE)
        with self._begin() as connection:
            return connection.execute(t.runs.update().where(mine).values(values)).rowcount == 1

    def end(
        self,
        run_id: str,
        status: RunStatus,
        message: str = "",
        results: Results | None = None,
        holder: str | None = None,
    ) -> None:
        """Close a run for good: nothing of it changes any more but its name, tags and note.

        A checkpoint stays only where "Train longer" may go on from it.
        """
        values: dict[str, Any] = {"status": status, "message": message, "ended_at": self._now()}
        if results is not None:
            values["results"] = asdict(results)
        a = t.artifacts.c
        with self._begin() as connection:
            self._write(connection, run_id, values, holder)
            if status not in CONTINUABLE:
                connection.execute(t.artifacts.delete().where(a.run_id == run_id, a.name == CHECKPOINT))

    # --- what people ask ---------------------------------------------------------------------------

    def ask(self, run_id: str, command: Command) -> None:
        """Leave a command for the worker; what needs none is done at once.

        A stop is shown at once: a run that has not begun is over, of another the kept weights are still to
        be measured, by its worker or, where it has none, by the next. A paused run without a worker that is
        to go on waits for one.
        """
        self.get(run_id)
        begun = _R.started_at.is_not(None)
        with self._begin() as connection:
            connection.execute(t.runs.update().where(_R.id == run_id).values(command=command))
            this = t.runs.update().where(_R.id == run_id, _R.ended_at.is_(None))
            if command is Command.STOP:
                told = "Stopped before it began."
                over = {"status": RunStatus.STOPPED, "ended_at": self._now(), "message": told}
                unfinished = _R.status.in_((RunStatus.RUNNING, RunStatus.PAUSED, RunStatus.SCHEDULED))
                connection.execute(this.where(_R.status == RunStatus.SCHEDULED, ~begun).values(over))
                connection.execute(this.where(unfinished, begun).values(status=RunStatus.STOPPED))
            elif command is Command.RUN:
                alone = this.where(_R.status == RunStatus.PAUSED, _R.holder.is_(None))
                connection.execute(alone.values(status=RunStatus.SCHEDULED))

    def can_resume(self, run_id: str) -> bool:
        """Return whether an interrupted run has kept a checkpoint to go on from."""
        with self._begin() as connection:
            return connection.execute(sa.select(_R.id).where(_resumable(run_id))).first() is not None

    def resume(self, run_id: str) -> bool:
        """Let an interrupted run wait for a worker, to go on from its checkpoint; False if it has none."""
        waits = {"status": RunStatus.SCHEDULED, "message": "", "command": Command.RUN, "ended_at": None}
        again = waits | {"holder": None, "attempts": 0}
        with self._begin() as connection:
            change = t.runs.update().where(_resumable(run_id)).values(again)
            return connection.execute(change).rowcount == 1

    # --- inside ------------------------------------------------------------------------------------

    def _update(self, run_id: str, values: dict[str, Any], holder: str | None = None) -> None:
        with self._begin() as connection:
            self._write(connection, run_id, values, holder)

    def _write(
        self, connection: sa.Connection, run_id: str, values: Mapping[str, Any], holder: str | None
    ) -> None:
        """Change one run, as its holder where one is given; the first write of a transaction locks the run.

        Raises:
            TakenOverError: the holder does not hold it any more.
        """
        change = t.runs.update().where(_R.id == run_id)
        if holder is not None:
            change = change.where(_R.holder == holder)
        if connection.execute(change.values(dict(values))).rowcount == 0 and holder is not None:
            raise TakenOverError(run_id)


def _resumable(run_id: str) -> sa.ColumnElement[bool]:
    a = t.artifacts.c
    kept_one = sa.exists().where(a.run_id == run_id, a.name == CHECKPOINT)
    return (_R.id == run_id) & (_R.status == RunStatus.INTERRUPTED) & kept_one
