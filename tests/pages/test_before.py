"""Where an ended run leads: to its comparison with the one trained before, and to the canvas."""

from hashlib import sha256

from core.model.presets import PRESETS
from core.runs.records import Results, Run
from core.runs.status import RunStatus
from core.runs.store import open_store
from tests.pages.test_pages import page

SPEC = PRESETS["quick-start"].spec


def ended(owner: str | None) -> Run:
    store = open_store()
    run = store.create(SPEC, "Net", owner=owner)
    store.end(run.id, RunStatus.FINISHED, results=Results(2, 0.2, 0.92, 100, 0.21, 0.91, 10_000))
    return store.get(run.id)


def links(name: str, run: Run) -> list[str]:
    """Return the queries of the links to Compare that a page shows of a run."""
    found = page(name, run=run.id).get("page_link")
    return [link.proto.query_string for link in found if link.proto.page == "compare"]


def test_an_ended_run_is_held_against_ones_own_before_it_and_against_nobody_elses() -> None:
    me = sha256(b"somebody").hexdigest()[:32]
    first, foreign, second = ended(me), ended("another"), ended(me)
    for name in ("results/page.py", "train/page.py"):
        assert links(name, second) == [f"compare={first.id}%2C{second.id}"]
        assert not links(name, first)
        assert not links(name, foreign)


def test_an_ended_run_leads_to_the_canvas_where_it_reads() -> None:
    run = ended(None)
    found = page("train/page.py", run=run.id).get("page_link")
    assert f"by={run.id}" in [link.proto.query_string for link in found]


def test_an_empty_comparison_offers_ones_own_last_two_runs_and_none_of_others() -> None:
    me = sha256(b"somebody").hexdigest()[:32]
    ended("another")
    first = ended(me)
    assert not page("compare/page.py").button
    second, third = ended(me), ended(me)
    test = page("compare/page.py")
    test.button[0].click().run()
    assert "".join(test.query_params["compare"]) == f"{second.id},{third.id}"
    assert page("compare/page.py", compare=first.id).button[0].label.startswith("For example")
