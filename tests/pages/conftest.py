"""What the page tests share: services of their own, and a visitor's cookie, which a browser would bring."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from pages._shared import services
from pages._shared.visitor import COOKIE


@pytest.fixture(autouse=True)
def fresh_services(home: Path) -> Iterator[None]:
    """Let every test open its own store, and end the workers it started."""
    yield
    services.close_workers()


@pytest.fixture(autouse=True)
def cookies(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the visitor's cookies; a test may change them to be somebody else."""
    cookies = {COOKIE: "somebody"}
    monkeypatch.setattr(type(st.context), "cookies", cookies)
    return cookies
