"""A run that ends while its tab is behind others says so in the tab's title and by a notification."""

import re

from playwright.sync_api import Browser, expect

from core.model.specs import RunSpec
from core.runs.records import Progress, Results
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from tests.browser.server import Server, new_page

AWAY = """
window.away = false;
Object.defineProperty(document, "hidden", { get: () => window.away });
window.notes = [];
window.Notification = class {
  static permission = "default";
  static async requestPermission() { return (window.Notification.permission = "granted"); }
  constructor(title, options) {
    if (window.Notification.permission === "granted") window.notes.push(`${title}: ${options.body}`);
  }
};
"""
"""A browser whose tab is behind others when the test says so, and which keeps what it would have shown."""


def paused(store: RunStore, spec: RunSpec, name: str) -> str:
    """Return a run that nobody goes on with; the server's worker never sees it wait."""
    run_id = store.create(spec, name, owner="somebody else", holder="holder").id
    assert store.claim(run_id, {}, "holder")
    store.record(run_id, Progress("training", 2, 0, 10, seconds=61.0), [], [], "holder")
    store.ask(run_id, Command.PAUSE)
    assert store.give_back(run_id, "holder")
    return run_id


def test_who_watches_a_run_is_told_of_its_end_behind_other_tabs(
    server: Server, browser: Browser, small_spec: RunSpec
) -> None:
    store = server.store
    run_id = paused(store, small_spec, "Behind others")
    page = new_page(browser, AWAY)
    page.goto(f"{server.url}/results?run={run_id}")
    expect(page).to_have_title("paused 50% · Results")
    assert page.evaluate("window.Notification.permission") == "default"  # nobody is asked on load
    button = page.get_by_role("button", name="Tell me when it is done")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.evaluate("window.away = true")
    results = Results(2, 0.1, 0.992, 120, 0.1, 0.991, 10_000)
    store.end(run_id, RunStatus.FINISHED, results=results)
    expect(page).to_have_title("✓ 99.2% · Results")
    (note,) = page.evaluate("window.notes")
    assert re.fullmatch(r"✓ 99\.2% · Behind others: .+ has finished after 1 min 1 s of training\. .+", note)
    page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    expect(page).to_have_title("Results")
