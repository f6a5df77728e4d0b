"""Which settings of a spec a sweep can vary: what they are called, their limits, a sensible range to try.

Limits and kinds are read from the fields of the spec's own classes. What decides the validation images
cannot be varied, because accuracies on other images cannot be compared; nor the seed, because the luckiest
one is no setting.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel

from core.model import layers as L
from core.model.describe import OPTIMIZER_NAMES, SCHEDULE_NAMES
from core.model.specs import EarlyStopping, RunSpec, WeightAveraging
from core.sweeps.paths import Value, read

_ALIKE = ("activation", "batch_norm", "rate")
"""Fields that can be set for all layers at once."""


@dataclass(frozen=True)
class Setting:
    """One setting that can be varied.

    Attributes:
        path: where it stands in the spec, such as "layers.3.rate".
        label: for people, such as "Layer 4 (Dropout): rate".
        kind: a "number", a "whole" number, or one of the `options` ("choice").
        low, high: what the spec allows, for numbers; the spec itself decides about the ends.
        current: what it is now; None where it is off.
        options: all there are for a choice; for numbers a few to list.
        start: the range to try at first; for numbers.
        log: whether that range is better walked through by factors than by steps.
    """

    path: str
    label: str
    kind: Literal["number", "whole", "choice"]
    current: Value | None
    options: tuple[Value, ...]
    low: float = 0.0
    high: float = 0.0
    start: tuple[float, float] = (0.0, 0.0)
    log: bool = False


def settings(spec: RunSpec) -> dict[str, Setting]:
    """Return all settings of `spec` that can be varied, by path, those most often varied first."""
    found = [*_training(spec), *_kind_fields(spec), *_layers(spec), *_all_layers(spec), *_augmentation(spec)]
    return {setting.path: setting for setting in found}


def shown(value: Value) -> str:
    """Return a value as people read it: kinds by their names, numbers with at most four digits."""
    if isinstance(value, str):
        return _NAMES.get(value, value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


_NAMES: dict[str, str] = OPTIMIZER_NAMES | SCHEDULE_NAMES | L.ACTIVATION_NAMES


def _training(spec: RunSpec) -> Iterator[Setting]:
    yield _number(spec, "optimizer.learning_rate", "Learning rate", type(spec.optimizer))
    yield _number(spec, "batch_size", "Batch size", RunSpec)
    yield _number(spec, "epochs", "Epochs", RunSpec)
    yield _choice("optimizer.kind", "Optimizer", spec.optimizer.kind, tuple(OPTIMIZER_NAMES))
    yield _choice("schedule.kind", "Learning-rate schedule", spec.schedule.kind, tuple(SCHEDULE_NAMES))
    yield _number(spec, "early_stopping.patience", "Early stopping: patience", EarlyStopping)
    yield _number(spec, "label_smoothing", "Label smoothing", RunSpec)
    yield _number(spec, "weight_averaging.momentum", "Weight averaging: momentum", WeightAveraging)


def _kind_fields(spec: RunSpec) -> Iterator[Setting]:
    """Yield the fields of the optimizer and the schedule at hand."""
    for part in ("optimizer", "schedule"):
        value = getattr(spec, part)
        name = (OPTIMIZER_NAMES | SCHEDULE_NAMES)[value.kind]
        for field in type(value).model_fields:
            if field not in ("kind", "learning_rate"):
                yield _number(spec, f"{part}.{field}", f"{name}: {_word(field)}", type(value))


def _layers(spec: RunSpec) -> Iterator[Setting]:
    for place, layer in enumerate(spec.layers):
        name = f"Layer {place + 1} ({L.LAYER_NAMES[layer.kind]})"
        for field in type(layer).model_fields:
            unused = field == "negative_slope" and getattr(layer, "activation", "") != "leaky_relu"
            if field != "kind" and not unused:
                yield _field(spec, f"layers.{place}.{field}", f"{name}: {_word(field)}", type(layer))


def _all_layers(spec: RunSpec) -> Iterator[Setting]:
    for field in _ALIKE:
        holders = [type(layer) for layer in spec.layers if field in type(layer).model_fields]
        if len(holders) > 1:
            yield _field(spec, f"layers.*.{field}", f"All layers: {_word(field)}", holders[0])


def _augmentation(spec: RunSpec) -> Iterator[Setting]:
    for field in type(spec.augmentation).model_fields:
        label = f"Augmentation: {_word(field)}"
        yield _number(spec, f"augmentation.{field}", label, type(spec.augmentation))


def _field(spec: RunSpec, path: str, label: str, owner: type[BaseModel]) -> Setting:
    options = get_args(owner.model_fields[path.rpartition(".")[2]].annotation)
    if not options:
        return _number(spec, path, label, owner)
    return _choice(path, label, read(spec, [path])[path], options)


def _choice(path: str, label: str, current: Value, options: tuple[Any, ...]) -> Setting:
    return Setting(path, label, "choice", current, options)


def _number(spec: RunSpec, path: str, label: str, owner: type[BaseModel]) -> Setting:
    field = path.rpartition(".")[2]
    current = read(spec, [path]).get(path)
    whole = owner.model_fields[field].annotation is int
    low, high = _limits(owner.model_fields[field].metadata, whole)
    start, log = _start(path if path in _RANGES else field, current)
    inside = (min(max(start[0], low), high), min(max(start[1], low), high))
    kind: Literal["whole", "number"] = "whole" if whole else "number"
    return Setting(path, label, kind, current, _listed(inside, log, whole), low, high, inside, log)


def _limits(metadata: list[Any], whole: bool) -> tuple[float, float]:
    """Return the smallest and the largest value that a field's metadata allow."""
    low, high = 0.0, 1e9
    for limit in metadata:
        low = float(getattr(limit, "ge", getattr(limit, "gt", low)))
        high = float(getattr(limit, "le", getattr(limit, "lt", high)))
    return low, high


