"""What pydantic found wrong with a spec, as one plain sentence."""

import reprlib
from typing import Any

from pydantic import ValidationError

from core.model.layers import LAYER_NAMES


def refusal(error: ValidationError) -> str:
    """Return the first problem pydantic found as one sentence: where, what, what was received."""
    first = error.errors(include_url=False)[0]
    message = first["msg"].removeprefix("Value error, ").rstrip(".")
    where = _place(first["loc"])
    if first["type"] == "value_error":
        return f"{message}."
    if first["type"] == "missing":
        return f"Nothing given for {where}, which is required."
    if first["type"] == "extra_forbidden":
        return f"Unknown key {where}: remove it or check its spelling."
    if first["type"] in _PLAIN:
        message = _PLAIN[first["type"]].format(**first.get("ctx", {}))
    if first["type"].startswith("union_tag"):
        kinds = first.get("ctx", {}).get("expected_tags")
        message = (
            f"expected “kind” to be one of {kinds}" if kinds else "expected a “kind” that says what it is"
        )
    return f"Invalid value for {where}: {message[0].lower()}{message[1:]}; received {_short(first['input'])}."


_PLAIN = {
    "model_type": "expected an object such as {{…}}",
    "model_attributes_type": "expected an object such as {{“kind”: …}}",
    "tuple_type": "expected a list such as […]",
    "too_long": "expected at most {max_length} of them, not {actual_length}",
}
"""Our words where pydantic speaks of Python's types."""


def _place(location: tuple[int | str, ...]) -> str:
    """Return a location such as ("layers", 2, "conv2d", "filters") in words."""
    if len(location) > 1 and location[0] == "layers" and isinstance(location[1], int):
        kind = location[2] if len(location) > 2 else ""
        name = f" ({LAYER_NAMES[str(kind)]})" if kind in LAYER_NAMES else ""
        rest = ".".join(_short(str(part))[1:-1] for part in location[3:])
        return f"layer {location[1] + 1}{name}" + (f", “{rest}”" if rest else "")
    tags = {"optimizer", "schedule"}
    parts = [_short(str(p))[1:-1] for i, p in enumerate(location) if not (i == 1 and location[0] in tags)]
    return "“" + ".".join(parts) + "”" if parts else "the configuration"


def _short(value: Any) -> str:
    """Return `value` as Python writes it, at most 60 characters; safe for nesting of any depth or size."""
    text = _REPR.repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


_REPR = reprlib.Repr()
_REPR.maxstring = _REPR.maxother = 60
