"""The behaviour of a store, whatever database is behind it."""

import math
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from core.errors import RunNotFoundError, StoreError
from core.home import store_url
from core.model.course import longer
from core.model.specs import RunSpec
from core.runs import tables as t
from core.runs.artifacts import CHECKPOINT
from core.runs.records import DatasetRecord, EpochPoint, Progress, Results, StepPoint
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from tests.postgresql import Postgres

RESULTS = Results(2, 0.1, 0.97, 120, 0.11, 0.96, 10_000)


@pytest.fixture
def store(any_store: RunStore) -> RunStore:
    return any_store


def steps(count: int) -> list[StepPoint]:
    return [StepPoint(i, 1 / i, i / count, 0.1 * i) for i in range(1, count + 1)]


def epoch(number: int, val_loss: float = 0.2, val_accuracy: float = 0.9) -> EpochPoint:
    return EpochPoint(number, number * 10, 0.3, 0.8, val_loss, val_accuracy, 0.001, 1.0)


def test_the_runs_that_continue_another_are_found_but_for_deleted_ones(
    store: RunStore, small_spec: RunSpec
) -> None:
    parent, other = (store.create(small_spec, name).id for name in ("parent", "other"))
    store.record(parent, Progress(), [], [epoch(1)])
    store.put_artifact(parent, CHECKPOINT, b"weights")
    further = longer(small_spec, 1, 2)
    first, second, third = (store.create(further, "further", parent=parent).id for _ in range(3))
    store.delete([second])
    assert [run.id for run in store.continuing(parent)] == [third, first]
    assert store.continuing(other) == []


def test_a_new_run_is_scheduled_and_keeps_its_spec(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "first", "quick-start")
    assert store.get(run.id) == run
    assert (run.status, run.spec, run.preset, run.is_live) == ("scheduled", small_spec, "quick-start", True)
    # 28·28·4·(3·3·1+1) … by hand: conv 40, dense 14·14·4·16+16, softmax 16·10+10
    assert run.parameters == 40 + 14 * 14 * 4 * 16 + 16 + 170


