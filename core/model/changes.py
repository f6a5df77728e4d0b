"""What was changed between two configurations, counted as a person would: one idea is one change.

`describe.differences` lists every value that differs; here batch normalisation put behind four layers is
one change, and so is augmentation switched on with four values.
"""

from collections.abc import Iterator
from difflib import SequenceMatcher

from core.model.describe import SHORT_NAMES
from core.model.kind import Frozen, word
from core.model.layers import LAYER_NAMES, Layer
from core.model.specs import EarlyStopping, RunSpec, WeightAveraging


def changes(a: RunSpec, b: RunSpec) -> list[str]:
    """Return one phrase for each thing that is not the same in `a` and `b`, the seed left out.

    Another seed is no change but a repeat.
    """
    return [*_layers(a.layers, b.layers), *_settings(a, b)]


def _layers(a: tuple[Layer, ...], b: tuple[Layer, ...]) -> Iterator[str]:
    """Yield a phrase for each value that changed in layers that stayed, and each kind that came or went."""
    changed: dict[tuple[str, object, object], list[str]] = {}
    moved: dict[str, list[str]] = {}
    kinds_a, kinds_b = ([str(layer.kind) for layer in layers] for layers in (a, b))
    for tag, i, to_i, j, to_j in SequenceMatcher(None, kinds_a, kinds_b, autojunk=False).get_opcodes():
        if tag == "equal":
            for place, (old, new) in enumerate(zip(a[i:to_i], b[j:to_j], strict=True), start=j + 1):
                for name in _different(old, new):
                    values = (word(type(new), name), getattr(old, name), getattr(new, name))
                    changed.setdefault(values, []).append(str(place))
            continue
        for with_or, layers in (("without", a[i:to_i]), ("with", b[j:to_j])):
            for gone in layers:
                moved.setdefault(f"{with_or} {LAYER_NAMES[gone.kind]}", []).append(gone.line())
    of = "" if len(a) == len(b) else " of the second"
    for (what, before, after), places in changed.items():
        where = f"layer{'s' * (len(places) > 1)} {', '.join(places)}{of}"
        yield f"{what} {_value(before)} → {_value(after)} in {where}"
    for phrase, described in moved.items():
        yield f"{phrase} ({', '.join(dict.fromkeys(described))})"


def _settings(a: RunSpec, b: RunSpec) -> Iterator[str]:
    for name in _different(a, b):
        old, new = getattr(a, name), getattr(b, name)
        if name in ("layers", "seed"):
            continue
        if name in ("optimizer", "schedule"):
            yield from _kind(name, old, new)
        elif name == "augmentation" and old.is_on != new.is_on:
            yield f"augmentation {'on' if new.is_on else 'off'}"
        elif isinstance(old, Frozen) and isinstance(new, Frozen):
            for part in _different(old, new):
                before, after = _value(getattr(old, part)), _value(getattr(new, part))
                yield f"{word(RunSpec, name)}: {word(type(new), part)} {before} → {after}"
        else:
            yield f"{word(RunSpec, name)} {_value(old)} → {_value(new)}"


def _kind(name: str, old: Frozen, new: Frozen) -> Iterator[str]:
    """Yield what changed of an optimizer or a schedule: another kind brings its own values along."""
    different = _different(old, new)
    if "kind" in different:
        yield f"{name} {_value(old)} → {_value(new)}"
        different = [part for part in different if part == "learning_rate"]
    for part in different:
        yield f"{word(type(new), part)} {getattr(old, part):g} → {getattr(new, part):g}"


def _different(old: Frozen, new: Frozen) -> list[str]:
    """Return the names of the fields that both have and that differ."""
    fields = (name for name in type(old).model_fields if name in type(new).model_fields)
    return [name for name in fields if getattr(old, name) != getattr(new, name)]


def _value(value: object) -> str:
    match value:
        case None | False:
            return "off"
        case True:
            return "on"
        case float():
            return f"{value:g}"
        case int():
            return f"{value:,}"
        case tuple():
            return ", ".join(map(str, value)) or "none"
        case EarlyStopping():
            return f"after {value.patience} epochs"
        case WeightAveraging():
            return f"{value.momentum:g}"
    kind = getattr(value, "kind", None)
    return SHORT_NAMES[kind] if kind else str(value)
