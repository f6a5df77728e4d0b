"""Which ends of runs are told to whom: each once, whatever servers there are, and tried again a few times."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from core.errors import LinkError, StoreError
from core.model.specs import RunSpec
from core.runs.contacts import CONFIRM_SECONDS, MOST_CONTACTS, Contact
from core.runs.messages import WAITS, Message
from core.runs.status import RunStatus
from core.runs.store import RunStore
from core.runs.watch import GAP
from core.training.launcher import KEEP_DELETED
from tests.clocks import Clocks


def begun(store: RunStore, spec: RunSpec, owner: str | None = "anna", **more: str) -> str:
    return store.create(spec, "Mine", owner=owner, **more).id


def webhook(store: RunStore, owner: str = "anna") -> Contact:
    return store.add_webhook(owner, "https://hook.example/x", "https://digits.example", 0)


def due(store: RunStore) -> list[tuple[str, str]]:
    return [(message.contact.owner, message.run.id) for message in store.due_messages()]


def one(store: RunStore) -> Message:
    (message,) = store.due_messages()
    return message


def ended_sweep(store: RunStore, spec: RunSpec, runs: int) -> list[str]:
    """Return the runs of a sweep of Anna's that has just ended, by id."""
    group = store.create_group("sweep", "sweep", {}, "anna")
    trials = [begun(store, spec, group_id=group.id) for _ in range(runs)]
    for run_id in trials:
        store.end(run_id, RunStatus.FINISHED)
    store.end_group(group.id, "finished")
    return trials


def test_what_lived_when_an_address_was_added_and_what_began_since_is_told(
    any_store: RunStore, small_spec: RunSpec
) -> None:
    store = any_store
    before, living = begun(store, small_spec), begun(store, small_spec)
    store.end(before, RunStatus.FINISHED)
    webhook(store)
    since = begun(store, small_spec)
    others = [begun(store, small_spec, "ben"), begun(store, small_spec, None)]
    trial = begun(store, small_spec, group_id="sweep")
    assert due(store) == []
    for run_id in (living, since, trial, *others):
        store.end(run_id, RunStatus.FINISHED)
    assert sorted(due(store)) == sorted([("anna", living), ("anna", since)])


def test_a_run_that_was_begun_and_ended_while_nobody_looked_is_told(
    any_store: RunStore, small_spec: RunSpec
) -> None:
    webhook(any_store)
    run_id = begun(any_store, small_spec)
    any_store.end(run_id, RunStatus.DIVERGED)
    message = one(any_store)
    assert (message.run.id, message.run.status, message.tries) == (run_id, RunStatus.DIVERGED, 0)


def test_a_deleted_run_is_not_told_of(any_store: RunStore, small_spec: RunSpec) -> None:
    webhook(any_store)
    run_id = begun(any_store, small_spec)
    any_store.delete([run_id])
    any_store.end(run_id, RunStatus.STOPPED)
    assert due(any_store) == []


def test_of_servers_that_look_at_once_one_sends(any_store: RunStore, small_spec: RunSpec) -> None:
    webhook(any_store)
    any_store.end(begun(any_store, small_spec), RunStatus.FINISHED)
    servers = [RunStore(any_store.url) for _ in range(4)]
    messages = [one(server) for server in servers]
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda server, message: server.take_message(message), servers, messages))
    assert sum(taken) == 1
    any_store.end_message(messages[0])
    assert all(due(server) == [] for server in (*servers, RunStore(any_store.url)))


