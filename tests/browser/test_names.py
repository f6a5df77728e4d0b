"""Names of strangers in a real browser: they fetch nothing, can be told apart, and are no formulas."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from core.data import mnist
from core.data.dataset import Dataset
from core.model import layers as L
from core.model.specs import Data, RunSpec
from core.names import isolated
from core.runs.pools import add_pool
from core.sweeps.space import Choices, Sweep
from tests.browser.server import Server, open_page, wait_until_whole
from tests.pages.test_compare import answered

SPEC = RunSpec(layers=(L.Flatten(), L.Dense(units=16)), data=Data(images=4000), epochs=2)
PICTURE = "![x](http://evil.example/p.png)"
PICTURE_ADDRESS = "http://evil.example/r.png"
NOTE = f"""# What I saw
{PICTURE} ![r][1] [![b](http://evil.example/b.png)](http://evil.example) :red[![c](http://evil.example/c.png)]

<script>fetch("http://evil.example/s")</script> <img src="http://evil.example/i.png">
[js](javascript:alert(1))

$\\includegraphics{{http://evil.example/k.png}}$ <style>@import "http://evil.example/t.css"</style>

| a | b |
|---|---|
| 1 | ![t](http://evil.example/t.png) |

[1]: {PICTURE_ADDRESS}
"""
NAMES = [
    f"**b** {PICTURE} <img src=http://evil.example/q.png> :material/home: $x$ :+1: a -> b",
    "http://evil.example www.evil.example a@evil.example :red[c] &amp; :streamlit: [l](http://evil.example)",
    '=HYPERLINK("http://evil.example")',
    "می‌خواهم \u202eabc",
]


def swept(base: RunSpec) -> Sweep:
    return Sweep(base=base, parameters=(Choices(path="optimizer.kind", values=("adam", "sgd")),))


@pytest.fixture(scope="module")
def runs(server: Server) -> list[str]:
    """Runs of hostile names, and facts that came along with them."""
    store = server.store
    ids = [answered(store, SPEC, name, range(at, at + 20 + at)) for at, name in enumerate(NAMES)]
    store.describe_data(ids[0], {"name": PICTURE, "fingerprint": mnist.training().fingerprint})
    store.set_tags(ids[0], ["=1+1", PICTURE[:40]])
    return ids


def test_no_name_is_markup_and_none_fetches_anything(
    server: Server, browser: Browser, runs: list[str]
) -> None:
    page = open_page(browser, f"{server.url}/results?run={runs[0]}&part=Settings")
    asked: list[str] = []
    page.context.route(
        re.compile(r"evil\.example"), lambda route: (asked.append(route.request.url), route.abort())
    )
    several, store = ",".join(runs), server.store
    training = mnist.training()
    images = Dataset(NAMES[0], training.images[-300:], training.labels[-300:])
    source = add_pool(store, images).fingerprint
    sweep = store.create_group("sweep", NAMES[1], swept(SPEC).model_dump(mode="json"))
    store.end_group(sweep.id, "stopped", NAMES[0])
    for address, names in (
        (f"results?run={runs[0]}&part=Settings", NAMES[:1]),
        (f"results?run={runs[1]}", NAMES[1:2]),
        (f"results?run={runs[3]}", NAMES[3:]),
        (f"kaggle?nets={several}", NAMES),
        (f"compare?compare={runs[0]},{runs[1]}", NAMES[:2]),
        (f"compare?compare={several}&view=Settings", NAMES[:1]),
        (f"draw?by={several}", []),
        (f"?run={runs[0]}", NAMES[:1]),
        (f"sweep?sweep={sweep.id}", NAMES[:2]),
        (f"data?pool={source}", []),
        (f"presentation?run={runs[0]}", []),
        ("runs", []),
    ):
        page.goto(f"{server.url}/{address}")
        page.get_by_role("heading", level=1).wait_for()
        for name in names:
            expect(page.get_by_text(isolated(name)).first).to_be_attached()
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
        assert page.locator("[src*=evil], a[href*='//'][href*=evil], a[href^=mailto]").count() == 0
        assert page.get_by_test_id("stException").count() == 0
    assert asked == []


def test_a_note_is_markdown_that_runs_nothing_and_fetches_nothing(server: Server, browser: Browser) -> None:
    run_id = answered(server.store, SPEC, "annotated", range(20))
    server.store.set_note(run_id, NOTE)
    page = open_page(browser, f"{server.url}/results?run={run_id}")
    asked: list[str] = []
    page.context.route(
        re.compile(r"evil\.example"), lambda route: (asked.append(route.request.url), route.abort())
    )
    page.reload()
    expect(page.get_by_role("heading", name="What I saw")).to_be_visible()
    expect(page.get_by_role("link", name="r", exact=True)).to_have_attribute("href", PICTURE_ADDRESS)
    expect(page.get_by_text("<script>fetch").first).to_be_visible()
    page.get_by_role("button", name="Edit note").click()
    expect(page.get_by_role("textbox", name="Note")).to_have_value(NOTE.strip())
    assert page.locator("[src*=evil], a[href^=javascript]").count() == 0
    page.goto(f"{server.url}/runs")
    page.get_by_test_id("stDataFrame").first.wait_for()
    assert asked == []
    server.store.delete([run_id])


def test_the_download_of_the_table_holds_names_but_no_formula(
    server: Server, browser: Browser, runs: list[str]
) -> None:
    asks_nothing = "delete window.showSaveFilePicker"  # else the browser asks where to save it
    page = open_page(browser, f"{server.url}/runs", asks_nothing)
    table = page.get_by_test_id("stDataFrame").first
    table.hover()
    with page.expect_download() as download:
        page.get_by_test_id("stElementToolbar").get_by_label("Download as CSV").last.click()
    content = Path(download.value.path()).read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert {row[0].replace("\u2060", "") for row in rows[1:]} >= set(NAMES)
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@")]


def test_of_two_data_sets_called_alike_the_one_clicked_is_chosen(server: Server, browser: Browser) -> None:
    pool = mnist.training()
    parts = [Dataset("twice.csv", pool.images[at : at + 300], pool.labels[at : at + 300]) for at in (0, 300)]
    prints = [add_pool(server.store, part).fingerprint for part in parts]
    page = open_page(browser, f"{server.url}/data")
    for wanted in (prints[0], prints[1], prints[0]):
        page.get_by_role("combobox", name="Images", exact=True).click()
        page.get_by_role("option").filter(has_text="twice.csv").nth(prints.index(wanted)).click()
        page.wait_for_url(re.compile(f"pool={wanted}"))
        wait_until_whole(page)
