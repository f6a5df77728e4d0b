"""How the layers of a run fared: under Inside, beside a living run on demand, or a sentence."""

from dataclasses import replace

import numpy as np
from streamlit.testing.v1 import AppTest

from core.model.specs import RunSpec
from core.runs.artifacts import MODEL, VITALS
from core.runs.records import Progress, StepPoint
from core.runs.status import RunStatus
from core.runs.store import RunStore, open_store
from tests.pages.test_live_mistakes import components
from tests.pages.test_pages import page, saved, texts
from tests.test_analysis_vitals import made

STEPS = [1, 2, 3, 4, 5, 6, 7, 8]
TITLES = [
    "Size of the gradients",
    "Update in relation to weights",
    "Dead or saturated units",
    "Weights of 1 · Conv2D",
]


def living(store: RunStore, spec: RunSpec, vitals: bytes | None = None) -> str:
    run = store.create(spec, "live")
    store.claim(run.id, {}, "worker")
    store.record(run.id, Progress("training", 1, 8, 10), [StepPoint(8, 2.0, 0.3, 1.0)], [], "worker")
    if vitals:
        store.put_artifact(run.id, VITALS, vitals, "worker")
    return run.id


def titles(test: AppTest) -> list[str]:
    """Return the titles of the charts of layers that a page shows."""
    sent = [data["figure"]["layout"]["title"]["text"] for data in components(test) if "figure" in data]
    return sorted(title for title in sent if title in TITLES)


def test_an_ended_run_shows_its_layers_inside(small_spec: RunSpec) -> None:
    store = open_store()
    run_id = saved(store, small_spec, "kept")
    store.put_artifact(run_id, MODEL, b"not asked")
    where = {"run": run_id, "part": "Inside", "look": "Layer by layer"}
    assert "This run kept nothing of its layers" in texts(page("results/page.py", **where))
    other = saved(store, small_spec, "kept")
    store.put_artifact(other, MODEL, b"not asked")
    store.put_artifact(other, VITALS, made(STEPS).to_bytes())
    test = page("results/page.py", **where | {"run": other})
    assert titles(test) == sorted(TITLES)
    choice = test.selectbox(key=f"vitals.layer.{other}")
    assert choice.options == ["1 · Conv2D", "2 · MaxPooling", "3 · Flatten"]


def test_a_living_run_shows_them_on_demand_alone_on_both_pages(small_spec: RunSpec) -> None:
    run_id = living(open_store(), small_spec, made(STEPS).to_bytes())
    for name in ("train/page.py", "results/page.py"):
        test = page(name, run=run_id)
        assert not titles(test)
        test.toggle(key=f"layers.{run_id}").set_value(True).run()
        assert titles(test) == sorted(TITLES)


def test_one_that_is_looked_at_for_the_first_time_waits_and_one_that_kept_nothing_offers_nothing(
    small_spec: RunSpec,
) -> None:
    store = open_store()
    run_id = living(store, small_spec)
    test = page("results/page.py", run=run_id)
    test.toggle(key=f"layers.{run_id}").set_value(True).run()
    assert "No step has been looked at yet" in texts(test)
    store.end(run_id, RunStatus.FAILED, "It failed.", holder="worker")
    test = page("results/page.py", run=run_id)
    assert f"layers.{run_id}" not in [toggle.key for toggle in test.toggle]


def test_where_keras_own_loop_trained_weights_and_updates_are_shown_alone(small_spec: RunSpec) -> None:
    seen, untold = made(STEPS), np.full((len(STEPS), 3), np.nan, np.float32)
    kept = replace(seen, gradients=untold, flat=untold).to_bytes()
    run_id = living(open_store(), small_spec, kept)
    test = page("results/page.py", run=run_id)
    test.toggle(key=f"layers.{run_id}").set_value(True).run()
    assert titles(test) == [TITLES[1], TITLES[3]]
    assert "are not seen where Keras' own loop trains" in texts(test)
