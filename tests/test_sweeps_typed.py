"""Lists of numbers as people of many countries type them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.errors import SpecError
from core.sweeps.typed import typed_numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("0.001  0.01", (0.001, 0.01)),
        ("2 5", (2, 5)),
        ("2, 5", (2, 5)),
        ("2 , 5", (2, 5)),
        ("0.1, 0.25", (0.1, 0.25)),
        ("0.1,0.25", (0.1, 0.25)),
        ("16,32,64", (16, 32, 64)),
        ("2,5  7,5", (2.5, 7.5)),
        ("0,001  0,01", (0.001, 0.01)),
        ("0,5 1", (0.5, 1)),
        ("2,5; 7", (2.5, 7)),
        ("2,5;7,5", (2.5, 7.5)),
        ("0,5 1,000", (0.5, 1.0)),
        ("0,5 1.000,25", (0.5, 1000.25)),
        ("1'000 2’000", (1000, 2000)),
        ("1e-3 1E-2", (0.001, 0.01)),
        ("−1 +2 .5 3.", (-1, 2, 0.5, 3.0)),
        ("٢٫٥ ٧٫٥", (2.5, 7.5)),
        ("٢، ٥", (2, 5)),
        ("１６　３２", (16, 32)),
        ("", ()),
        (" , ", ()),
    ],
)
def test_a_list_with_one_reading_is_read(text: str, numbers: tuple[float, ...]) -> None:
    assert typed_numbers(text, whole=False) == numbers


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("2,5", "write “2 5” for a list or “2.5” for a decimal comma"),
        ("0,5", "write “0 5” for a list or “0.5” for a decimal comma"),
        ("2,5, 7,5", "The comma in “2,5” may mean several things"),
        ("16, 32,64", "The comma in “32,64” may mean several things"),
        ("1,000 2,000", "“1.000” for a decimal comma or “1000” for thousands"),
        ("100,200,300", "write “100 200 300” for a list or “100200300” for thousands"),
        ("1.000,5", "“1000.5” for a decimal comma"),
        ("1,000.5", "“1000.5” for thousands"),
        ("10 000", "“000” begins with a zero"),
        ("1\u202f000", "write “1000” or “1; 000”"),
        ("1_000 2", "“1_000” is no number"),
        ("5²", "“5²” is no number"),
        ("nan 1", "“nan” is no number"),
        ("5%", "“5%” is no number"),
        ("1e999", "too large"),
    ],
)
def test_a_list_with_several_readings_or_none_is_refused_in_one_sentence(text: str, asked: str) -> None:
    with pytest.raises(SpecError) as refused:
        typed_numbers(text, whole=False)
    assert asked in str(refused.value)
    assert "\n" not in str(refused.value)


def test_whole_numbers_are_never_made_of_fractions() -> None:
    assert typed_numbers("16 32.0 1e2", whole=True) == (16, 32, 100)
    for text in ("2,5", "2,5 7,5", "2.5", "1.000", "0,5; 1"):
        with pytest.raises(SpecError):
            typed_numbers(text, whole=True)


@settings(max_examples=60, deadline=None)
@given(some.lists(some.floats(-1e4, 1e4).map(lambda number: round(number, 4)), min_size=2, max_size=6))
def test_numbers_written_with_a_point_or_a_comma_are_the_same(numbers: list[float]) -> None:
    english = [f"{number:.4f}" for number in numbers]
    german = [word.replace(".", ",") for word in english]
    expected = tuple(float(word) for word in english)
    assert typed_numbers(" ".join(english), whole=False) == expected
    assert typed_numbers(", ".join(english), whole=False) == expected
    assert typed_numbers(" ".join(german), whole=False) == expected
    assert typed_numbers("; ".join(german), whole=False) == expected


@pytest.mark.parametrize("end", ["x", ".", "e", "\u202f", "\u202f12"])
def test_a_number_of_a_million_digits_is_read_at_a_glance(end: str) -> None:
    with pytest.raises(SpecError):
        typed_numbers("1" * 1_000_000 + end, whole=False)
