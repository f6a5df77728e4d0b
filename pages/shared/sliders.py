"""A slider for one strength of augmentation, drawn from what its field says of itself."""

from typing import Any

import streamlit as st
from pydantic import BaseModel

from core.model.kind import control, limits

WIDTH = 160
"""Pixels of a slider: two of them stand side by side on a phone."""


def strength(owner: type[BaseModel], name: str, **kept: Any) -> float:
    """Draw the slider of a field of an augmentation and return where it stands; `kept` goes to Streamlit."""
    told, (low, high) = control(owner, name), limits(owner, name)
    shown: float = st.slider(
        told.label,
        float(low),
        float(high),
        step=told.step,
        format=told.format,
        help=told.help,
        width=WIDTH,
        **kept,
    )
    return shown
