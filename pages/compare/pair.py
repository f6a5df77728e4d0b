"""The choice of two of the runs compared, kept in the address."""

import streamlit as st

from core.names import isolated
from pages.compare.comparison import Comparison


def pick_pair(compared: Comparison) -> tuple[str, str, dict[str, str]]:
    """Draw the choice of A and B; return their ids, and the names of all runs by id."""
    names = dict(zip((run.id for run in compared.runs), map(isolated, compared.names), strict=True))
    a, b = (_pick(letter, place, names) for place, letter in enumerate("AB"))
    return a, b, names


def _pick(letter: str, place: int, names: dict[str, str]) -> str:
    """Draw the choice of one run, in the address by its id: names change, and runs come and go."""
    name, asked = letter.lower(), st.query_params.get(letter.lower())
    chosen = asked if asked in names else list(names)[place]
    st.session_state[f"pair.{name}"] = chosen
    st.selectbox(
        letter,
        list(names),
        format_func=names.__getitem__,
        key=f"pair.{name}",
        on_change=_address,
        args=(name,),
        width=360,
    )
    return chosen


def _address(name: str) -> None:
    st.query_params[name] = st.session_state[f"pair.{name}"]
