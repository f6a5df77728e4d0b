"""The thread that tells people: all are told, whatever one address does, and once, by whichever server."""

import json
from pathlib import Path

import pytest

from core.host import VARIABLE
from core.model.specs import RunSpec
from core.runs.status import RunStatus
from core.runs.store import RunStore
from core.sweeps.saved import stop
from core.telling.teller import Teller
from tests.hook import hook
from tests.pages.test_sweep import swept
from tests.patience import until


def allow(folder: Path, monkeypatch: pytest.MonkeyPatch, *ports: int) -> None:
    """Let this process be one whose host allows messages to servers on this machine."""
    said = f'ports = {list(ports)}\nallow_private = ["127.0.0.1"]'
    (folder / "host.toml").write_text(f"[telling]\n{said}\n", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(folder / "host.toml"))


@pytest.mark.usefixtures("unhurried")
def test_who_stands_behind_an_address_that_takes_nothing_is_told_after_one_attempt_at_it(
    store: RunStore, small_spec: RunSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hook(b"HTTP/1.1 500 No\r\n\r\n") as wrong, hook() as right:
        allow(tmp_path, monkeypatch, wrong.port, right.port)
        for owner, server in (("anna", wrong), ("ben", right)):
            store.add_webhook(owner, server.url, "https://digits.example", 0)
            for _ in range(3):
                store.end(store.create(small_spec, owner, owner=owner).id, RunStatus.FINISHED)
        teller = Teller(store)
        until(lambda: len(right.heard) == 3, "telling ben thrice")
        assert len(wrong.heard) == 1
        teller.close()


@pytest.mark.usefixtures("unhurried")
def test_servers_that_share_a_store_tell_once(
    store: RunStore, small_spec: RunSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hook() as server:
        allow(tmp_path, monkeypatch, server.port)
        store.add_webhook("anna", server.url, "https://digits.example", 0)
        tellers = [Teller(RunStore(store.url)) for _ in range(2)]
        runs = [store.create(small_spec, "x", owner="anna").id for _ in range(5)]
        for run_id in runs:
            store.end(run_id, RunStatus.FINISHED)
        until(lambda: len(server.heard) == 5, "telling")
        for teller in tellers:
            teller.close()
        assert all(sum(run_id.encode() in heard for heard in server.heard) == 1 for run_id in runs)


@pytest.mark.usefixtures("unhurried")
def test_a_sweep_is_told_as_one_with_its_best_run_unless_it_was_stopped_by_hand(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hook() as server:
        allow(tmp_path, monkeypatch, server.port)
        store.add_webhook("anna", server.url, "https://digits.example", 0)
        stopped, done = (swept(store, 3, "anna") for _ in range(2))
        stop(store, stopped.id)
        store.end_group(done.id, "finished", "All 3 runs are done.")
        teller = Teller(store)
        until(lambda: server.heard, "telling")
        until(lambda: store.due_messages() == [], "what is left")
        teller.close()
        (heard,) = server.heard
        told = json.loads(heard.partition(b"\r\n\r\n")[2])
        assert "✓ 95.0% · Rates" in told["text"]
        assert "three runs, 3 s of training. All 3 runs are done. The best, run 1, has" in told["text"]
        assert told["run"]["link"] == f"https://digits.example/sweep?sweep={done.id}"


@pytest.mark.usefixtures("unhurried")
def test_a_sweep_that_cannot_be_read_any_more_keeps_nobody_from_being_told(
    store: RunStore, small_spec: RunSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hook() as server:
        allow(tmp_path, monkeypatch, server.port)
        store.add_webhook("anna", server.url, "https://digits.example", 0)
        group = store.create_group("sweep", "Of another version", {}, "anna")
        store.end(store.create(small_spec, "a trial", group_id=group.id).id, RunStatus.FINISHED)
        store.end_group(group.id, "finished")
        teller = Teller(store)
        until(lambda: store.due_messages() == [], "passing by the sweep")
        store.end(store.create(small_spec, "single", owner="anna").id, RunStatus.FINISHED)
        until(lambda: server.heard, "telling")
        teller.close()
        (heard,) = server.heard
        assert b"single" in heard
