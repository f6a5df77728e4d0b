"""Findings about single layers, from what was seen of them while the network trained."""

from collections.abc import Set as AbstractSet

import numpy as np

from core.analysis.signs import remedies
from core.analysis.signs.case import Case
from core.analysis.signs.findings import Finding, Kind, Remedy, Severity
from core.analysis.signs.lost import flat_layer, flat_since
from core.analysis.vitals import Vitals

ENOUGH = 8
"""Steps that must have been looked at; the first half of them may be wild."""
VANISHED = 1e-3
"""First layer's gradient in relation to the softmax layer's. In sound networks they are of one size; six
sigmoid layers are far below."""
EXPLODED = 1000.0
"""Norm of a gradient. In sound networks it is mostly below ten; the presets' largest is 30, at first."""
LARGE_UPDATE, SMALL_UPDATE = 0.2, 1e-5
"""Median share of its weights that a step moves a layer by. In a preset's first epochs it can be 0.06."""
_RATES = {Kind.RATE_TOO_HIGH, Kind.RATE_TOO_LOW}


def unsound(case: Case, found: AbstractSet[Kind]) -> list[Finding]:
    """Return what the layers show besides what was `found` already, and never its opposite."""
    if case.vitals is None or len(case.vitals.steps) < ENOUGH:
        return []
    signs: list[Finding | None] = list(blown_up(case))
    if flat := flat_layer(case):
        signs.append(None if Kind.DEAD_UNITS in found else flat)
    else:
        signs.append(_vanishing(case, case.vitals))
        signs.append(None if signs[0] or found & _RATES else _updates(case, case.vitals))
    return [sign for sign in signs if sign]


def blown_up(case: Case) -> list[Finding]:
    """Return one finding if a gradient has exploded, with the first step at which that was seen."""
    seen = case.vitals
    if seen is None:
        return []
    places = np.flatnonzero((seen.gradients > EXPLODED).any(axis=1))
    if not len(places):
        return []
    at = int(places[0])
    layer, since = int(np.nanargmax(seen.gradients[at])), int(seen.steps[at])
    calm = not case.diverged and not flat_since(case) and int(places[-1]) < len(seen.steps) / 2
    shows = (
        f"At step {since:,} the gradient of {case.named(seen.places[layer])} has a norm of "
        f"{_size(seen.gradients[at, layer])}; healthy ones seldom pass ten."
    )
    shows += " It has been calm since." if calm else ""
    severity = Severity.NOTE if calm else Severity.WARNING
    return [Finding(Kind.EXPLODING, severity, "Exploding gradients", shows, remedies.lower_rate(case.spec))]


def _vanishing(case: Case, seen: Vitals) -> Finding | None:
    first, last = seen.gradients[:, 0], seen.gradients[:, -1]
    known = np.isfinite(first) & np.isfinite(last) & (last > 0)
    if len(seen.places) < 3 or known.sum() < ENOUGH:
        return None
    vanished = known & (first < VANISHED * last)
    if vanished.sum() <= known.sum() / 2:
        return None
    at = int(np.flatnonzero(vanished)[-1])
    shows = (
        f"At step {seen.steps[at]:,} the gradient of {case.named(seen.places[0])} has a norm of "
        f"{_size(first[at])}, that of the softmax layer {_size(last[at])}: on its way back almost nothing is "
        "left of it, and the first layers hardly learn."
    )
    severity = Severity.BAD if case.chance_since is not None else Severity.WARNING
    return Finding(Kind.VANISHING, severity, "Vanishing gradients", shows, _keep_alive(case))


def _updates(case: Case, seen: Vitals) -> Finding | None:
    """Look for steps far too large in one layer, or far too small in all."""
    sizes = np.median(seen.updates[ENOUGH // 2 :], axis=0)
    largest = int(sizes.argmax())
    size, name = float(sizes[largest]), case.named(seen.places[largest])
    usual = f"a step moves {name} by {100 * size:.2g}% of its weights, where about 0.1% is usual"
    if size > LARGE_UPDATE:
        title, remedy = "Updates too large", remedies.lower_rate(case.spec)
        shows = f"In the median {usual}: what one batch teaches, the next one overwrites."
    elif size < SMALL_UPDATE:
        title, remedy = "Updates too small", remedies.raise_rate(case.spec)
        shows = f"In the median {usual}, and every other layer by less: it hardly moves."
    else:
        return None
    return Finding(Kind.UPDATES, Severity.WARNING, title, shows, remedy)


def _size(norm: float) -> str:
    return f"{norm:.2g}" if np.isfinite(norm) else "no finite number"


def _keep_alive(case: Case) -> Remedy | None:
    if any(layer.activation in remedies.SATURATING for layer in remedies.activated(case.spec)):
        return remedies.use_relu(case.spec)
    return None if case.spec.has_batch_norm else remedies.normalise(case.spec)