def _start(field: str, current: Value | None) -> tuple[tuple[float, float], bool]:
    """Return the range to try at first, and whether it is walked through by factors."""
    if field in _RANGES:
        return _RANGES[field]
    now = float(current) if isinstance(current, int | float) else 1.0
    if field == "learning_rate":
        return (float(f"{now / 10:.3g}"), float(f"{now * 10:.3g}")), True
    return (float(max(1, round(now / 2))), float(max(2, round(now * 2)))), False  # epochs


_RANGES: dict[str, tuple[tuple[float, float], bool]] = {
    # field: range, whether by factors
    "batch_size": ((16, 256), True),
    "patience": ((2, 10), False),
    "label_smoothing": ((0, 0.2), False),
    "weight_averaging.momentum": ((0.9, 0.999), False),
    "momentum": ((0.5, 0.99), False),
    "initial_accumulator_value": ((0.01, 1), True),
    "epsilon": ((1e-8, 1e-3), True),
    "rho": ((0.8, 0.99), False),
    "beta_1": ((0.8, 0.99), False),
    "beta_2": ((0.9, 0.999), False),
    "weight_decay": ((1e-4, 0.1), True),
    "factor": ((0.2, 0.8), False),
    "min_learning_rate": ((1e-6, 1e-4), True),
    "final_share": ((0, 0.1), False),
    "warmup_share": ((0.1, 0.5), False),
    "start_divisor": ((5, 50), True),
    "final_divisor": ((100, 1e5), True),
    "filters": ((8, 64), True),
    "kernel_size": ((3, 7), False),
    "pool_size": ((2, 4), False),
    "negative_slope": ((0, 0.3), False),
    "rate": ((0, 0.6), False),
    "units": ((16, 256), True),
    "rotation": ((0, 20), False),
    "zoom": ((0, 0.2), False),
    "width_shift": ((0, 0.2), False),
    "height_shift": ((0, 0.2), False),
}


def spaced(low: float, high: float, count: int, log: bool, whole: bool) -> tuple[Value, ...]:
    """Return at most `count` values from `low` to `high`, evenly spread or by a constant factor.

    Whole numbers are rounded, others cut to three digits; the ends are kept as they are.
    """
    shares = [step / (count - 1) for step in range(count)]
    inner = [low * (high / low) ** s if log else low + (high - low) * s for s in shares[1:-1]]
    if whole:
        return tuple(dict.fromkeys([round(low), *map(round, inner), round(high)]))
    return tuple(dict.fromkeys([low, *(float(f"{value:.3g}") for value in inner), high]))


def _listed(limits: tuple[float, float], log: bool, whole: bool) -> tuple[Value, ...]:
    """Return a few values to list: doublings for sizes, else both ends and the middle."""
    count = round(math.log2(limits[1] / limits[0])) + 1 if log and whole else 3
    return spaced(*limits, count, log, whole)


def _word(field: str) -> str:
    return _WORDS.get(field, field.replace("_", " "))


_WORDS = {"beta_1": "β₁", "beta_2": "β₂", "rho": "ρ", "epsilon": "ε", "batch_norm": "batch normalisation"}
