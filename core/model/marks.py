"""What differs between two stacks of layers, layer by layer: changed, or without a counterpart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.model.changes import different, matched, told
from core.model.kind import matters, shown, word
from core.model.layers import Layer


@dataclass(frozen=True)
class Mark:
    """Why a layer is marked.

    Attributes:
        kind: "changed"; without a counterpart "new", or "only here" where neither stack was first.
        text: what changed, such as "filters 32 → 64"; empty for a new one.
    """

    kind: Literal["changed", "new", "only here"]
    text: str = ""


def marks(
    layers: Sequence[Layer], other: Sequence[Layer], alone: Literal["new", "only here"] = "new"
) -> list[Mark | None]:
    """Return for each of `layers` what is not the same in the `other` stack, or None.

    Args:
        alone: how one is marked that the other stack has not.
    """
    found: list[Mark | None] = [Mark(alone)] * len(layers)
    for tag, i, to_i, j, to_j in matched(other, layers):
        if tag == "equal":
            found[j:to_j] = map(_mark, other[i:to_i], layers[j:to_j])
    return found


def _mark(old: Layer, new: Layer) -> Mark | None:
    names = [name for name in different(old, new) if matters(old, name) or matters(new, name)]
    values = [f"{word(type(new), n)} {told(shown(old, n))} → {told(shown(new, n))}" for n in names]
    return Mark("changed", ", ".join(values)) if values else None
