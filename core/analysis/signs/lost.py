"""The finding about units that no longer take part, from what the worker counted."""

from collections.abc import Set as AbstractSet

from core.analysis.signs import remedies
from core.analysis.signs.case import Case
from core.analysis.signs.findings import Finding, Kind, Remedy, Severity

MANY_DEAD = 0.5
"""Share of a layer's units. In a sound ReLU network, the quick start, nearly a third of a layer dies."""
ZERO, LIMIT = {"relu", "leaky_relu", "gelu", "silu"}, {"sigmoid", "tanh", "elu"}
"""Where an activation is flat, it gives zero or stands at its limit."""


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
        f"{listed}. No gradient passes them, so that they learn no more."
    )
    severity = Severity.BAD if case.lost_layers else Severity.WARNING
    title = "Saturated units" if saturated else "Dead units"
    return [Finding(Kind.DEAD_UNITS, severity, title, shows, _revive(case, saturated))]


def _state(activations: AbstractSet[str]) -> str:
    if activations <= ZERO:
        return "give zero"
    return "stand at their limit" if activations <= LIMIT else "are flat"


def _revive(case: Case, saturated: bool) -> Remedy:
    if case.lost_layers or remedies.is_large(case.spec):
        return remedies.lower_rate(case.spec)
    return remedies.normalise(case.spec) if saturated else remedies.use_leaky_relu(case.spec)
