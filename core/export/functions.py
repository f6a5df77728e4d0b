"""Functions of this project as text that stands alone, for the exported script."""

import ast
import inspect
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any


def sources(functions: Iterable[Callable[..., Any]]) -> list[str]:
    """Return the source of functions and of those of ours that they call, each once and before its callers.

    Types are left out: the script needs no names but those of the libraries then.
    """
    found: dict[FunctionType, str] = {}
    for function in functions:
        assert isinstance(function, FunctionType)
        _collect(function, found)
    return list(found.values())


def _collect(function: FunctionType, found: dict[FunctionType, str]) -> None:
    named = (function.__globals__.get(name) for name in function.__code__.co_names)
    for other in named:
        if isinstance(other, FunctionType) and other.__module__.startswith("core.") and other not in found:
            _collect(other, found)
    found.setdefault(function, _untyped(inspect.getsource(function)))


def _untyped(source: str) -> str:
    (node,) = ast.parse(source).body
    assert isinstance(node, ast.FunctionDef)
    for argument in node.args.args:
        argument.annotation = None
    body = "".join(source.splitlines(keepends=True)[node.body[0].lineno - 1 :])
    return f"def {node.name}({ast.unparse(node.args)}):\n{body.rstrip()}"
