"""The teacher's word is kept as a slow hash only, and known again however it is written."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.classes.word import _COST, LEAST, hashed, matches
from core.errors import UserError


def test_a_word_is_known_again_as_it_is_heard() -> None:
    kept = hashed("Green giraffe")
    assert "giraffe" not in kept
    for heard in ("green giraffe", "GREEN-GIRAFFE", " greengiraffe "):
        assert matches(heard, kept)
    for other in ("", "green", "green giraffes", "\0", "x" * 100_000):
        assert not matches(other, kept)


def test_the_same_word_is_kept_differently_for_two_classes() -> None:
    assert hashed("green giraffe") != hashed("green giraffe")


def test_a_guess_costs_memory() -> None:
    assert 128 * _COST["n"] * _COST["r"] >= 32 * 2**20


@settings(max_examples=10, deadline=None)
@given(st.text(max_size=20))
def test_every_word_is_taken_or_refused_in_a_sentence(text: str) -> None:
    if sum(map(str.isalnum, text)) >= LEAST and text.isascii():
        assert matches(text, hashed(text))
    else:
        with suppress(UserError):
            assert matches(text, hashed(text))


def test_a_short_word_is_refused() -> None:
    with pytest.raises(UserError, match="fewer than 6 letters"):
        hashed("abc de!!!")
