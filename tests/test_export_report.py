"""The HTML report, read as a browser reads it: its numbers, its safety, and that it needs nothing else."""

import base64
import json
from html.parser import HTMLParser
from io import BytesIO

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from PIL import Image
from sklearn.metrics import precision_recall_fscore_support
from statsmodels.stats.proportion import proportion_confint

from core.analysis.evaluate import top_errors
from core.analysis.predictions import Predictions
from core.analysis.units import LayerUnits, Units
from core.data import mnist
from core.export.files import FILES
from core.export.report import Code, Gallery, Number, Picture, Section, html_report
from core.export.run_report import Measured, run_report
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.runs.artifacts import UNITS
from core.runs.records import EpochPoint, Progress, Results, Run, StepPoint
from core.runs.status import RunStatus
from core.runs.store import RunStore

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\u2028{{ 7*7 }} \"'&lt;"
ADDRESSES = ("src", "href", "action", "data", "srcset", "poster", "background")


class Reader(HTMLParser):
    """Collects what a page shows, its scripts, its figures and its images."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self.figures: list[dict[str, object]] = []
        self.addresses: list[str] = []
        self.events: list[str] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._inside = tag if tag != "script" else f"script {dict(attrs).get('type', '')}"
        self.addresses += [value or "" for name, value in attrs if name in ADDRESSES]
        self.events += [name for name, _ in attrs if name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, text: str) -> None:
        if self._inside == "script application/json":
            self.figures.append(json.loads(text))
        elif self._inside.startswith("script"):
            self.scripts.append(text)
        elif self._inside != "style" and text.strip():
            self.texts.append(text.strip())


def answers(count: int = 300) -> Predictions:
    """Return made-up predictions of the first test images, about a tenth of them wrong."""
    random = np.random.default_rng(1)
    labels = mnist.test().labels[:count]
    said = np.where(random.random(count) < 0.1, (labels + 1) % 10, labels)
    probabilities = (0.05 + 0.5 * np.eye(10)[said]).astype(np.float32)
    return Predictions(np.arange(count), labels, probabilities / probabilities.sum(axis=1, keepdims=True))


def saved(store: RunStore, spec: RunSpec, name: str = "mine", preset: str | None = None) -> Run:
    run = store.create(spec, name, preset)
    store.record(
        run.id,
        Progress("measuring", 2, 5, 5, 100.0, 12.0),
        [StepPoint(n, 2 / n, 0.1 * n, 0.1 * n) for n in range(1, 11)],
        [EpochPoint(n, 5 * n, 1 / n, 0.8, 0.5 / n, 0.85 + n / 100, 1e-3, 6.0 * n) for n in (1, 2)],
    )
    store.describe_data(run.id, {"name": "MNIST", "fingerprint": "edc0d1098aa497be"})
    share = answers().accuracy
    store.end(run.id, RunStatus.FINISHED, results=Results(2, 0.25, share, 300, 0.31, 0.9123, 10_000))
    return store.get(run.id)


def test_the_report_of_a_run_holds_its_numbers(store: RunStore, small_spec: RunSpec) -> None:
    run, measured = saved(store, small_spec), answers()
    worst = top_errors(measured, 6)
    images = mnist.test().images[[m.index for m in worst]]
    page = Reader(run_report(run, store.history(run.id), Measured(measured, images), Measured(measured)))
    text = "\n".join(page.texts)

    assert "The weights are those of epoch 2, the one with the highest validation accuracy" in text
    assert {f"{measured.accuracy:.2%}", "91.23%", "0.2500", "0.3100", f"{run.parameters:,}"} <= set(
        page.texts
    )
    for accuracy, count in ((measured.accuracy, 300), (0.9123, 10_000)):
        low, high = proportion_confint(round(accuracy * count), count, method="wilson")
        assert f"{100 * low:.2f} – {100 * high:.2f}% on {count:,} images" in text
    predicted = measured.probabilities.argmax(axis=1)
    scores = precision_recall_fscore_support(measured.labels, predicted, labels=range(10))
    for digit, (precision, recall, f1, support) in enumerate(zip(*scores, strict=True)):
        row = [str(digit), f"{precision:.4f}", f"{recall:.4f}", f"{f1:.4f}", str(support)]
        assert "\n".join(row) in text

    titles = [figure["layout"]["title"]["text"] for figure in page.figures]  # type: ignore[index]
    assert titles == ["Loss (cross-entropy)", "Accuracy", "Confusion matrix", "Confusion matrix"]
    pictures = [base64.b64decode(url.removeprefix("data:image/png;base64,")) for url in page.addresses]
    assert len(pictures) == 6  # those of the test images were not at hand
    for content, image in zip(pictures, images, strict=True):
        np.testing.assert_array_equal(np.asarray(Image.open(BytesIO(content))), image)
    assert f"True {worst[0].true}, read as {worst[0].predicted}" in text
    for fact in (
        "edc0d1098aa497be",
        "Conv2D 4 · 3×3 · ReLU",
        "python -m core train --spec configuration.json",
    ):
        assert fact in text
    assert any(RunSpec.model_validate_json(t) == run.spec for t in page.texts if t.startswith("{"))


def test_dead_units_are_in_the_report_as_on_the_page(store: RunStore, small_spec: RunSpec) -> None:
    run = saved(store, small_spec)
    place = next(n for n, layer in enumerate(run.spec.layers, start=1) if layer.kind in ("conv2d", "dense"))
    dead = (LayerUnits(layer=place, units=4, dead=4),)
    store.put_artifact(run.id, UNITS, Units(images=300, last=dead, best=dead).to_bytes())
    text = FILES["report"].make(store, run).decode()
    assert "dead" in "\n".join(Reader(text).texts).lower()
    store.put_artifact(run.id, UNITS, b"damaged")
    assert "What the curves show" in FILES["report"].make(store, run).decode()


def test_a_preset_is_repeated_by_its_name(store: RunStore) -> None:
    run = saved(store, PRESETS["mlp"].spec, preset="mlp")
    assert (
        "python -m core train --preset mlp"
        in Reader(run_report(run, store.history(run.id), None, None)).texts
    )


def test_a_run_that_failed_has_a_report_too(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "x")
    store.end(run.id, RunStatus.FAILED, "The memory did not suffice.")
    page = Reader(run_report(store.get(run.id), store.history(run.id), None, None))
    assert {"The memory did not suffice.", "No curves: it ended before its first batch."} <= set(page.texts)
    assert page.scripts == []  # no figure, so no Plotly either


def test_the_file_asks_for_nothing_and_holds_plotly_once(store: RunStore, small_spec: RunSpec) -> None:
    run = saved(store, small_spec)
    text = run_report(run, store.history(run.id), Measured(answers()), None)
    page = Reader(text)
    assert not [address for address in page.addresses if not address.startswith("data:image/png;base64,")]
    assert {"link", "iframe", "object", "embed", "base", "form"}.isdisjoint(page.tags)
    assert "default-src 'none'" in text
    assert sum("* plotly.js (" in script for script in page.scripts) == 1
    assert len(page.scripts) == 2


def test_hostile_words_are_shown_as_they_are_everywhere(store: RunStore, small_spec: RunSpec) -> None:
    figure = go.Figure(go.Scatter(x=[1], y=[2], name=HOSTILE), layout={"title": {"text": HOSTILE}})
    table = pd.DataFrame({HOSTILE: [HOSTILE, "b"]}, index=[HOSTILE, "x"])
    gallery = Gallery([Picture(np.zeros((28, 28), np.uint8), HOSTILE)])
    section = Section(
        HOSTILE, HOSTILE, table, {HOSTILE: HOSTILE}, figure, gallery, Code(HOSTILE), [Number(*3 * [HOSTILE])]
    )
    page = Reader(html_report(HOSTILE, [section], HOSTILE))
    assert page.texts.count(HOSTILE) == 15
    assert page.events == []
    assert page.tags.count("img") == 1
    assert page.tags.count("script") == 3  # Plotly, the figure's data, what draws it
    assert page.figures[0]["data"][0]["name"] == HOSTILE  # type: ignore[index]

    run = saved(store, small_spec, HOSTILE)
    store.describe_data(run.id, {HOSTILE: HOSTILE, "name": HOSTILE})
    page = Reader(run_report(store.get(run.id), store.history(run.id), None, None))
    assert page.tags.count("script") == 4
    assert page.events == []


def test_a_note_is_read_as_markdown_whose_html_is_shown_and_whose_pictures_are_links(
    store: RunStore, small_spec: RunSpec
) -> None:
    run = saved(store, small_spec)
    without = Reader(run_report(run, store.history(run.id), None, None))
    assert "Note" not in without.texts
    note = f"**Strong** ![p](http://evil.example/p.png) [x](javascript:alert(1)) [y](http://good.example)\n{HOSTILE}"
    store.set_note(run.id, note)
    page = Reader(run_report(store.get(run.id), store.history(run.id), None, None))
    assert "Strong" in page.texts
    assert page.tags.count("strong") == 1
    assert page.tags.count("script") == without.tags.count("script")
    assert (page.events, page.tags.count("img")) == ([], 0)
    assert page.addresses == ["http://evil.example/p.png", "http://good.example"]  # of two links
    assert "<img src=x onerror=alert(1)>" in "".join(page.texts)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.123456, "0.1235"), (float("nan"), "–"), (None, "–"), (12345, "12,345"), (True, "True"), ("a", "a")],
)
def test_cells_are_written_as_people_read_them(value: object, shown: str) -> None:
    page = Reader(html_report("t", [Section("s", {"key": value})]))
    assert page.texts[page.texts.index("key") + 1] == shown
