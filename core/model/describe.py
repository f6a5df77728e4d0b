"""Specs in words: one line for a layer, flat key–value pairs for a whole configuration."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from core.model import layers as L
from core.model.kind import controls, shown, word
from core.model.layers.base import number
from core.model.optimizers import OPTIMIZER_NAMES
from core.model.schedules import SCHEDULE_NAMES
from core.model.specs import RunSpec

SHORT_NAMES = L.LAYER_NAMES | OPTIMIZER_NAMES | SCHEDULE_NAMES


def describe(spec: RunSpec) -> dict[str, str]:
    """Return the whole configuration as flat pairs, such as {"layer 1": "Flatten", "epochs": "10", …}."""
    pairs = {f"layer {place}": layer.line() for place, layer in enumerate(spec.layers, start=1)}
    for key in type(spec).model_fields:
        if key != "layers":
            pairs |= _flat(key, getattr(spec, key))
    return pairs


def _flat(key: str, value: Any) -> dict[str, str]:
    if isinstance(value, tuple):
        return {key: ", ".join(map(str, value)) or "none"}
    if not isinstance(value, BaseModel):
        return {key: "off" if value is None else number(value) if isinstance(value, float) else str(value)}
    kind = getattr(value, "kind", None)
    pairs = {key: SHORT_NAMES[kind]} if kind else {}
    for name in type(value).model_fields:
        if name != "kind":
            pairs |= _flat(f"{key}.{name}", getattr(value, name))
    return pairs


def side_by_side(specs: list[RunSpec]) -> dict[str, list[str]]:
    """Return the pairs of `describe` for several specs: key → one value for each spec.

    A key that a spec does not have shows as "–".
    """
    described = [describe(spec) for spec in specs]
    return {key: [pairs.get(key, "–") for pairs in described] for key in _merged(described)}


def _merged(described: list[dict[str, str]]) -> list[str]:
    """Return the keys of all in one order: what only some have stands behind its neighbour there."""
    keys: list[str] = []
    for pairs in described:
        place = 0
        for key in pairs:
            if key not in keys:
                keys.insert(place, key)
            place = keys.index(key) + 1
    return keys


def differences(specs: list[RunSpec]) -> dict[str, list[str]]:
    """Return those rows of `side_by_side` that are not the same in all specs."""
    return {key: values for key, values in side_by_side(specs).items() if len(set(values)) > 1}


def layer_values(specs: Sequence[RunSpec]) -> dict[str, list[str]]:
    """Return what differs inside layers of several specs, such as {"units of layer 2": ["16", "64"]}.

    Layers can be held side by side only where all specs have the same kinds in the same order; otherwise
    nothing is returned. What changes alike in several layers is one entry.
    """
    if len({tuple(layer.kind for layer in spec.layers) for spec in specs}) != 1:
        return {}
    places: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for place, layers in enumerate(zip(*(spec.layers for spec in specs), strict=True), start=1):
        for name in controls(type(layers[0])):
            values = tuple(str(shown(layer, name)) for layer in layers)
            if len(set(values)) > 1:
                places.setdefault((word(type(layers[0]), name), values), []).append(str(place))
    return {
        f"{name} of layer{'s' * (len(at) > 1)} {', '.join(at)}": list(values)
        for (name, values), at in places.items()
    }
