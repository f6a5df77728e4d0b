"""What a browser is given to be known by: a cookie of a name of its own (`pages/server/cookies.py`)."""

from collections.abc import Iterator, Mapping

COOKIE = "digits_visitor"
"""What the names of a visitor's cookies begin with."""


def tokens(cookies: Mapping[str, str]) -> Iterator[str]:
    """Yield what a browser was given to be known by, the oldest first."""
    return (value for name, value in cookies.items() if name.startswith(COOKIE) and value)
