"""Rows of the tables to records and back."""

import json
import math
import secrets
from typing import Any

import sqlalchemy as sa

from core.runs import tables as t
from core.runs.records import EpochPoint, Progress, Results, Run
from core.runs.status import Command, RunStatus

_NUMBERS = 0x64696769
"""What PostgreSQL's lock on the numbers of runs is called: any number that nobody else uses."""


def new_id() -> str:
    """Return an id that nobody guesses: ten hexadecimal digits."""
    return secrets.token_hex(5)


def next_number() -> Any:
    """Return what the next run of a store is numbered with, for an insert."""
    return sa.select(sa.func.coalesce(sa.func.max(t.runs.c.number), 0) + 1).scalar_subquery()


def number_in_turn(connection: sa.Connection) -> None:
    """Let nobody else take a number until this transaction ends.

    SQLite has one writer at a time anyway; PostgreSQL's see only what others have committed.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_NUMBERS)))


def replace(
    connection: sa.Connection, table: sa.Table, run_id: str, key: str, rows: list[dict[str, Any]]
) -> None:
    """Write rows of one run, first removing those with the same key."""
    if not rows:
        return
    keys = [row[key] for row in rows]
    connection.execute(table.delete().where(table.c.run_id == run_id, table.c[key].in_(keys)))
    connection.execute(table.insert(), [{"run_id": run_id} | _finite(row) for row in rows])


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with NaN and infinity as NULL, which every database can hold."""
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}


def bin_width(steps: int, max_points: int) -> int:
    """Return a power of two, so that a growing curve is binned anew only when it has doubled."""
    return 1 << max(0, math.ceil(math.log2(max(1, steps) / max_points)))


_S = t.steps.c
BINNED_STEPS = (
    sa.select(sa.func.max(_S.step), sa.func.avg(_S.loss), sa.func.avg(_S.accuracy), sa.func.max(_S.seconds))
    .where(_S.run_id == sa.bindparam("run_id"))
    .group_by((_S.step - 1) // sa.bindparam("width", type_=sa.Integer))
    .order_by(sa.func.max(_S.step))
)
"""The steps of a run as means over so many each."""


_JSON = {column.name for column in t.runs.c if isinstance(column.type, sa.JSON)}
RUN_COLUMNS = tuple(
    sa.cast(column, sa.Text).label(column.name) if column.name in _JSON else column
    for column in t.runs.c
    if column.name not in ("deleted_at", "attempts", "turn")
)
"""What `to_run` reads: JSON as text, so that rows can be compared and need be decoded only once."""
_NAMES = tuple("spec_json" if column.name == "spec" else column.name for column in RUN_COLUMNS)


_MOST_KEPT = 30_000
_kept: dict[str, tuple[tuple[Any, ...], Run]] = {}
"""The last row of each run, by its id, and the run in it: a few KB each, as many as pages read at once."""


def to_run(row: tuple[Any, ...]) -> Run:
    """Return the run in a row of `RUN_COLUMNS`; the same row gives the same value, already decoded."""
    known = _kept.get(row[0])
    if known is not None and known[0] == row:
        return known[1]
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[row[0]] = row, (run := _decoded(row))
    return run


def _decoded(row: tuple[Any, ...]) -> Run:
    values = dict(zip(_NAMES, row, strict=True))
    values |= {name: json.loads(values[name] or "null") for name in _JSON}
    return Run(
        **values
        | {
            "tags": tuple(values["tags"]),
            "note": values["note"] or "",
            "status": RunStatus(values["status"]),
            "command": Command(values["command"]),
            "progress": Progress(**values["progress"]),
            "results": Results(**values["results"]) if values["results"] else None,
        }
    )


def to_epoch(row: Any) -> EpochPoint:
    values = {key: row[key] for key in row if key != "run_id"}
    known: dict[str, Any] = {key: math.nan if value is None else value for key, value in values.items()}
    return EpochPoint(**known)
