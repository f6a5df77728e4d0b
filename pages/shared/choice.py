"""The choice of one of a few, kept in the address."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

Option = TypeVar("Option")


def follow(key: str, value: Any) -> None:
    """Have a widget that comes next show what the address says, so that Back and Forward decide.

    It is told only where it shows something else: a browser that is told a value in the moment of a click
    takes that and forgets the click.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def one_of(
    label: str,
    options: Sequence[Option],
    default: Option,
    key: str,
    format_func: Callable[[Any], str] = str,
    **shown: Any,
) -> Option:
    """Draw the options side by side and return the one chosen; a link that leaves it empty means the default.

    Streamlit takes `?key=` for a choice that was cleared, also where one is required.

    Args:
        key: the name in the address; no two choices of a page share one.
        shown: what else `st.segmented_control` is told of the looks.
    """
    empty = st.query_params.get(key) == ""
    if empty:
        st.session_state[key] = default
    chosen = st.segmented_control(
        label,
        options,
        default=None if empty else default,
        format_func=format_func,
        required=True,
        key=key,
        bind="query-params",
        **shown,
    )
    return default if chosen is None else chosen
