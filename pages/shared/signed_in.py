"""Signing in, where the host has set it up (`[auth]` in its secrets): a person instead of a browser."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from core.host import host


@dataclass(frozen=True)
class Person:
    """Somebody who has signed in.

    Attributes:
        mark: the name under which their runs are kept.
        shown: how the provider calls them.
        is_administrator: whether the host's file lets them change everything.
    """

    mark: str
    shown: str
    is_administrator: bool


def signed_in() -> Person | None:
    """Return who has signed in in this browser, or None."""
    if not providers():
        return None
    user = st.user.to_dict()
    issuer, subject = user.get("iss"), user.get("sub")
    if not user.get("is_logged_in") or not issuer or not subject:
        return None
    mark = mark_of(str(issuer), str(subject))
    address = str(user.get("email") or "")
    # Some providers let people write any address into their account: one that is not verified tells nothing.
    is_sure = address and user.get("email_verified") is True
    named = {name.casefold() for name in host().administrators}
    known = {mark, address.casefold()} if is_sure else {mark}
    return Person(mark, address or str(user.get("name") or subject), not named.isdisjoint(known))


def mark_of(issuer: str, subject: str) -> str:
    """Return the name under which a person's runs are kept: 32 hexadecimal digits.

    The hash is another one than a cookie's, or whoever sends a cookie of these words would be that person.
    """
    return blake2b(f"{issuer}\n{subject}".encode(), digest_size=16, person=b"digits sign-in").hexdigest()


@cache
def providers() -> dict[str | None, str]:
    """Return the providers that people may sign in with, and what the button for each says.

    Read once: without a file of secrets Streamlit looks for one each time, and pages ask for each run.
    """
    try:
        section = st.secrets.get("auth", {})
    except StreamlitSecretNotFoundError:
        return {}
    named = [name for name, value in section.items() if isinstance(value, Mapping) and "client_id" in value]
    plain: dict[str | None, str] = {None: "Sign in"} if "client_id" in section else {}
    return plain | {name: f"Sign in with {name}" for name in named}
