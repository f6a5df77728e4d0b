"""What the page tests share: a visitor's cookie, which a browser would bring."""

import pytest
import streamlit as st

from pages._shared.visitor import COOKIE


@pytest.fixture(autouse=True)
def cookies(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the visitor's cookies; a test may change them to be somebody else."""
    cookies = {COOKIE: "somebody"}
    monkeypatch.setattr(type(st.context), "cookies", cookies)
    return cookies
