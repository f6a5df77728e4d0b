"""Groups and owners of runs, and a store that an earlier version made."""

import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.errors import StoreError
from core.model.specs import RunSpec
from core.runs import rows
from core.runs import tables as t
from core.runs.status import RunStatus
from core.runs.store import RunStore

LATER = ("number", "owner", "group_id", "parent")
"""Columns that the first version's runs had not."""


def test_a_group_is_kept_with_what_was_asked_for(store: RunStore) -> None:
    group = store.create_group("repeat", "net\n× 3 seeds", {"copies": 3}, owner="me")
    assert (group.name, group.status, group.definition) == ("net × 3 seeds", "running", {"copies": 3})
    other = store.create_group("sweep", "", {})
    assert other.name == "Untitled"
    assert [g.id for g in store.groups()] == [other.id, group.id]
    assert store.groups("repeat") == [group]
    time.sleep(0.01)
    store.beat_group(group.id)
    assert store.group(group.id).heartbeat_at > group.heartbeat_at
    store.end_group(group.id, "stopped", "asked to")
    ended = store.group(group.id)
    assert (ended.status, ended.message, ended.ended_at is not None) == ("stopped", "asked to", True)
    with pytest.raises(StoreError, match="no group of runs “nope”"):
        store.group("nope")


def test_a_group_and_its_runs_are_saved_together(any_store: RunStore, small_spec: RunSpec) -> None:
    specs = {f"seed {seed}": small_spec.model_copy(update={"seed": seed}) for seed in range(3)}
    runs = any_store.create_together(
        "repeat", "net × 3 seeds", {"copies": 3}, specs, "quick-start", owner="me"
    )
    (group,) = any_store.groups()
    assert (group.name, group.status, group.owner) == ("net × 3 seeds", "finished", "me")
    assert {run.name: run.spec for run in runs} == specs
    assert [run.number for run in runs] == [1, 2, 3]
    assert {(run.group_id, run.owner, run.preset) for run in runs} == {(group.id, "me", "quick-start")}


def test_where_one_run_of_a_group_cannot_be_saved_there_is_no_group(
    store: RunStore, small_spec: RunSpec
) -> None:
    """As on a disk on which the first had room, and the second has not."""
    full = sa.text(
        "CREATE TRIGGER full BEFORE INSERT ON runs WHEN NEW.name = 'second' "
        "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    store.runs()
    with sa.create_engine(store.url).begin() as connection:
        connection.execute(full)
    with pytest.raises(StoreError):
        store.create_together("repeat", "net", {}, {"first": small_spec, "second": small_spec})
    assert (store.runs(), store.groups()) == ([], [])


def test_runs_are_counted_and_know_their_owner_and_group(store: RunStore, small_spec: RunSpec) -> None:
    first = store.create(small_spec, "a")
    second = store.create(small_spec, "b", owner="me", group_id="g")
    assert [(run.number, run.owner, run.group_id) for run in (first, second)] == [
        (1, None, None),
        (2, "me", "g"),
    ]
    store.delete([second.id])
    assert store.create(small_spec, "c").number == 3


def test_the_runs_of_a_group_are_found_alone_and_in_order(any_store: RunStore, small_spec: RunSpec) -> None:
    made = [
        any_store.create(small_spec, name, group_id=group) for name, group in zip("abcd", "ghgg", strict=True)
    ]
    any_store.create(small_spec, "alone")
    any_store.delete([made[2].id])
    assert [run.name for run in any_store.runs("g")] == ["d", "a"]
    assert any_store.runs("none") == []


def test_a_row_that_has_not_changed_is_decoded_once_and_one_that_has_is_new(
    store: RunStore, small_spec: RunSpec
) -> None:
    run = store.create(small_spec, "a")
    assert store.get(run.id) is store.runs()[0]
    store.rename(run.id, "b")
    store.set_tags(run.id, ["x"])
    store.set_status(run.id, RunStatus.RUNNING)
    (now,) = store.runs()
    assert (now.name, now.tags, now.status) == ("b", ("x",), RunStatus.RUNNING)


@pytest.mark.parametrize("kept", [2, 100_000])
def test_each_run_is_decoded_once_however_many_there_are(
    store: RunStore, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    made = [store.create(small_spec, name).id for name in "abc"]
    decoded = list[str]()
    plain = rows._decoded
    monkeypatch.setattr(rows, "_MOST_KEPT", kept)
    monkeypatch.setattr(rows, "_kept", {})
    monkeypatch.setattr(rows, "_decoded", lambda row: (decoded.append(row[0]), plain(row))[1])
    for _ in range(3):
        assert [run.id for run in store.runs()] == made[::-1]
    if kept > len(made):
        assert sorted(decoded) == sorted(made)


def test_a_store_of_the_first_version_is_brought_up_to_date_with_its_runs(
    tmp_path: Path, small_spec: RunSpec
) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite'}"
    old = RunStore(url)
    run = old.create(small_spec, "kept")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for index in t.runs.indexes:
            index.drop(connection)
        for column in LATER:
            connection.execute(sa.text(f"ALTER TABLE runs DROP COLUMN {column}"))
        connection.execute(sa.text("DROP TABLE groups"))
        connection.execute(sa.text("DROP TABLE mirrors"))
    engine.dispose()
    new = RunStore(url)
    assert new.get(run.id).name == "kept"
    assert new.get(run.id).number is None
    assert new.create(small_spec, "next").number == 1
    assert new.groups() == []
    columns = {column["name"] for column in sa.inspect(sa.create_engine(url)).get_columns("runs")}
    assert columns == {column.name for column in t.runs.c}
    indexes = {index["name"] for index in sa.inspect(sa.create_engine(url)).get_indexes("runs")}
    assert indexes == {index.name for index in t.runs.indexes}
