"""What people are told of a network's layers instead of the names that `build_model` gives them."""

import re

from core.model.layers import LAYER_NAMES

_KINDS = "|".join(sorted(map(re.escape, LAYER_NAMES), key=len, reverse=True))
_NAME = re.compile(rf"({_KINDS})_(\d+)(?:_(\w+))?")


def numbered(place: int, kind: str) -> str:
    """Return a layer's place, counted from 1, and kind: "1 · Conv2D"."""
    return f"{place} · {LAYER_NAMES[kind]}"


def layer_name(name: str) -> str:
    """Return a layer's place, kind and part: "1 · Conv2D, batch norm" for "conv2d_1_batch_norm".

    A name of another form stays as it is, such as "softmax".
    """
    if (found := _NAME.fullmatch(name)) is None:
        return name
    kind, place, part = found.groups()
    named = numbered(int(place), kind)
    return f"{named}, {part.replace('_', ' ')}" if part else named