def test_what_was_not_taken_is_tried_three_times_further_and_further_apart_then_left(
    tmp_path: Path, small_spec: RunSpec
) -> None:
    clocks = Clocks()
    store = clocks.store(f"sqlite:///{tmp_path / 'x.sqlite'}")
    contact = webhook(store)
    store.end(begun(store, small_spec), RunStatus.FINISHED)
    tried_at = []
    for _ in clocks.steps(3_600):
        for message in store.due_messages():
            assert store.take_message(message)
            store.end_message(message, "It was away.")
            tried_at.append(clocks.seconds)
            clocks.set(hours=-5)  # what the time of day says decides nothing
        clocks.wait(GAP)
    gaps = [later - earlier for earlier, later in pairwise(tried_at)]
    assert len(tried_at) == len(WAITS)
    assert [wait <= gap <= wait + 2 * GAP for gap, wait in zip(gaps, WAITS[1:], strict=True)] == [True, True]
    last = store.last_outcome(contact.id)
    assert last is not None
    assert (last.run, last.sentence, last.tries, last.is_done) == ("Mine", "It was away.", 3, True)


def test_what_a_server_that_died_was_sending_is_tried_again_by_another(
    tmp_path: Path, small_spec: RunSpec
) -> None:
    here, ahead = Clocks(), Clocks(ahead=7_200)
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    first, second = here.store(url), ahead.store(url)
    webhook(first)
    first.end(begun(first, small_spec), RunStatus.FINISHED)
    assert first.take_message(one(first))  # and is never heard of again
    assert due(second) == []
    for _ in ahead.steps(WAITS[1]):
        due(second)
        ahead.wait(GAP)
    assert one(second).tries == 1


def test_a_run_that_is_resumed_and_ends_again_is_told_again(tmp_path: Path, small_spec: RunSpec) -> None:
    clocks = Clocks()
    store = clocks.store(f"sqlite:///{tmp_path / 'x.sqlite'}")
    webhook(store)
    run_id = begun(store, small_spec)
    store.end(run_id, RunStatus.INTERRUPTED)
    message = one(store)
    assert store.take_message(message)
    store.end_message(message)
    assert due(store) == []
    clocks.wait(GAP)
    store.end(run_id, RunStatus.FINISHED)
    again = one(store)
    assert again.tries == 0
    assert store.take_message(again)
    assert not store.take_message(again)
    store.end_message(again)
    assert due(store) == []


def test_an_e_mail_address_gets_nothing_before_it_is_confirmed_and_its_link_works_once(
    any_store: RunStore, small_spec: RunSpec
) -> None:
    store = any_store
    contact, word = store.add_mail("anna", "anna@school.example", 0)
    run_id = begun(store, small_spec)
    store.end(run_id, RunStatus.FINISHED)
    assert due(store) == []
    for wrong in ("", "x" * 10_000, "\ud800", word[:-1]):
        with pytest.raises(LinkError, match="used up"):
            store.confirm_contact(wrong)
    assert store.confirm_contact(word).id == contact.id
    assert due(store) == [("anna", run_id)]
    with pytest.raises(LinkError):
        store.confirm_contact(word)


def test_mail_is_stopped_by_who_gets_it_and_a_webhook_by_its_owner_alone(any_store: RunStore) -> None:
    contact, _ = any_store.add_mail("anna", "ben@school.example", 0)
    hook = webhook(any_store)
    for wrong in ("", "\ud800", hook.id, contact.id[:-1]):
        with pytest.raises(LinkError, match="no mail any more"):
            any_store.stop_mail(wrong)
    assert any_store.stop_mail(contact.id) == contact
    assert [one.id for one in any_store.contacts_of("anna")] == [hook.id]


def test_a_link_that_confirms_holds_for_a_day(tmp_path: Path) -> None:
    clocks = Clocks()
    store = clocks.store(f"sqlite:///{tmp_path / 'x.sqlite'}")
    _, word = store.add_mail("anna", "anna@school.example", 0)
    clocks.wait(CONFIRM_SECONDS)
    with pytest.raises(LinkError, match="older than a day"):
        store.confirm_contact(word)
    (contact,) = store.contacts_of("anna")
    assert contact.confirmed_at is None


