"""What was changed between two configurations, counted as a person would: one idea is one change.

`describe.differences` lists every value that differs; here batch normalisation put behind four layers is
one change, and so is augmentation switched on with four values.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from core.model.describe import SHORT_NAMES
from core.model.kind import Frozen, shown, word
from core.model.layers import LAYER_NAMES, Layer
from core.model.specs import EarlyStopping, RunSpec, WeightAveraging
from core.words import so_many


def changes(a: RunSpec, b: RunSpec) -> list[str]:
    """Return one phrase for each thing that is not the same in `a` and `b`, the seed left out.

    Another seed is no change but a repeat.
    """
    return [*layer_changes(a.layers, b.layers), *_settings(a, b)]


def matched(a: Sequence[Layer], b: Sequence[Layer]) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield which places of two stacks belong together, by kind: `difflib`'s (tag, from, to, from, to)."""
    kinds_a, kinds_b = ([str(layer.kind) for layer in layers] for layers in (a, b))
    yield from SequenceMatcher(None, kinds_a, kinds_b, autojunk=False).get_opcodes()


def layer_changes(a: Sequence[Layer], b: Sequence[Layer]) -> Iterator[str]:
    """Yield a phrase for each value that changed in layers that stayed, and each kind that came or went."""
    changed: dict[tuple[str, object, object], list[str]] = {}
    moved: dict[str, list[str]] = {}
    for tag, i, to_i, j, to_j in matched(a, b):
        if tag == "equal":
            for place, (old, new) in enumerate(zip(a[i:to_i], b[j:to_j], strict=True), start=j + 1):
                for name in different(old, new):
                    values = (word(type(new), name), shown(old, name), shown(new, name))
                    changed.setdefault(values, []).append(str(place))
            continue
        for with_or, layers in (("without", a[i:to_i]), ("with", b[j:to_j])):
            for gone in layers:
                moved.setdefault(f"{with_or} {LAYER_NAMES[gone.kind]}", []).append(gone.line())
    of = "" if len(a) == len(b) else " of the second"
    for (what, before, after), places in changed.items():
        where = f"layer{'s' * (len(places) > 1)} {', '.join(places)}{of}"
        yield f"{what} {told(before)} → {told(after)} in {where}"
    for phrase, described in moved.items():
        yield f"{phrase} ({', '.join(dict.fromkeys(described))})"


def _settings(a: RunSpec, b: RunSpec) -> Iterator[str]:
    names = different(a, b)
    for name in names:
        old, new = shown(a, name), shown(b, name)
        if name in ("layers", "seed") or (name == "continued" and "epochs" in names):
            continue
        if name == "epochs":
            yield f"epochs {told(old)} → {told(new)}{_continued(a, b)}"
        elif name in ("optimizer", "schedule"):
            yield from _kind(name, old, new)
        elif name == "augmentation" and old.is_on != new.is_on:
            yield f"augmentation {'on' if new.is_on else 'off'}"
        elif isinstance(old, Frozen) and isinstance(new, Frozen):
            for part in different(old, new):
                before, after = told(shown(old, part)), told(shown(new, part))
                yield f"{word(RunSpec, name)}: {word(type(new), part)} {before} → {after}"
        else:
            yield f"{word(RunSpec, name)} {told(old)} → {told(new)}"


def _continued(a: RunSpec, b: RunSpec) -> str:
    """Return what goes with another number of epochs where a run was trained longer: one idea."""
    if a.continued == b.continued:
        return ""
    if a.continued == b.continued[: len(a.continued)]:
        return f", continued after epoch {told(b.continued[len(a.continued) :])}"
    return f", continued after epoch {told(a.continued)} → {told(b.continued)}"


def _kind(name: str, old: Frozen, new: Frozen) -> Iterator[str]:
    """Yield what changed of an optimizer or a schedule: another kind brings its own values along."""
    parts = different(old, new)
    if "kind" in parts:
        yield f"{name} {told(old)} → {told(new)}"
        parts = [part for part in parts if part == "learning_rate"]
    for part in parts:
        yield f"{word(type(new), part)} {getattr(old, part):g} → {getattr(new, part):g}"


def different(old: Frozen, new: Frozen) -> list[str]:
    """Return the names of the fields that both have and that differ."""
    fields = (name for name in type(old).model_fields if name in type(new).model_fields)
    return [name for name in fields if getattr(old, name) != getattr(new, name)]


def told(value: object) -> str:
    """Return a setting's value in words."""
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
            return f"after {so_many(value.patience, 'epoch')}"
        case WeightAveraging():
            return f"{value.momentum:g}"
    kind = getattr(value, "kind", None)
    return SHORT_NAMES[kind] if kind else str(value)
