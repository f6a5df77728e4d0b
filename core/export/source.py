"""Keras objects as the Python that makes them, in the layout of ruff's formatter."""

from typing import Any

from core.model.kind import KerasObject

WIDTH = 110


def source(part: KerasObject, indent: int) -> str:
    """Return an expression such as "keras.layers.Dense(units=64)".

    Args:
        indent: columns before it; what does not fit on its line stands one argument a line.
    """
    return _call(f"keras.{part.module}.{part.class_name}", part.config, indent)


def _call(name: str, arguments: Any, indent: int) -> str:
    line = f"{name}({', '.join(f'{key}={_value(value, indent)}' for key, value in arguments.items())})"
    if "\n" not in line and indent + len(line) < WIDTH:  # a comma follows
        return line
    inner = indent + 4
    rows = (f"{' ' * inner}{key}={_value(value, inner)},\n" for key, value in arguments.items())
    return f"{name}(\n{''.join(rows)}{' ' * indent})"


def _value(value: Any, indent: int) -> str:
    if isinstance(value, KerasObject):
        return source(value, indent)
    if isinstance(value, str):
        return f'"{value}"'
    return number(value)


def number(value: float) -> str:
    """Return a number, or a bool, as Python reads it, with all its digits."""
    return f"{value:_}" if isinstance(value, int) and not isinstance(value, bool) else repr(value)
