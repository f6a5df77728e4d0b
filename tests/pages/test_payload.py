"""How much a page that shows a run in training sends with each tick."""

import re

import numpy as np

from core.home import PROJECT
from core.model.presets import PRESETS
from core.runs.records import EpochPoint, Progress, StepPoint
from core.runs.store import open_store
from pages.shared.modules import module, served
from tests.pages.test_pages import page

BATCHES, EPOCHS = 13_200, 500


def test_a_tick_of_a_long_run_of_the_most_epochs_sends_less_than_60_kilobytes() -> None:
    store, random = open_store(), np.random.default_rng(0)
    spec = PRESETS["quick-start"].spec.model_copy(update={"epochs": EPOCHS})
    run = store.create(spec, "long", holder="worker")
    store.claim(run.id, {}, "worker")
    steps = [StepPoint(n, *random.random(2), n / 40) for n in range(1, BATCHES + 1)]
    ends = np.linspace(BATCHES / EPOCHS, BATCHES, EPOCHS).astype(int)
    epochs = [EpochPoint(n, int(end), *random.random(4), 1e-3, 1.0) for n, end in enumerate(ends, start=1)]
    store.record(run.id, Progress("training", EPOCHS, 1, 26), steps, epochs)
    drawn = [one.proto for one in page("train/page.py", run=run.id).get("bidi_component")]
    charts = [proto for proto in drawn if proto.component_name == "digits_live_chart"]
    assert len(charts) == 3, "loss, accuracy, and the one that fetches Plotly"
    assert sum(proto.ByteSize() for proto in charts) < 55_000  # the rest of a tick is words and numbers
    assert all(len(proto.js_content) < 600 for proto in charts)


def test_browsers_keep_the_version_of_a_script_that_they_asked_for() -> None:
    asked = module("chart.js").split("?v=")[1][:12]
    assert "immutable" in served("chart.js", asked).headers["cache-control"]
    assert served("chart.js", "another").headers["cache-control"] == "no-store"
    assert served("chart.js", None).headers["cache-control"] == "no-store"
    assert served("../../app.py", asked).status_code == served("page.py", asked).status_code == 404


def test_no_component_sends_its_script_with_itself() -> None:
    pages = [path for path in (PROJECT / "pages").rglob("*.py") if "component(" in path.read_text("utf-8")]
    given = [found for path in pages for found in re.findall(r"\bjs=(.{7})", path.read_text("utf-8"))]
    assert given == ["module("] * len(given)
    assert given


def test_no_two_scripts_of_components_have_one_name() -> None:
    names = [path.name for path in (PROJECT / "pages").rglob("*.js")]
    assert len(names) == len(set(names))