def test_only_one_worker_can_claim_a_run(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "x")
    claims: list[bool] = []
    threads = [
        threading.Thread(target=lambda: claims.append(store.claim(run.id, {"python": "3"}))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claims) == [False, False, False, True]
    assert store.get(run.id).environment == {"python": "3"}


def test_stopping_a_run_that_has_not_begun_ends_it_for_good(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "x")
    store.ask(run.id, Command.STOP)
    assert store.get(run.id).status is RunStatus.STOPPED
    assert not store.get(run.id).is_live
    assert not store.claim(run.id, {})


def test_a_command_reaches_the_worker_and_a_deleted_run_is_told_to_stop(
    store: RunStore, small_spec: RunSpec
) -> None:
    run = store.create(small_spec, "x")
    assert store.command(run.id) is Command.RUN
    store.ask(run.id, Command.PAUSE)
    assert store.command(run.id) is Command.PAUSE
    store.delete([run.id])
    assert store.command(run.id) is Command.STOP
    assert store.command("no such run") is Command.STOP


def test_history_comes_back_as_it_was_written(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "x")
    store.record(run.id, Progress("training", 1, 20, 30, 400.0, 2.0, 5.0), steps(20), [epoch(1)])
    store.record(run.id, Progress("training", 2, 1, 30), [], [epoch(2, math.nan, 0.95)])
    history = store.history(run.id)
    np.testing.assert_array_equal(history.steps.step, np.arange(1, 21))
    np.testing.assert_allclose(history.steps.loss, 1 / np.arange(1, 21))
    assert history.epochs[0] == epoch(1)
    assert math.isnan(history.epochs[1].val_loss)
    assert store.get(run.id).progress == Progress("training", 2, 1, 30)


def test_writing_the_same_points_twice_changes_nothing(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "x")
    for _ in range(2):
        store.record(run.id, Progress(), steps(5), [epoch(1)])
    assert len(store.history(run.id).steps.step) == 5
    assert len(store.history(run.id).epochs) == 1


def test_a_long_curve_is_reduced_to_means_over_equal_bins(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "x")
    store.record(run.id, Progress(), steps(1000), [])
    reduced = store.history(run.id, max_points=250).steps
    np.testing.assert_array_equal(reduced.step, np.arange(4, 1001, 4))
    np.testing.assert_allclose(reduced.loss, (1 / np.arange(1, 1001)).reshape(-1, 4).mean(axis=1))


def test_the_best_epoch_has_the_highest_accuracy_then_the_lowest_loss(
    store: RunStore, small_spec: RunSpec
) -> None:
    run = store.create(small_spec, "x")
    points = [epoch(1, 0.1, 0.90), epoch(2, 0.3, 0.95), epoch(3, 0.2, 0.95), epoch(4, 0.2, 0.95)]
    store.record(run.id, Progress(), [], points)
    best = store.history(run.id).best_epoch
    assert best is not None
    assert best.epoch == 3


def test_an_empty_history_has_no_best_epoch(store: RunStore, small_spec: RunSpec) -> None:
    history = store.history(store.create(small_spec, "x").id)
    assert history.best_epoch is None
    assert history.steps.step.shape == (0,)


def test_ending_a_run_keeps_results_and_message(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "x")
    store.claim(run.id, {})
    store.end(run.id, RunStatus.FINISHED, "done", RESULTS)
    ended = store.get(run.id)
    assert (ended.status, ended.message, ended.results, ended.is_live) == ("finished", "done", RESULTS, False)


def test_a_silent_run_is_interrupted_and_speaks_again_when_it_was_only_asleep(
    store: RunStore, small_spec: RunSpec
) -> None:
    run = store.create(small_spec, "x")
    store.claim(run.id, {})
    assert store.take_back_silent(60) == 0
    assert store.take_back_silent(0) == 1
    assert store.get(run.id).status is RunStatus.INTERRUPTED
    assert "worker" in store.get(run.id).message
    store.beat(run.id)
    woken = store.get(run.id)
    assert (woken.status, woken.message, woken.is_live) == ("running", "", True)


def test_a_paused_run_that_was_only_asleep_is_paused_again(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "x")
    store.claim(run.id, {})
    store.ask(run.id, Command.PAUSE)
    store.set_status(run.id, RunStatus.PAUSED)
    store.take_back_silent(0)
    store.beat(run.id)
    assert store.get(run.id).status is RunStatus.PAUSED


@pytest.mark.parametrize("run_id", ["", "x" * 10_000, "🙂", "\udcff", "'; drop table runs; --"])
def test_a_strange_id_is_simply_not_found(store: RunStore, run_id: str) -> None:
    with pytest.raises(RunNotFoundError) as caught:
        store.get(run_id)
    assert len(str(caught.value).encode()) < 300


def test_a_late_sign_of_life_does_not_reopen_an_ended_run(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "x")
    store.end(run.id, RunStatus.FINISHED)
    ended_at = store.get(run.id).ended_at
    store.beat(run.id)
    assert store.get(run.id).ended_at == ended_at


def test_a_stopped_run_whose_worker_dies_while_measuring_stays_stopped(
    store: RunStore, small_spec: RunSpec
) -> None:
    run = store.create(small_spec, "x")
    store.claim(run.id, {})
    store.set_status(run.id, RunStatus.STOPPED)
    assert store.interrupt(run.id) == 1
    assert store.get(run.id).status is RunStatus.STOPPED
    assert not store.get(run.id).is_live


def test_runs_are_listed_newest_first_and_deleted_ones_come_back(
    store: RunStore, small_spec: RunSpec
) -> None:
    ids = [store.create(small_spec, name).id for name in "abc"]
    store.delete(ids[:2])
    assert [run.id for run in store.runs()] == [ids[2]]
    with pytest.raises(RunNotFoundError):
        store.get(ids[0])
    store.restore(ids[:2])
    assert [run.id for run in store.runs()] == ids[::-1]


def test_purging_removes_only_what_was_deleted_long_ago(
    store: RunStore, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.store.AT_LEAST_DELETED", 0)
    kept, gone = store.create(small_spec, "kept"), store.create(small_spec, "gone")
    store.record(gone.id, Progress(), steps(3), [epoch(1)])
    store.put_artifact(gone.id, "model", b"x")
    store.delete([gone.id])
    assert store.purge(60) == 0
    assert store.purge(-1) == 1
    store.restore([gone.id])
    assert [run.id for run in store.runs()] == [kept.id]
    assert store.artifact(gone.id, "model") is None


def test_names_and_tags_are_cleaned_and_an_empty_name_is_refused(
    store: RunStore, small_spec: RunSpec
) -> None:
    run = store.create(small_spec, " a\n\x00 b ")
    assert run.name == "a b"
    store.rename(run.id, "ünï 5×5")
    store.set_tags(run.id, [" lesson 1 ", "lesson 1", "", "bn"])
    assert (store.get(run.id).name, store.get(run.id).tags) == ("ünï 5×5", ("lesson 1", "bn"))
    with pytest.raises(StoreError, match="empty"):
        store.rename(run.id, " \n ")


def test_artifacts_are_replaced_and_listed(store: RunStore, small_spec: RunSpec) -> None:
    run, content = store.create(small_spec, "x"), secrets.token_bytes(100_000)
    store.put_artifact(run.id, "model.keras", b"old")
    store.put_artifact(run.id, "model.keras", content)
    assert store.artifact(run.id, "model.keras") == content
    assert store.artifact(run.id, "other") is None
    assert store.artifact_names(run.id) == ["model.keras"]


def test_a_data_set_is_kept_once_under_its_fingerprint(store: RunStore) -> None:
    record = DatasetRecord("csv-0123456789abcdef", "train.csv", 5, 1, 0.0)
    store.put_dataset(record, b"one")
    store.put_dataset(record, b"two")
    assert store.datasets() == [record]
    assert store.dataset(record.fingerprint) == (record, b"one")
    with pytest.raises(StoreError, match="upload"):
        store.dataset("csv-0000000000000000")


def test_a_postgresql_that_was_set_up_without_a_locale_keeps_names_in_any_script(
    postgres: Postgres, small_spec: RunSpec
) -> None:
    url = postgres.database("encoding 'SQL_ASCII' template template0 lc_collate 'C' lc_ctype 'C'")
    store = RunStore(url)
    run = store.create(small_spec, "naïve 数字")
    assert [kept.name for kept in RunStore(url).runs()] == [run.name] == ["naïve 数字"]


def test_a_file_that_is_no_database_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "text.sqlite"
    path.write_text("this is not a database, but it is long enough to be looked at" * 20)
    with pytest.raises(StoreError, match="no SQLite database"):
        RunStore(f"sqlite:///{path}")


def test_a_locked_store_says_so(tmp_path: Path, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.runs.database.BUSY_SECONDS", 0.1)
    path = tmp_path / "runs.sqlite"
    store = RunStore(f"sqlite:///{path}")
    with sqlite3.connect(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            store.create(small_spec, "x")
    assert store.create(small_spec, "x").name == "x"


@pytest.mark.parametrize("url", ["nonsense", "oracle+none://x", "sqlite:////no/such/folder/runs.sqlite"])
def test_an_unusable_address_is_one_sentence(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        RunStore(url)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_an_address_as_hosts_of_postgresql_give_it_names_the_driver_that_is_here(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DIGITS_STORE", f" {scheme}://ada:a%40b@db.example:5433/digits?sslmode=require\n")
    assert store_url() == "postgresql+psycopg://ada:a%40b@db.example:5433/digits?sslmode=require"
    assert not (tmp_path / "home").exists()  # who keeps nothing there need not have it
    monkeypatch.setenv("DIGITS_STORE", " ")
    monkeypatch.setenv("DIGITS_HOME", f"{tmp_path / 'home'} ")
    assert store_url() == f"sqlite:///{tmp_path / 'home' / 'runs.sqlite'}"


@pytest.fixture
def slow_tables() -> Iterator[None]:
    """Have each table take a while to be made."""

    def slowly(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "CREATE TABLE" in statement:
            time.sleep(0.02)

    sa.event.listen(sa.Engine, "before_cursor_execute", slowly)
    yield
    sa.event.remove(sa.Engine, "before_cursor_execute", slowly)


@pytest.mark.usefixtures("slow_tables")
def test_several_processes_may_make_the_tables_at_once(tmp_path: Path) -> None:
    """They meet at more than one table."""
    url, errors = f"sqlite:///{tmp_path / 'runs.sqlite'}", []

    def make() -> None:
        try:
            RunStore(url)
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_what_is_asked_every_second_looks_through_no_table_of_all_runs(
    tmp_path: Path, small_spec: RunSpec
) -> None:
    """Also in a store of an earlier version, which had fewer indexes."""
    url = f"sqlite:///{tmp_path / 'many.sqlite'}"
    earlier = RunStore(url)
    with earlier._engine.begin() as connection:
        for index in t.runs.indexes:
            index.drop(connection)
    store = RunStore(url)
    store.create(small_spec, "x", owner="anna")
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    sa.event.listen(store._engine, "before_cursor_execute", note)
    store.waiting()
    store.queue()
    store.take_back_silent()
    store.purge(0)
    store.has_runs("anna")
    store.runs("a group")
    sa.event.remove(store._engine, "before_cursor_execute", note)
    with store._engine.connect() as connection:
        plans = [
            row[3]
            for statement, values in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    assert len(asked) > 6
    assert not [plan for plan in plans if plan == "SCAN runs"]
