"""The curve doctor on single layers: what it names in what was seen of them, and where it says nothing."""

from dataclasses import replace

import numpy as np
import pytest

from core.analysis.doctor import diagnose
from core.analysis.signs.findings import Finding, Kind, Severity
from core.analysis.units import LayerUnits, Units
from core.analysis.vitals import Vitals, looked_at
from core.model import layers as L
from core.model.optimizers import Adam
from core.model.specs import RunSpec
from core.runs.status import RunStatus
from tests.test_analysis_doctor import healthy, history, kinds

LAYERS = (L.Flatten(), L.Dense(units=40), L.Dense(units=20))
SPEC = RunSpec(layers=LAYERS, optimizer=Adam(), epochs=20)
STEPS = list(looked_at(500, 0))
NOTHING = {Kind.VANISHING, Kind.EXPLODING, Kind.UPDATES, Kind.DEAD_UNITS}


def sound() -> Vitals:
    """Return what a sound network shows: two dense layers and softmax, as the recorded runs have them."""
    rng, shape = np.random.default_rng(2), (len(STEPS), 3)
    gradients = np.exp(rng.normal(-0.5, 0.3, shape)).astype(np.float32)
    updates = np.exp(rng.normal(np.log(2e-3), 0.5, shape)).astype(np.float32)
    spread = np.sort(rng.normal(0, 0.1, (*shape, 5)).astype(np.float32))
    silent = np.full(shape, 0.05, np.float32)
    silent[:, 2] = np.nan
    return Vitals((2, 3, 4), np.array(STEPS), gradients, updates, 0 * updates, 10 * updates, spread, silent)


def changed(name: str, rows: slice, columns: slice | int, value: float) -> Vitals:
    seen = sound()
    values = getattr(seen, name).copy()
    values[rows, columns] = value
    return replace(seen, **{name: values})


def said(vitals: Vitals, status: RunStatus = RunStatus.RUNNING, spec: RunSpec = SPEC) -> list[Finding]:
    curves = history(*healthy(np.random.default_rng(1), 20))
    return diagnose(spec, curves, status, vitals=vitals)


def one(findings: list[Finding], kind: Kind) -> Finding:
    (found,) = [finding for finding in findings if finding.kind is kind]
    return found


def test_a_sound_network_is_told_nothing_of_its_layers() -> None:
    assert kinds(said(sound())) == {Kind.HEALTHY}


def test_vanishing_gradients_name_both_ends_and_the_step() -> None:
    found = one(said(changed("gradients", slice(None), 0, 1e-5)), Kind.VANISHING)
    assert "At step 448 the gradient of layer 2 (Dense 40 · ReLU) has a norm of 1e-05" in found.shows
    assert found.remedy is not None
    assert "batch normalisation" in found.remedy.sentence
    sigmoid = SPEC.model_copy(update={"layers": (L.Flatten(), *[L.Dense(activation="sigmoid")] * 3)})
    found = one(said(changed("gradients", slice(None), 0, 1e-5), spec=sigmoid), Kind.VANISHING)
    assert found.remedy is not None
    assert "Use ReLU in place of sigmoid" in found.remedy.sentence


def test_a_gradient_that_is_small_for_a_while_has_not_vanished() -> None:
    assert not kinds(said(changed("gradients", slice(0, 8), 0, 1e-5))) & NOTHING


def test_an_explosion_is_named_by_layer_and_first_step_also_where_it_ended_the_run() -> None:
    seen = changed("gradients", slice(-2, None), 1, np.inf)
    for status, count in ((RunStatus.RUNNING, 1), (RunStatus.DIVERGED, 2)):
        findings = said(seen, status)
        assert len(findings) == count
        found = one(findings, Kind.EXPLODING)
        assert found.severity is Severity.WARNING
        assert f"At step {STEPS[-2]} the gradient of layer 3" in found.shows
        assert "no finite number" in found.shows
    early = one(said(changed("gradients", slice(1, 3), 2, 3e4)), Kind.EXPLODING)
    assert (early.severity, early.shows.endswith("It has been calm since.")) == (Severity.NOTE, True)
    assert "the softmax layer has a norm of 3e+04" in early.shows


def test_a_layer_that_goes_flat_is_named_with_the_step_and_not_twice() -> None:
    seen = changed("flat", slice(10, None), 1, 1.0)
    found = one(said(seen), Kind.DEAD_UNITS)
    assert f"From step {STEPS[10]} on all units of layer 3 (Dense 20 · ReLU) give zero" in found.shows
    rows = (LayerUnits(layer=3, units=20, dead=20),)
    curves = history(*healthy(np.random.default_rng(1), 20))
    counted = diagnose(
        SPEC, curves, RunStatus.FINISHED, Units(images=1000, last=rows, best=rows), vitals=seen
    )
    assert one(counted, Kind.DEAD_UNITS).shows.endswith(f"Layer 3 was flat from step {STEPS[10]} on.")


def test_a_layer_that_speaks_again_is_not_dead() -> None:
    assert not kinds(said(changed("flat", slice(10, -1), 1, 1.0))) & NOTHING


@pytest.mark.parametrize(("size", "title"), [(0.3, "too large"), (1e-7, "too small")])
def test_updates_far_from_healthy_are_told(size: float, title: str) -> None:
    found = one(said(changed("updates", slice(None), slice(None), size)), Kind.UPDATES)
    assert title in found.title
    assert found.remedy is not None


def test_a_rate_that_falls_to_nothing_at_the_end_is_no_small_update() -> None:
    assert not kinds(said(changed("updates", slice(-6, None), slice(None), 1e-9))) & NOTHING


def test_few_looks_or_none_at_gradients_say_nothing() -> None:
    assert kinds(said(changed("gradients", slice(None), 0, 1e-6).until(5))) == {Kind.HEALTHY}
    untold = replace(sound(), gradients=np.full((len(STEPS), 3), np.nan, np.float32))
    assert kinds(said(untold)) == {Kind.HEALTHY}
