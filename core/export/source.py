"""Keras objects as the Python that makes them, in the layout of ruff's formatter."""

from collections.abc import Sequence
from typing import Any

from core.model.kind import KerasBlock, KerasObject, KerasPart

WIDTH = 110


def source(part: KerasPart, indent: int, *first: str, before: int = 0) -> str:
    """Return an expression such as "keras.layers.Dense(units=64)"; a block is a call of the script's `block`.

    Args:
        indent: of the line it stands in, in columns; what does not fit there stands one argument a line.
        first: what stands before the arguments with names, as Python.
        before: columns of the line that something else takes, such as "name = ".
    """
    if isinstance(part, KerasBlock):
        return _block(part, indent)
    name = f"keras.{part.module}.{part.class_name}"
    line = f"{name}({', '.join([*first, *_arguments(part, indent)])})"
    if "\n" not in line and indent + before + len(line) < WIDTH:  # a comma follows
        return line
    return _lines(f"{name}(", [*first, *_arguments(part, indent + 4)], ")", indent)


def _arguments(part: KerasObject, indent: int) -> list[str]:
    return [f"{key}={_value(value, indent)}" for key, value in part.config.items()]


def _block(block: KerasBlock, indent: int) -> str:
    ways = {"path": block.path, "shortcut": block.shortcut, "after": block.after}
    rows = [f"{name}={_listed(parts, indent + 4)}" for name, parts in ways.items()]
    return _lines("block(", [repr(block.shape), *rows], ")", indent)


def _listed(parts: Sequence[KerasPart], indent: int) -> str:
    return _lines("[", [source(part, indent + 4) for part in parts], "]", indent) if parts else "[]"


def _lines(opened: str, rows: Sequence[str], closed: str, indent: int) -> str:
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
