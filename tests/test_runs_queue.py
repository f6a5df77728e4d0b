"""Whose run is next: fair between people, the same for all servers on a store, and told in advance."""

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.runs.estimate import AROUND, seconds_for, waits
from core.runs.queue import starts
from core.runs.records import Progress, Run
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore


def launched(store: RunStore, spec: RunSpec, people: str, group_id: str | None = None) -> list[Run]:
    """Save one run for each letter, its owner's."""
    return [store.create(spec, f"{name}{n}", owner=name, group_id=group_id) for n, name in enumerate(people)]


def worked_off(store: RunStore, workers: int = 1) -> str:
    """Carry all runs out with so many workers that need equally long; return whose began, in order."""
    begun: list[Run] = []
    under_way: list[Run] = []
    while True:
        while len(under_way) < workers and (run := store.claim_next(f"w{len(begun)}", {})):
            under_way.append(run)
            begun.append(run)
        if not under_way:
            return "".join(run.owner or "-" for run in begun)
        store.end(under_way.pop(0).id, RunStatus.FINISHED)


def test_people_take_turns(any_store: RunStore, small_spec: RunSpec) -> None:
    launched(any_store, small_spec, "AAAAAABBC")
    assert worked_off(any_store) == "ABCABAAAA"


def test_with_two_workers_a_second_run_waits_for_first_ones_of_others(
    store: RunStore, small_spec: RunSpec
) -> None:
    launched(store, small_spec, "AAAABC")
    assert worked_off(store, workers=2) == "ABCAAA"


def test_sweeps_and_repeats_let_single_runs_pass(any_store: RunStore, small_spec: RunSpec) -> None:
    launched(any_store, small_spec, "SSS", group_id="g")
    launched(any_store, small_spec, "ABA")
    assert worked_off(any_store) == "ABASSS"


def test_what_had_begun_goes_on_before_others_begin(store: RunStore, small_spec: RunSpec) -> None:
    first, *_ = launched(store, small_spec, "AB")
    assert store.claim_next("a", {}) == store.get(first.id)
    store.take_back("a")
    assert worked_off(store) == "AB"


def test_several_servers_never_take_the_same_run_and_no_number_is_given_twice(
    any_store: RunStore, small_spec: RunSpec
) -> None:
    stores = [any_store, *(RunStore(any_store.url) for _ in range(3))]
    taken: list[str] = []

    def work(number: int) -> None:
        for n in range(10):
            stores[number].create(small_spec, "x", owner=str(number))
            if run := stores[number].claim_next(f"{number}.{n}", {}):
                taken.append(run.id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while run := any_store.claim_next(f"last {len(taken)}", {}):
        taken.append(run.id)
    assert len(set(taken)) == len(taken) == 40
    assert sorted(run.number or 0 for run in any_store.runs()) == list(range(1, 41))


def test_what_is_stopped_deleted_or_paused_does_not_wait(any_store: RunStore, small_spec: RunSpec) -> None:
    stopped, deleted, waiting = launched(any_store, small_spec, "AAA")
    any_store.ask(stopped.id, Command.STOP)
    any_store.delete([deleted.id])
    assert any_store.waiting() == 1
    assert any_store.claim_next("w", {}) == any_store.get(waiting.id)
    any_store.ask(waiting.id, Command.PAUSE)
    assert any_store.give_back(waiting.id, "w")
    assert any_store.waiting() == 0
    any_store.ask(waiting.id, Command.RUN)
    assert any_store.waiting() == 1
    any_store.restore([deleted.id])
    assert any_store.waiting() == 2
    assert any_store.command(deleted.id) is Command.RUN


def test_servers_are_counted_while_they_live(any_store: RunStore) -> None:
    assert any_store.queue().workers is None
    any_store.look_after("a", 2)
    any_store.look_after("b", 1)
    assert any_store.queue().workers == 3
    any_store.leave("a")
    assert any_store.queue().workers == 1


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("AABC"), st.sampled_from([None, None, "g"])), max_size=9))
def test_the_order_that_is_told_is_that_in_which_they_begin(people: list[tuple[str, str | None]]) -> None:
    store = RunStore("sqlite://")
    for name, group_id in people:
        store.create(PRESETS["quick-start"].spec, "x", owner=name, group_id=group_id)
    told = [run.owner for run, _ in starts(store.queue(), lambda run: 1.0, lambda run: 1.0)]
    assert "".join(map(str, told)) == worked_off(store)


def trained(store: RunStore, spec: RunSpec, seconds: float) -> None:
    run = store.create(spec, "x")
    store.record(run.id, Progress(epoch=spec.epochs, seconds=seconds), [], [])
    store.end(run.id, RunStatus.FINISHED)


def test_the_start_is_estimated_from_the_pace_of_earlier_runs(store: RunStore, small_spec: RunSpec) -> None:
    assert seconds_for(small_spec, store.runs()) is None
    running, second, third = launched(store, small_spec, "ABC")
    store.claim_next("w", {})
    assert waits(store.queue(), store.runs()) == {second.id: (1, None), third.id: (2, None)}
    trained(store, small_spec, 10.0)
    assert seconds_for(small_spec, store.runs()) == pytest.approx(10 + AROUND)
    longer = small_spec.model_copy(update={"epochs": 2 * small_spec.epochs})
    assert seconds_for(longer, store.runs()) == pytest.approx(20 + AROUND)
    store.record(running.id, Progress("training", 2, 1, 10, seconds_left=4.0), [], [])
    places = waits(store.queue(), store.runs())
    assert places[second.id] == (1, pytest.approx(4 + AROUND / 2))
    assert places[third.id] == (2, pytest.approx(14 + 1.5 * AROUND))
    store.look_after("server", 1)
    assert waits(store.queue(), store.runs()) == places
    store.look_after("another", 1)
    assert waits(store.queue(), store.runs()) == {
        second.id: (1, 0.0),
        third.id: (2, pytest.approx(4 + AROUND / 2)),
    }
    store.look_after("one with two workers", 2)
    assert waits(store.queue(), store.runs()) == {second.id: (1, 0.0), third.id: (2, 0.0)}
