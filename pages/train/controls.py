"""The widget of one field of a spec, drawn from what the field says of itself (`core.model.kind.Control`)."""

from typing import Any, Literal, get_args

import streamlit as st
from pydantic import BaseModel

from core.model.kind import control
from pages.shared.draft import Draft, Values


def field(
    draft: Draft,
    values: Values,
    owner: type[BaseModel],
    name: str,
    scope: str = "",
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """Draw the widget that edits `values[name]`, a field of `owner`: a choice, a switch or a number."""
    told, kind = control(owner, name), owner.model_fields[name].annotation
    kept: dict[str, Any] = {"key": draft.bind(values, name, scope), "help": told.help or None, "width": width}
    options = choices(owner, name)
    if kind is bool:
        kept["width"] = "content"
        st.toggle(told.label, **kept)
    elif options:
        st.selectbox(told.label, list(options), format_func=options.__getitem__, **kept)
    elif kind is int:
        st.number_input(told.label, step=int(told.step or 1), **kept)
    else:
        st.number_input(told.label, step=told.step, format=told.format, **kept)


def choices(owner: type[BaseModel], name: str) -> dict[Any, str]:
    """Return what a field can be and what is shown for it; nothing where it is a number or a switch."""
    given = dict(control(owner, name).options)
    return given or {value: str(value) for value in get_args(owner.model_fields[name].annotation)}


def fitting(owner: type[BaseModel], name: str) -> int:
    """Return the width in pixels that what a field can be needs, so that several stand in one line."""
    options = choices(owner, name)
    if not options:
        return 100 if owner.model_fields[name].annotation is int else 120
    return 47 + max(map(_length, (control(owner, name).label, *options.values())))


def _length(text: str) -> int:
    """Return about how many pixels wide a word is written."""
    return sum(12 if letter in "mwMW" else 7 for letter in text)
