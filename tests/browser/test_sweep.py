"""A sweep from the first click to its results, in a real browser with a real worker."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.server import Server, open_page

COUNT = """[...document.querySelectorAll('.digits-plot')].flatMap(plot => plot.data ?? [])
    .find(trace => trace.name === 'finished')?.x.length ?? 0"""
"""How many finished runs the chart shows."""


@pytest.mark.slow
def test_a_sweep_of_two_runs_fills_in_by_itself(server: Server, browser: Browser) -> None:
    page = open_page(browser, server.url)
    for label, value in (("Images", "500"), ("Epochs", "1")):
        expect(page.get_by_text("1 · Conv2D").first).to_be_visible()
        before = page.url
        page.get_by_label(label, exact=True).fill(value)
        page.keyboard.press("Enter")
        page.wait_for_function("before => location.href !== before", arg=before)
    page.get_by_role("link", name="Sweep").last.click()
    draft = re.compile(r"\(Quick start, changed\)")
    expect(page.get_by_role("combobox", name="Start from").last).to_have_value(draft)
    expect(page.get_by_role("button", name="Start", exact=True).last).to_be_enabled()
    page.get_by_label("Runs", exact=True).fill("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("at most 2 runs").first).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).last.click()
    page.wait_for_function(f"({COUNT}) >= 1")  # or two: the second may be done before the first is seen
    page.evaluate("window.__mark = document.querySelector('.digits-plot')")
    page.wait_for_function(f"({COUNT}) === 2")
    expect(page.get_by_text("All 2 runs are done.").first).to_be_visible()
    assert page.evaluate("window.__mark === document.querySelector('.digits-plot')"), (
        "the chart was mounted anew"
    )
    assert any(f"sweep={group.id}" in page.url for group in server.store.groups("sweep"))
    page.get_by_text("Open this run").last.click()
    expect(page.get_by_text("Top 6 errors").first).to_be_visible()
