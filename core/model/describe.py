"""Specs in words: one line for a layer, flat key–value pairs for a whole configuration."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from core.model import layers as L
from core.model.specs import RunSpec

OPTIMIZER_NAMES: dict[str, str] = {
    "sgd": "SGD",
    "momentum": "Momentum",
    "nesterov": "Nesterov momentum",
    "adagrad": "Adagrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
}
SCHEDULE_NAMES: dict[str, str] = {
    "constant": "Constant",
    "reduce_on_plateau": "Reduce on plateau",
    "cosine": "Cosine",
    "one_cycle": "One-cycle",
}
SHORT_NAMES = L.LAYER_NAMES | OPTIMIZER_NAMES | SCHEDULE_NAMES


def describe_layer(layer: L.Layer) -> str:
    """Return a layer such as "Conv2D 32 · 5×5 · ReLU · batch norm after"."""
    name = L.LAYER_NAMES[layer.kind]
    match layer:
        case L.Conv2D():
            shape = f"{name} {layer.filters} · {layer.kernel_size}×{layer.kernel_size}"
            valid = "" if layer.padding == "same" else " · valid padding"
            return shape + valid + _activation(layer)
        case L.Dense():
            return f"{name} {layer.units}" + _activation(layer)
        case L.MaxPooling2D():
            return f"{name} {layer.pool_size}×{layer.pool_size}"
        case L.Dropout():
            return f"{name} {_number(layer.rate)}"
        case L.GlobalPooling2D():
            return f"{name} · {layer.mode}"
        case L.Flatten():
            return name


def _activation(layer: L.Activated) -> str:
    slope = f" {_number(layer.negative_slope)}" if layer.activation == "leaky_relu" else ""
    norm = "" if layer.batch_norm == "none" else f" · batch norm {layer.batch_norm}"
    return f" · {L.ACTIVATION_NAMES[layer.activation]}{slope}{norm}"


def _number(value: float) -> str:
    """Return all digits that tell `value` from its neighbours: `differences` must not overlook any."""
    return repr(value).removesuffix(".0")


def describe(spec: RunSpec) -> dict[str, str]:
    """Return the whole configuration as flat pairs, such as {"layer 1": "Flatten", "epochs": "10", …}."""
    pairs = {f"layer {place}": describe_layer(layer) for place, layer in enumerate(spec.layers, start=1)}
    for key in type(spec).model_fields:
        if key != "layers":
            pairs |= _flat(key, getattr(spec, key))
    return pairs


def _flat(key: str, value: Any) -> dict[str, str]:
    if isinstance(value, tuple):
        return {key: ", ".join(map(str, value)) or "none"}
    if not isinstance(value, BaseModel):
        return {key: "off" if value is None else _number(value) if isinstance(value, float) else str(value)}
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
        for name in type(layers[0]).model_fields:
            values = tuple(str(getattr(layer, name)) for layer in layers)
            if len(set(values)) > 1:
                places.setdefault((name, values), []).append(str(place))
    return {
        f"{'dropout rate' if name == 'rate' else name} of layer{'s' * (len(at) > 1)} {', '.join(at)}": list(
            values
        )
        for (name, values), at in places.items()
    }
