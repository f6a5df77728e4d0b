"""Keras objects as the Python that makes them, in the layout of ruff's formatter."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.model.kind import KerasBlock, KerasObject, KerasPart

WIDTH = 110


def source(part: KerasPart, indent: int) -> str:
    """Return an expression such as "keras.layers.Dense(units=64)"; a block is a call of the script's `block`.

    Args:
        indent: columns before it; what does not fit on its line stands one argument a line.
    """
    if isinstance(part, KerasBlock):
        return _block(part, indent)
    return _call(f"keras.{part.module}.{part.class_name}", part.config, indent)


def _call(name: str, arguments: Mapping[str, Any], indent: int) -> str:
    words = [f"{key}={_value(value, indent)}" for key, value in arguments.items()]
    line = f"{name}({', '.join(words)})"
    if "\n" not in line and indent + len(line) < WIDTH:  # a comma follows
        return line
    rows = (f"{key}={_value(value, indent + 4)}" for key, value in arguments.items())
    return _lines(f"{name}(", rows, ")", indent)


def _block(block: KerasBlock, indent: int) -> str:
    ways = {"path": block.path, "shortcut": block.shortcut, "after": block.after}
    rows = [f"{name}={_listed(parts, indent + 4)}" for name, parts in ways.items()]
    return _lines("block(", [repr(block.shape), *rows], ")", indent)


def _listed(parts: Sequence[KerasPart], indent: int) -> str:
    return _lines("[", (source(part, indent + 4) for part in parts), "]", indent) if parts else "[]"


def _lines(opened: str, rows: Iterable[str], closed: str, indent: int) -> str:
    inner = "".join(f"{' ' * (indent + 4)}{row},\n" for row in rows)
    return f"{opened}\n{inner}{' ' * indent}{closed}"


def _value(value: Any, indent: int) -> str:
    if isinstance(value, KerasObject):
        return source(value, indent)
    if isinstance(value, str):
        return f'"{value}"'
    return number(value)


def number(value: float) -> str:
    """Return a number, or a bool, as Python reads it, with all its digits."""
    return f"{value:_}" if isinstance(value, int) and not isinstance(value, bool) else repr(value)