def test_a_person_keeps_a_few_addresses_and_deletes_none_but_their_own(
    any_store: RunStore, small_spec: RunSpec
) -> None:
    store = any_store
    contacts = [webhook(store) for _ in range(MOST_CONTACTS)]
    with pytest.raises(StoreError, match="delete one first"):
        webhook(store)
    store.end(begun(store, small_spec), RunStatus.FINISHED)
    assert len(store.due_messages()) == MOST_CONTACTS
    store.remove_contact(contacts[0].id, "ben")
    store.remove_contact(contacts[1].id, "anna")
    assert [one.id for one in store.contacts_of("anna")] == [contacts[0].id, contacts[2].id]
    assert len(store.due_messages()) == MOST_CONTACTS - 1


def test_addresses_are_taken_along_by_who_signs_in(any_store: RunStore, small_spec: RunSpec) -> None:
    store = any_store
    webhook(store)
    assert store.belongings(["anna"])["contacts"] == 1
    store.take_along(["anna"], "anna, signed in")
    run_id = begun(store, small_spec, "anna, signed in")
    store.end(run_id, RunStatus.FINISHED)
    assert due(store) == [("anna, signed in", run_id)]


def test_messages_go_with_their_run(tmp_path: Path, small_spec: RunSpec) -> None:
    clocks = Clocks()
    store = clocks.store(f"sqlite:///{tmp_path / 'x.sqlite'}")
    webhook(store)
    run_id = begun(store, small_spec)
    due(store)
    store.delete([run_id])
    for _ in clocks.steps(3_700):
        store.purge(0)
        clocks.wait(GAP)
    assert store.purge(0) == 0
    assert due(store) == []


def test_a_sweep_that_ends_is_told_once_by_its_last_run(any_store: RunStore, small_spec: RunSpec) -> None:
    store = any_store
    before = store.create_group("sweep", "before", {}, "anna")
    store.end(begun(store, small_spec, group_id=before.id), RunStatus.FINISHED)
    store.end_group(before.id, "finished")
    webhook(store)
    sweep, repeats = (store.create_group(kind, kind, {}, "anna") for kind in ("sweep", "repeat"))
    trials = [begun(store, small_spec, group_id=group.id) for group in (sweep, sweep, repeats)]
    for run_id in trials:
        store.end(run_id, RunStatus.FINISHED)
    assert due(store) == []
    for group in (sweep, repeats):
        store.end_group(group.id, "finished")
    assert due(store) == [("anna", trials[1])]
    message = one(store)
    assert store.take_message(message)
    store.end_message(message)
    store.delete([trials[1]])
    assert due(store) == [], "the last but one does not tell of it again"


@pytest.mark.parametrize("tried", [False, True])
def test_where_a_sweep_s_last_run_is_deleted_before_it_was_told_the_one_before_tells_it_once(
    tried: bool, any_store: RunStore, small_spec: RunSpec
) -> None:
    store = any_store
    webhook(store)
    trials = ended_sweep(store, small_spec, 3)
    message = one(store)
    assert message.run.id == trials[2]
    if tried:
        assert store.take_message(message)
        store.delete([trials[2]])
        assert due(store) == [], "it may be arriving just now"
        store.end_message(message, "It was not taken.")
    store.delete(trials[1:])
    told = one(store)
    assert told.run.id == trials[0]
    assert not store.take_message(message), "another server does not tell it, too"
    assert store.take_message(told)
    store.end_message(told)
    store.restore(trials[1:])
    assert due(store) == []


def test_a_sweep_is_not_told_again_when_the_run_that_told_it_is_removed_for_good(
    tmp_path: Path, small_spec: RunSpec
) -> None:
    clocks = Clocks()
    store = clocks.store(f"sqlite:///{tmp_path / 'x.sqlite'}")
    webhook(store)
    clocks.wait(GAP)
    trials = ended_sweep(store, small_spec, 2)
    message = one(store)
    assert message.run.id == trials[1]
    assert store.take_message(message)
    store.end_message(message)
    store.delete([trials[1]])
    clocks.wait(KEEP_DELETED)
    for _ in clocks.steps(3_700):
        store.purge(KEEP_DELETED)
        clocks.wait(GAP)
    assert [run.id for run in store.runs()] == [trials[0]]
    assert due(store) == []
