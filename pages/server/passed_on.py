"""Links that somebody passed on: what a chat or mail program put around them, or encoded once more."""

import re
from urllib.parse import unquote

import streamlit as st

NAMES = (
    *("run", "compare", "nets", "by", "a", "b", "sweep", "group", "pool", "spec", "code", "join"),
    *("confirm", "stop"),
)
"""What in an address holds ids, words or a configuration, and never a sign that ends a sentence."""
_BARE = re.compile(r"[\w-](?:.*[\w-])?", re.ASCII | re.DOTALL)
_SPACE = re.compile(r"\s+", re.ASCII)
MOST = 8
"""So many times a link may have been encoded; each round takes as long as the link is."""


def mend_link() -> None:
    """Take away what a link got on its way, so that the page it is for never sees it."""
    for sent, value in st.query_params.to_dict().items():
        name, asked = parted(sent, value)
        meant = bare(asked) if name in NAMES else asked
        if name != sent:
            del st.query_params[sent]
            if name not in st.query_params:
                st.query_params[name] = meant or asked
        elif meant not in ("", asked):
            st.query_params[name] = meant


def parted(name: str, value: str) -> tuple[str, str]:
    """Return the name and the value of a part of an address as the link had them.

    Mail programs encode "=" so that "run=7f3" is all name, and write "&" as HTML does, "&amp;".
    """
    plain = name.removeprefix("amp;")
    if not value and "=" in plain:
        plain, _, value = plain.partition("=")
    return plain, value


def bare(value: str) -> str:
    """Return ids with commas between, or a configuration, as a link had them before it was passed on.

    Brackets, full stops and the like go at both ends, line breaks everywhere; what was encoded several times
    is decoded. What was so more than `MOST` times is no link that somebody passed on, and stays.
    """
    plain = value
    for _ in range(MOST):
        before, plain = plain, _without_ends(unquote(plain))
        if plain == before:
            return plain
    return value


def _without_ends(value: str) -> str:
    found = _BARE.search(value)
    return _SPACE.sub("", found[0]) if found else ""
