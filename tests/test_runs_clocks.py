"""Clocks that are wrong or set while runs are under way: no dead run stays alive, no living one is ended."""

import json
import time
from types import SimpleNamespace

import pytest

from core.home import store_url
from core.model.specs import RunSpec
from core.runs.leases import SILENCE
from core.runs.mirrors import LEASE, LONGEST_WAIT
from core.runs.status import RunStatus
from core.runs.store import AT_LEAST_DELETED, RunStore
from core.runs.watch import GAP, LONG, Watch
from core.terminal import main as terminal
from core.terminal import runs
from tests.clocks import Clocks

HOURS = (-9000, -2, 0, 2, 9000)
ADDRESS = "http://mlflow"


def look(clocks: Clocks, store: RunStore, seconds: float, *alive: tuple[RunStore, str]) -> int:
    """Let time pass, look every two seconds, and return how many runs were interrupted."""
    marked = 0
    for _ in range(int(seconds / 2)):
        clocks.wait(2)
        for worker, run_id in alive:
            worker.beat(run_id)
        marked += store.take_back_silent()
    return marked


def begun(store: RunStore, spec: RunSpec) -> str:
    run = store.create(spec, "x")
    store.claim(run.id, {})
    return run.id


@pytest.mark.parametrize("hours", HOURS)
def test_a_clock_that_is_set_ends_no_living_run_and_keeps_no_dead_one(
    hours: float, any_store: RunStore, small_spec: RunSpec
) -> None:
    clocks = Clocks()
    here = clocks.store(any_store.url)
    living, dead = begun(here, small_spec), begun(here, small_spec)
    assert look(clocks, here, 10, (here, living)) == 0
    clocks.set(hours)
    assert look(clocks, here, 4, (here, living)) == 0
    assert look(clocks, here, 4, (here, living)) == 1
    assert look(clocks, here, 60, (here, living)) == 0
    assert here.get(living).status is RunStatus.RUNNING
    assert here.get(dead).status is RunStatus.INTERRUPTED


@pytest.mark.parametrize("seconds", [-30, 30, -7200, 7200, 1e8])
def test_servers_whose_clocks_differ_never_interrupt_each_others_runs(
    seconds: float, any_store: RunStore, small_spec: RunSpec
) -> None:
    clocks, others = Clocks(), Clocks(ahead=seconds)
    here, there = clocks.store(any_store.url), others.store(any_store.url)
    run_id = begun(there, small_spec)
    for _ in range(30):
        others.wait(2)
        assert look(clocks, here, 2, (there, run_id)) == 0


def test_who_has_just_come_waits_before_it_judges(store: RunStore, small_spec: RunSpec) -> None:
    clocks = Clocks()
    run_id = begun(clocks.store(store.url), small_spec)
    clocks.wait(600)
    new = clocks.store(store.url)
    assert new.take_back_silent() == 0
    assert look(clocks, new, SILENCE - 3) == 0
    assert look(clocks, new, 6) == 1
    assert new.get(run_id).status is RunStatus.INTERRUPTED


