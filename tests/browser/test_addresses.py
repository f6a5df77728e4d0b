"""Every address of before opens the page that it opened, on a store that an earlier version left."""

import json
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.attacks.stranger import Stranger, kinds, titles
from tests.browser.server import Server, open_page
from tests.earlier import FOLDER

EARLIER = FOLDER / "0.2"
FIRST, SECOND = (row["run"] for row in json.loads((EARLIER / "runs.json").read_text(encoding="utf-8")))
PAGES = {
    "": "Train a network on handwritten digits",
    "results": "Results",
    "runs": "Runs",
    "sweep": "Sweep",
    "compare": "Compare runs",
    "draw": "Draw",
    "kaggle": "Kaggle",
    "data": "Data",
    "class": "A class",
    "presentation": "The presentation, reproduced",
    "you": "You",
    "convolution": "Convolution",
    "activations": "Activations",
    "pooling": "Max pooling",
    "dropout": "Dropout",
    "batch_norm": "Batch normalisation",
    "softmax": "Softmax and cross-entropy",
    "optimizers": "Optimizers",
    "overfitting": "Overfitting",
    "glossary": "Glossary",
}
POOL = json.loads(SECOND["spec_json"])["data"]["source"]
GROUP = next(
    group["id"]
    for group in json.loads((EARLIER / "groups.json").read_text(encoding="utf-8"))
    if group["kind"] == "sweep"
)
LINKS = {
    f"results?run={SECOND['id']}": "33.33",
    f"results?run={FIRST['id']}": FIRST["name"],
    f"compare?compare={FIRST['id']},{SECOND['id']}&view=Curves&close=true": "Solid: validation",
    f"draw?by={FIRST['id']},{SECOND['id']}&crop=false": FIRST["name"],
    f"kaggle?nets={SECOND['id']}": SECOND["name"],
    f"kaggle?run={SECOND['id']}": SECOND["name"],
    f"data?pool={POOL}": "120",
    f"sweep?sweep={GROUP}": "All runs are done",
    "runs?filter=small": "small",
}
"""Addresses with what was chosen, and what they show for it."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("home")
    shutil.copyfile(EARLIER / "runs.sqlite", home / "runs.sqlite")
    server = Server(home, DIGITS_WORKERS="0")
    yield server
    server.end()


def test_every_address_opens_the_page_it_always_opened(server: Server) -> None:
    """The server alone says which; `test_accessible.py` looks at each page in a browser."""
    for address, heading in PAGES.items():
        visitor = Stranger(server.url)
        drawn = visitor.show(address)
        visitor.close()
        assert titles(drawn) == [heading]
        assert "page_not_found" not in kinds(drawn)


def test_a_link_of_before_chooses_what_it_chose(server: Server, browser: Browser) -> None:
    page = open_page(browser, server.url)
    for link, shown in LINKS.items():
        page.goto(f"{server.url}/{link}")
        expect(page.get_by_role("heading", level=1).last).to_have_text(PAGES[link.split("?")[0]])
        expect(page.get_by_test_id("stMain").last).to_contain_text(shown)
        expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)


@pytest.mark.parametrize("about", ["preset final", "conv2d off its defaults", "uploaded data"])
def test_a_configuration_of_before_fills_the_editor(server: Server, browser: Browser, about: str) -> None:
    rows = json.loads((EARLIER / "specs.json").read_text(encoding="utf-8"))
    row = next(row for row in rows if row["about"] == about)
    page = open_page(browser, f"{server.url}/?spec={row['link']}")
    values = json.loads(row["json"])
    expect(page.get_by_label("Epochs", exact=True).last).to_have_value(str(values["epochs"]))
    expect(page.get_by_label("Filters", exact=True)).to_have_count(
        sum(layer["kind"] == "conv2d" for layer in values["layers"])
    )
    assert f"spec={row['link']}" in page.url
