"""A run that waits says its place and when it may begin; an interrupted one can be resumed."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.home import PROJECT
from core.model.specs import RunSpec
from core.runs.artifacts import CHECKPOINT
from core.runs.records import Progress
from core.runs.status import RunStatus
from core.runs.store import RunStore, open_store
from pages.shared import run_panel
from tests.patience import SECONDS

RESULTS = PROJECT / "pages/results/page.py"


def results_of(run_id: str) -> AppTest:
    page = AppTest.from_file(RESULTS, default_timeout=SECONDS)
    page.query_params["run"] = run_id
    return page.run()


def said(page: AppTest) -> str:
    assert not page.exception
    return " ".join(element.value for element in (*page.info, *page.warning, *page.caption))


def earlier(store: RunStore, spec: RunSpec) -> None:
    """Save a run that tells how fast this machine is."""
    run = store.create(spec, "earlier")
    store.record(run.id, Progress(epoch=spec.epochs, seconds=57.0), [], [])
    store.end(run.id, RunStatus.FINISHED)


def test_a_run_that_waits_says_its_place_and_about_when_it_begins(small_spec: RunSpec) -> None:
    store = open_store()
    earlier(store, small_spec)
    runs = [store.create(small_spec, name, owner=name) for name in "abc"]
    store.claim_next("w", {})
    store.look_after("server", 1)
    text = said(results_of(runs[2].id))
    assert "number 2 in the queue, in about 2 min" in text
    assert "take turns" in text
    store.look_after("server", 0)
    st.cache_data.clear()
    assert "There is no worker at the moment" in said(results_of(runs[2].id))


def test_who_looks_at_a_run_that_begins_sees_its_first_batch_as_soon_as_it_is_done(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    run = store.create(small_spec, "begins")
    store.claim(run.id, {})

    def until_the_next_question(_seconds: float) -> float:
        store.record(run.id, Progress("training", 1, 1, 7, seconds=0.1), [], [])
        return 0.0

    monkeypatch.setattr(run_panel, "spaced", until_the_next_question)
    monkeypatch.setattr(run_panel, "FRESH", SECONDS)  # however long the page takes to come here
    monkeypatch.setattr(run_panel, "FIRST_TICK", SECONDS)
    page = results_of(run.id)
    assert not page.exception
    assert "Batch 1 of 7" in [bar.proto.text for bar in page.get("progress")]


def test_an_interrupted_run_is_resumed_by_a_click_where_it_kept_a_checkpoint(small_spec: RunSpec) -> None:
    store = open_store()
    lost = store.create(small_spec, "lost", owner=None)
    store.claim(lost.id, {})
    store.interrupt(lost.id)
    assert "Resume" not in [button.label for button in results_of(lost.id).button]
    store.put_artifact(lost.id, CHECKPOINT, b"x")
    page = results_of(lost.id)
    page.button(key=f"resume.{lost.id}").click().run()
    assert not page.exception
    assert store.get(lost.id).waits
