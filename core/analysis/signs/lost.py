"""Findings about units that no longer take part, from what the worker counted and what was seen of layers."""

from collections.abc import Set as AbstractSet

import numpy as np

from core.analysis.signs import remedies
from core.analysis.signs.case import Case
from core.analysis.signs.findings import Finding, Kind, Remedy, Severity
from core.model import layers as L

MANY_DEAD = 0.5
"""Share of a layer's units. In a sound ReLU network, the quick start, nearly a third of a layer dies."""
ZERO, LIMIT = {"relu", "leaky_relu", "gelu", "silu"}, {"sigmoid", "tanh", "elu"}
"""Where an activation is flat, it gives zero or stands at its limit."""
ALL_FLAT, LATE = 0.99, 3
"""Share of a layer's units, and at how many steps at least, to the last."""


def dead_units(case: Case) -> list[Finding]:
    """Return one finding if half of a layer's units or more no longer take part."""
    dead = [(row, layer) for row, layer in case.layers if row.share >= MANY_DEAD]
    if not dead or case.units is None:
        return []
    listed = "; ".join(
        f"layer {row.layer} ({layer.line()}): {row.dead} of {row.units}" for row, layer in dead
    )
    activations = {layer.activation for _, layer in dead}
    saturated = activations <= set(remedies.SATURATING)
    shows = (
        f"At the end these units {_state(activations)} for each of {case.units.images:,} validation images: "
        f"{listed}. No gradient passes them, so that they learn no more.{_since(case)}"
    )
    severity = Severity.BAD if case.lost_layers else Severity.WARNING
    title = "Saturated units" if saturated else "Dead units"
    return [Finding(Kind.DEAD_UNITS, severity, title, shows, _revive(case, saturated))]


def flat_since(case: Case) -> dict[int, int]:
    """Return the layers, by their place, that were flat to the last look, and the step since when."""
    seen = case.vitals
    if seen is None:
        return {}
    found = {}
    for place, shares in zip(seen.places, seen.flat.T, strict=True):
        lively = np.flatnonzero(~(shares >= ALL_FLAT))
        first = int(lively[-1]) + 1 if len(lively) else 0
        if len(shares) - first >= LATE:
            found[place] = int(seen.steps[first])
    return found


def flat_layer(case: Case) -> Finding | None:
    """Return a finding on the first layer all of whose units went flat and stayed so, if there is one."""
    flat = flat_since(case)
    if not flat:
        return None
    place = min(flat, key=lambda layer: (flat[layer], layer))
    layer = case.spec.layers[place - 1]
    assert isinstance(layer, L.Activated)
    state = _state({layer.activation})
    shows = (
        f"From step {flat[place]:,} on all units of {case.named(place)} {state} for every image of a batch."
        " No gradient passes them, so that they learn no more."
    )
    return Finding(Kind.DEAD_UNITS, Severity.BAD, "A layer is dead", shows, remedies.lower_rate(case.spec))


def _since(case: Case) -> str:
    """Return where a whole layer went flat, if that was seen."""
    told = [f" Layer {place} was flat from step {step:,} on." for place, step in flat_since(case).items()]
    return "".join(told)


def _state(activations: AbstractSet[str]) -> str:
    if activations <= ZERO:
        return "give zero"
    return "stand at their limit" if activations <= LIMIT else "are flat"


def _revive(case: Case, saturated: bool) -> Remedy:
    if case.lost_layers or remedies.is_large(case.spec):
        return remedies.lower_rate(case.spec)
    return remedies.normalise(case.spec) if saturated else remedies.use_leaky_relu(case.spec)