def test_the_workers_of_a_server_that_is_gone_count_no_longer_than_a_silent_worker(
    any_store: RunStore,
) -> None:
    clocks = Clocks()
    here = clocks.store(any_store.url)
    here.look_after("gone", 1)
    counted = []
    for _ in range(int(SILENCE) // 2 + 1):
        counted.append(here.queue().workers)
        clocks.wait(2)
        here.look_after("trains nothing", 0)
    assert counted == [1] * len(counted)
    assert here.queue().workers == 0


def test_a_watch_forgets_what_nobody_asks_about_any_more_and_nothing_else() -> None:
    clocks = Clocks()
    watch = Watch(lambda: clocks.seconds, lambda: clocks.time)
    watch.unchanged({"ended": 1.0, "lives": 1.0}, 0)
    for _ in clocks.steps(2 * LONG):
        clocks.wait(GAP)
        watch.unchanged({"lives": 1.0}, 0)
    assert set(watch._seen) == {"lives"}
    assert watch.unchanged({"lives": 1.0}, 2 * LONG) == ["lives"]


def test_who_was_away_itself_does_not_take_that_for_silence_of_others() -> None:
    clocks = Clocks()
    watch = Watch(lambda: clocks.seconds, lambda: clocks.time)
    signs = {"a": clocks.time}
    assert watch.silent(signs, SILENCE) == []
    clocks.wait(3000)  # the store was locked, or this computer asleep
    assert watch.silent(signs, SILENCE) == []
    clocks.wait(GAP)
    assert watch.silent(signs, SILENCE) == []
    clocks.wait(GAP)
    assert watch.silent(signs, SILENCE) == ["a"]


def test_a_sign_that_comes_while_the_looker_judges_wins(
    store: RunStore, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = begun(store, small_spec)
    silent = store._lives.silent

    def late(signs: dict[str, float], seconds: float) -> list[str]:
        silent(signs, seconds)
        store.beat(run_id)
        return list(signs)

    monkeypatch.setattr(store._lives, "silent", late)
    assert store.take_back_silent() == 0
    assert store.get(run_id).status is RunStatus.RUNNING


def test_what_was_deleted_can_be_brought_back_for_an_hour_even_if_the_year_jumps(
    store: RunStore, small_spec: RunSpec
) -> None:
    clocks, day = Clocks(), 24 * 3600.0
    here = clocks.store(store.url)
    run_id = here.create(small_spec, "x").id
    here.delete([run_id])
    clocks.set(24 * 365)
    for _ in clocks.steps(AT_LEAST_DELETED - 2 * GAP):
        assert here.purge(day) == 0
        clocks.wait(GAP)
    here.restore([run_id])
    here.delete([run_id])
    for _ in clocks.steps(AT_LEAST_DELETED + GAP):
        assert here.purge(day) == 0  # by the clock of now it is not old either
        clocks.wait(GAP)
    clocks.wait(day)
    assert here.purge(day) == 1


@pytest.mark.parametrize("hours", HOURS)
def test_a_run_is_sent_by_one_at_a_time_whatever_the_clocks_say(
    hours: float, store: RunStore, small_spec: RunSpec
) -> None:
    clocks, others = Clocks(), Clocks(ahead=3600 * hours)
    here, there = clocks.store(store.url), others.store(store.url)
    run_id = begun(here, small_spec)
    here.want_mirrors([run_id], ADDRESS)
    for name, sender in (("here", here), ("there", there)):
        assert sender.due_mirrors(ADDRESS) == [run_id]
        assert sender.hold_mirror(run_id, name)
        sender.end_mirror(run_id, name, wanted_at=0.0, done=False)
    assert here.hold_mirror(run_id, "here")
    there.hold_mirror(run_id, "there")  # at first sight a clock that is hours off may look like a dead sender
    holder, name, other, another = (
        (here, "here", there, "there") if here.hold_mirror(run_id, "here") else (there, "there", here, "here")
    )
    for _ in clocks.steps(3 * LEASE):
        for each in (clocks, others):
            each.wait(GAP)
        assert holder.hold_mirror(run_id, name, epochs_sent=1)
        assert not other.hold_mirror(run_id, another)
        assert other.due_mirrors(ADDRESS) == []
    for _ in clocks.steps(LEASE):
        assert not other.hold_mirror(run_id, another)
        for each in (clocks, others):
            each.wait(GAP)
    assert other.due_mirrors(ADDRESS) == [run_id]
    assert other.hold_mirror(run_id, another)
    assert not holder.hold_mirror(run_id, name)


def test_a_clock_that_is_set_back_lets_no_failed_run_wait_for_hours(
    store: RunStore, small_spec: RunSpec
) -> None:
    clocks = Clocks()
    here = clocks.store(store.url)
    run_id = begun(here, small_spec)
    here.want_mirrors([run_id], ADDRESS)
    assert here.hold_mirror(run_id, "here")
    here.fail_mirror(run_id, "here", "away")
    assert here.due_mirrors(ADDRESS) == []
    clocks.set(-5)
    clocks.wait(LONGEST_WAIT)
    assert here.due_mirrors(ADDRESS) == [run_id]


def test_runs_are_listed_in_the_order_in_which_they_were_saved(store: RunStore, small_spec: RunSpec) -> None:
    clocks = Clocks()
    here = clocks.store(store.url)
    first = here.create(small_spec, "before the clock is set back").id
    clocks.set(-5)
    last = here.create(small_spec, "after it").id
    assert [run.id for run in here.runs()] == [last, first]


def test_the_terminal_sees_for_a_moment_who_lives(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(runs, "GLANCE", 0.5)
    clocks = Clocks(ahead=time.time() - 300 - Clocks().time)  # five minutes behind
    elsewhere = clocks.store(store_url())
    dead, living = begun(elsewhere, small_spec), begun(elsewhere, small_spec)

    def glance(seconds: float) -> None:
        """Sleep, while one of them gives a sign of life."""
        clocks.wait(seconds)
        elsewhere.beat(living)
        time.sleep(seconds)

    monkeypatch.setattr(runs, "time", SimpleNamespace(time=time.time, sleep=glance))
    assert terminal.main(["runs", "--json"]) == 0
    said = {run["run_id"]: run["status"] for run in json.loads(capsys.readouterr().out)}
    assert said == {dead: "interrupted", living: "running"}
