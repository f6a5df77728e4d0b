"""Accuracy with test-time copies on Results: asked for by a click, beside the plain figure, then kept."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.analysis.predictions import Predictions
from core.analysis.significance import difference, flips
from core.data import mnist
from core.data.prepare import split
from core.inference.ensemble import ensemble
from core.inference.submission import named
from core.model.specs import RunSpec
from core.runs.store import open_store
from core.training.job import run_job
from pages.results import copies
from tests.pages.test_pages import page, saved, texts


def button(test: AppTest, label: str) -> list[object]:
    return [one for one in test.button if one.label == label]


def test_accuracy_with_copies_stands_beside_the_plain_one_and_is_asked_once(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    run = store.create(small_spec, "net")
    run_job(store, run.id)
    run = store.get(run.id)
    test = page("results/page.py", run=run.id, part="Copies", copies="4")
    assert "With 4 copies, accuracy" not in [metric.label for metric in test.metric]
    assert "about 5 times as long as asking once: 120 images, 5 times each" in texts(test)
    next(one for one in test.button if one.label == "Measure with copies").click().run()
    assert not test.exception

    _, validation = split(mnist.training().labels, small_spec.data)
    images, labels = mnist.training().images[validation], mnist.training().labels[validation]
    plain, averaged = (
        Predictions(validation, labels, ensemble([named(store, run)], images, number)) for number in (0, 4)
    )
    shown = {metric.label: metric.value for metric in test.metric}
    assert shown["As it is, accuracy"] == f"{plain.accuracy:.2%}" == shown["Validation accuracy"]
    assert shown["With 4 copies, accuracy"] == f"{averaged.accuracy:.2%}"
    found = difference(flips(plain, averaged))
    said = texts(test)
    assert "McNemar's exact test" in said
    for number in {found.fixed, found.broken} if found.fixed + found.broken else ():
        assert str(number) in said
    assert "times as long" in said
    rows = test.table[-1].value
    assert rows.loc["all", "all"] == "120"
    assert np.isclose(plain.accuracy + found.difference, averaged.accuracy)

    def asked_again(*_: object) -> None:
        raise AssertionError("the network was asked again")

    monkeypatch.setattr(copies, "ask", asked_again)
    test.switch_page("runs/page.py").run()
    again = test.switch_page("results/page.py")
    again.query_params.update({"run": run.id, "part": "Copies", "copies": "4"})
    again.run()
    assert not again.exception
    assert {metric.label: metric.value for metric in again.metric} == shown


def test_a_run_without_a_network_says_so(small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec, "net")
    test = page("results/page.py", run=run_id, part="Copies")
    assert "its model is not there" in texts(test)
    assert not button(test, "Measure with copies")
