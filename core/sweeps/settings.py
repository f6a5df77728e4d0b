"""Which settings of a spec a sweep can vary: what they are called, their limits, a sensible range to try.

Limits, kinds and words are read from the fields of the spec's own classes. What decides the validation images
cannot be varied, because accuracies on other images cannot be compared; nor the seed, because the luckiest
one is no setting; nor the precision, which only some processors can choose; nor which epoch's weights are
kept, since on the images that choose it the best is never behind the last.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from core.model import layers as L
from core.model.kind import control, controls, limits, matters, members, word
from core.model.optimizers import OPTIMIZER_NAMES
from core.model.schedules import SCHEDULE_NAMES
from core.model.specs import EarlyStopping, RunSpec, WeightAveraging
from core.sweeps.paths import Value, read


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
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return _NAMES.get(value, value)
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}"


_OPTIONS = {
    value: text
    for kind in members(L.Layer).values()
    for told in controls(kind).values()
    for value, text in told.options.items()
    if isinstance(value, str)
}
_NAMES: dict[str, str] = OPTIMIZER_NAMES | SCHEDULE_NAMES | _OPTIONS


def _training(spec: RunSpec) -> Iterator[Setting]:
    rate = control(type(spec.optimizer), "learning_rate").label
    yield _number(spec, "optimizer.learning_rate", rate, type(spec.optimizer))
    yield _field(spec, "batch_size", _label("batch_size"), RunSpec)
    yield _field(spec, "epochs", _label("epochs"), RunSpec)
    yield _choice("optimizer.kind", _label("optimizer"), spec.optimizer.kind, tuple(OPTIMIZER_NAMES))
    yield _choice("schedule.kind", _label("schedule"), spec.schedule.kind, tuple(SCHEDULE_NAMES))
    patience = f"{_label('early_stopping')}: {word(EarlyStopping, 'patience')}"
    yield _number(spec, "early_stopping.patience", patience, EarlyStopping)
    momentum = f"{_label('weight_averaging')}: {word(WeightAveraging, 'momentum')}"
    yield _number(spec, "weight_averaging.momentum", momentum, WeightAveraging)
    for field in _varied(RunSpec):
        if field not in ("batch_size", "epochs", "seed", "precision", "kept_epoch"):
            yield _field(spec, field, _label(field), RunSpec)


def _label(field: str) -> str:
    return control(RunSpec, field).label


def _kind_fields(spec: RunSpec) -> Iterator[Setting]:
    """Yield the fields of the optimizer and the schedule at hand."""
    for place, part in (("optimizer", spec.optimizer), ("schedule", spec.schedule)):
        owner = type(part)
        for field in _varied(owner):
            if field != "learning_rate":
                yield _field(spec, f"{place}.{field}", f"{owner.title}: {word(owner, field)}", owner)


def _layers(spec: RunSpec) -> Iterator[Setting]:
    for place, layer in enumerate(spec.layers):
        name, owner = f"Layer {place + 1} ({L.LAYER_NAMES[layer.kind]})", type(layer)
        for field in _varied(owner):
            if matters(layer, field):
                yield _field(spec, f"layers.{place}.{field}", f"{name}: {word(owner, field)}", owner)


def _all_layers(spec: RunSpec) -> Iterator[Setting]:
    holders: dict[str, list[type[BaseModel]]] = {}
    for layer in spec.layers:
        for field in _varied(type(layer)):
            if control(type(layer), field).alike:
                holders.setdefault(field, []).append(type(layer))
    for field, owners in holders.items():
        if len(owners) > 1:
            yield _field(spec, f"layers.*.{field}", f"All layers: {word(owners[0], field)}", owners[0])


def _augmentation(spec: RunSpec) -> Iterator[Setting]:
    owner = type(spec.augmentation)
    for field in (name for name in _varied(owner) if matters(spec.augmentation, name)):
        yield _field(spec, f"augmentation.{field}", f"{_label('augmentation')}: {word(owner, field)}", owner)


def _varied(owner: type[BaseModel]) -> list[str]:
    """Return the fields of a class that are a number, a switch or one of a few words."""
    kinds = {name: info.annotation for name, info in owner.model_fields.items() if name != "kind"}
    return [n for n, kind in kinds.items() if kind in (int, float, bool) or get_origin(kind) is Literal]


def _field(spec: RunSpec, path: str, label: str, owner: type[BaseModel]) -> Setting:
    kind = owner.model_fields[path.rpartition(".")[2]].annotation
    if kind in (int, float):
        return _number(spec, path, label, owner)
    options = (False, True) if kind is bool else get_args(kind)
    return _choice(path, label, read(spec, [path])[path], options)


def _choice(path: str, label: str, current: Value, options: tuple[Any, ...]) -> Setting:
    return Setting(path, label, "choice", current, options)


def _number(spec: RunSpec, path: str, label: str, owner: type[BaseModel]) -> Setting:
    field = path.rpartition(".")[2]
    current = read(spec, [path]).get(path)
    whole = owner.model_fields[field].annotation is int
    low, high = map(float, limits(owner, field))
    log = control(owner, field).by_factors
    start = control(owner, field).tries or _around(current, log)
    inside = (min(max(start[0], low), high), min(max(start[1], low), high))
    kind: Literal["whole", "number"] = "whole" if whole else "number"
    return Setting(path, label, kind, current, _listed(inside, log, whole), low, high, inside, log)


def _around(current: Value | None, log: bool) -> tuple[float, float]:
    """Return the range to try at first around what a setting is now."""
    now = float(current) if isinstance(current, int | float) else 1.0
    if log:
        return float(f"{now / 10:.3g}"), float(f"{now * 10:.3g}")
    return float(max(1, round(now / 2))), float(max(2, round(now * 2)))


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
