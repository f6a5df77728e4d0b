"""Runs that continue others: what one needs for it, and what the new run begins with."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from core.errors import StoreError
from core.runs import tables as t
from core.runs.artifacts import CHECKPOINT, FILM, FRAMES, VITALS
from core.runs.records import EpochPoint, Run
from core.runs.status import RunStatus

CONTINUABLE = (RunStatus.FINISHED, RunStatus.STOPPED)


def whole_epochs(run: Run, epochs: Sequence[EpochPoint]) -> int:
    """Return after which epoch a run can be continued: its last whole one, 0 if it has none.

    A stop measures an epoch that it broke off; that one is done again.
    """
    ends = run.epoch_ends
    return max((p.epoch for p in epochs if p.epoch < len(ends) and p.step == ends[p.epoch]), default=0)


def why_not(run: Run, artifacts: Collection[str]) -> str:
    """Return why a run cannot be continued, in one sentence, or nothing if it can.

    Args:
        artifacts: the names of what it left behind.
    """
    if run.is_live:
        return "It is still training: stop it or wait for its end."
    if run.status not in CONTINUABLE:
        return f"It {_ENDED[run.status]}: only a finished or stopped run can go on."
    if CHECKPOINT in artifacts:
        return ""
    if run.imported_at is not None:
        how = "It came along with the app" if run.is_bundled else "It was imported"
        return (
            f"{how}, without the state of its optimizer, so it cannot go on exactly where it ended. Train it "
            "anew with more epochs."
        )
    return (
        "It kept no checkpoint: it was trained before runs could be continued, or ended before its first "
        "epoch. Train it anew with more epochs."
    )


_ENDED = {
    RunStatus.DIVERGED: "diverged",
    RunStatus.FAILED: "failed",
    RunStatus.INTERRUPTED: "was interrupted",
}


def take_over(connection: sa.Connection, parent: str, run_id: str, epoch: int) -> None:
    """Give a new run another's curves up to an epoch, its frames, its checkpoint, what is known of its data.

    How many images train says where in an epoch a batch is, also while the new run waits for its turn.

    Raises:
        StoreError: the other run has no checkpoint, or not this epoch.
    """
    e, s, a = t.epochs.c, t.steps.c, t.artifacts.c
    last = connection.execute(sa.select(e.step).where(e.run_id == parent, e.epoch == epoch)).scalar()
    wanted = [(t.epochs, e.epoch <= epoch), (t.steps, s.step <= (last or 0))]
    wanted.append((t.artifacts, a.name.in_((CHECKPOINT, FRAMES, FILM, VITALS))))
    for table, which in wanted:
        names = [column.name for column in table.c if column.name != "run_id"]
        query = sa.select(sa.literal(run_id), *(table.c[name] for name in names))
        query = query.where(table.c.run_id == parent, which)
        connection.execute(table.insert().from_select(["run_id", *names], query))
    data = sa.select(t.runs.c.data).where(t.runs.c.id == parent).scalar_subquery()
    connection.execute(t.runs.update().where(t.runs.c.id == run_id).values(data=data))
    kept = sa.select(a.run_id).where(a.run_id == run_id, a.name == CHECKPOINT)
    if last is None or connection.execute(kept).first() is None:
        raise StoreError("The run to go on from is gone, or kept no checkpoint: train it anew.")
