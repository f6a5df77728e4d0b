"""Keras objects as the Python that makes them, in the layout of ruff's formatter."""

from typing import Any

from core.model.kind import KerasObject

WIDTH = 110


def source(part: KerasObject, indent: int, *first: str, before: int = 0) -> str:
    """Return an expression such as "keras.layers.Dense(units=64)".

    Args:
        indent: of the line it stands in, in columns; what does not fit there stands one argument a line.
        first: what stands before the arguments with names, as Python.
        before: columns of the line that something else takes, such as "name = ".
    """
    name = f"keras.{part.module}.{part.class_name}"
    line = f"{name}({', '.join([*first, *_arguments(part, indent)])})"
    if "\n" not in line and indent + before + len(line) < WIDTH:  # a comma follows
        return line
    inner = indent + 4
    rows = (f"{' ' * inner}{argument},\n" for argument in [*first, *_arguments(part, inner)])
    return f"{name}(\n{''.join(rows)}{' ' * indent})"


def _arguments(part: KerasObject, indent: int) -> list[str]:
    return [f"{key}={_value(value, indent)}" for key, value in part.config.items()]


def _value(value: Any, indent: int) -> str:
    if isinstance(value, KerasObject):
        return source(value, indent)
    if isinstance(value, str):
        return f'"{value}"'
    return number(value)


def number(value: float) -> str:
    """Return a number, or a bool, as Python reads it, with all its digits."""
    return f"{value:_}" if isinstance(value, int) and not isinstance(value, bool) else repr(value)
