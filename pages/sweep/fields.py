"""The editor's fields as the session keeps them, and how a saved sweep comes back into them."""

import math
from collections.abc import Iterator
from typing import Any

import streamlit as st

from core.model.specs import RunSpec
from core.runs.records import Group
from core.sweeps.settings import settings
from core.sweeps.space import Choices, Range, Sweep

EARLIER = "earlier"
"""The option of "Start from" that is the base of a sweep which came back; the session keeps that under it."""


def key(name: str) -> str:
    """Return the key of a field in the session."""
    return f"sweep.{name}"


def sweep_name(base: str, sweep: Sweep) -> str:
    """Return what a sweep is called, by what it starts from and what varies."""
    return f"{base}: {', '.join(label.lower() for label in sweep.labels.values())}"


def earlier() -> tuple[RunSpec, str] | None:
    """Return the base of the sweep that came back and what that is called; None if none did."""
    found: tuple[RunSpec, str] | None = st.session_state.get(EARLIER)
    return found


def put_back(group: Group, sweep: Sweep) -> None:
    """Fill the editor, which this script must not have drawn, with a saved sweep."""
    st.session_state[EARLIER] = sweep.base, group.name.removesuffix(sweep_name("", sweep))
    for name, value in _values(sweep):
        st.session_state[key(name)] = value


def _values(sweep: Sweep) -> Iterator[tuple[str, Any]]:
    yield "base", EARLIER
    yield "paths", list(sweep.paths)
    yield "sampler", sweep.sampler
    yield "prune", sweep.prune
    yield "objective", sweep.objective
    yield "runs", sweep.runs or 0
    yield "minutes", math.ceil(sweep.minutes or 0)
    known = settings(sweep.base)
    for parameter in sweep.parameters:
        setting = known[parameter.path]
        if isinstance(parameter, Range):
            values = _range(parameter)
        elif setting.kind == "choice":
            values = {"options": [value for value in parameter.values if value in setting.options]}
        else:
            values = _list(parameter)
        yield from ((f"{parameter.path}.{field}", value) for field, value in values.items())


def _range(parameter: Range) -> dict[str, Any]:
    low, high = parameter.ends
    return {"form": "Range", "low": low, "high": high, "log": parameter.log, "steps": parameter.steps}


def _list(parameter: Choices) -> dict[str, Any]:
    return {"form": "List", "list": "  ".join(map(repr, parameter.values))}
