"""Figures made once for all who look at the same, kept as the JSON that browsers are sent.

To make a figure in Plotly takes milliseconds, many times what it takes to send it. A figure is kept under
the function that makes it and all that it is made from, so what one visitor chose never reaches another who
chose something else.
"""

import threading
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import blake2b
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io as pio
from plotly.io.json import to_json_plotly

Drawn = bytes
"""A figure as JSON, arrays in Plotly's compact base64 form; nobody can change it."""
MOST_BYTES = 24_000_000
"""What is kept in all, those asked for last."""

_lock = threading.Lock()
_kept: OrderedDict[Hashable, Drawn] = OrderedDict()


def told(parts: Mapping[str, Any]) -> Drawn:
    """Return a figure's "data" and "layout" as they are sent, which Plotly has not looked through."""
    traces = [{name: _typed(value) for name, value in trace.items()} for trace in parts["data"]]
    return str(to_json_plotly({**parts, "data": traces})).encode()


def _typed(value: Any) -> Any:
    """Return an array in Plotly's compact form, as it does itself; everything else as it is."""
    if not isinstance(value, np.ndarray):
        return value
    if not value.size:
        return []
    kind = f"{value.dtype.kind}{value.dtype.itemsize}"
    return {"dtype": kind, "bdata": b64encode(np.ascontiguousarray(value).tobytes()).decode()}


def plain(figure: go.Figure) -> Drawn:
    """Return a figure as it is sent: without its look if that is everybody's, half of a small figure."""
    values = figure.to_dict()
    if values["layout"].get("template") == _look():
        del values["layout"]["template"]
    return str(to_json_plotly(values)).encode()


def look() -> Drawn:
    """Return the template in which figures are made that name no other, as browsers are sent it once.

    Streamlit sets it when it is imported.
    """
    return str(to_json_plotly(_look())).encode()


@cache
def _look() -> dict[str, Any]:
    look: dict[str, Any] = pio.templates[pio.templates.default].to_plotly_json()
    return look


def drawn(make: Callable[..., go.Figure], *args: Any, **named: Any) -> Drawn:
    """Return the figure that a function of a module makes from these values and nothing else, for `chart`.

    Args:
        args, named: arrays, sequences, mappings and frozen dataclasses of values, and whatever can be hashed.
    """
    key = (make.__module__, make.__qualname__, _frozen(args), _frozen(named))
    with _lock:
        if (known := _kept.get(key)) is not None:
            _kept.move_to_end(key)
            return known
    made = plain(make(*args, **named))
    _keep(key, made)
    return made


def _keep(key: Hashable, made: Drawn) -> None:
    with _lock:
        _kept[key] = made
        size = sum(map(len, _kept.values()))
        while size > MOST_BYTES and len(_kept) > 1:
            size -= len(_kept.popitem(last=False)[1])


def _frozen(value: Any) -> Hashable:
    """Return what two values have in common only if the same figure is made from both."""
    if isinstance(value, np.ndarray):
        content = blake2b(np.ascontiguousarray(value).tobytes(), digest_size=16).digest()
        return "array", value.dtype.str, value.shape, content
    if isinstance(value, Mapping):
        return "mapping", tuple((name, _frozen(one)) for name, one in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return type(value), tuple(map(_frozen, value))
    if is_dataclass(value) and isinstance(value, Hashable):  # frozen, though arrays in it have no hash
        return type(value), tuple(_frozen(getattr(value, field.name)) for field in fields(value))
    hash(value)  # what cannot be hashed may be changed, and is refused here
    return type(value), value
