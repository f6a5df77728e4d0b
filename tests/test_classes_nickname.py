"""Nicknames that pupils would take for one another, and those that they tell apart."""

import unicodedata

import pytest

from core.classes.nickname import nickname, shape


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada", "ADA"),
        ("Ada", "Аdа"),  # Cyrillic А and а
        ("Bob", "ВОВ"),  # all of it
        ("Tom", "Тоm"),
        ("Nina", "Νina"),  # a Greek capital
        ("Eva", "Eνa"),  # a small one
        ("Anna", "Annɑ"),
        ("Otto", "0tt0"),
        ("Bill", "Bi1l"),
        ("Paul", "PauI"),
        ("Ada", "A\u200bd\u2065a\ufff0"),
        ("Ada", "A\u180bda\U000e0080"),
        ("Ada B", "Ada\u2003B"),
    ],
)
def test_nicknames_that_look_alike_have_one_shape(one: str, other: str) -> None:
    assert shape(one) == shape(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ilja", "Lilja"),
        ("Ali", "All"),
        ("Lia", "Ila"),
        ("ANNI", "ANNL"),
        ("Вера", "Vera"),
        ("Ада", "Ada"),  # its д is drawn otherwise
        ("Νίκος", "Nikos"),
        ("Ada", "Adá"),
        ("Ada 1", "Ada 2"),
        ("👩", "👨"),
    ],
)
def test_nicknames_that_are_told_apart_have_two(one: str, other: str) -> None:
    assert shape(one) != shape(other)


def test_no_nickname_turns_its_letters_round() -> None:
    assert nickname("\u202eadA") == "adA"
    assert nickname("\u2067עדה\u2069") == "\u2067עדה\u2069"


def test_accents_are_kept_but_not_a_pile_of_them() -> None:
    assert nickname("A\u0301\u0316\u0323\u0317\u0318\u0319da") == nickname("A\u0301\u0316\u0323da")
    assert nickname("ส\u0e47\u0e47\u0e47\u0e47\u0e47\u0e49\u0e49") == "ส\u0e47\u0e49"  # of no combining class
    assert nickname("A\u0489\u0489\u0489da") == "A\u0489da"
    assert nickname("A" + "\u0301\u0316\u0323\u200d" * 4 + "da") == nickname("A\u0301\u0316\u0323\u200dda")
    for name in (
        *("Việt", unicodedata.normalize("NFD", "Việt Ngữ"), "שּׁ\u05b8לום", "สมชาย", "नेहा", "น้ำผึ้ง", "မြွှာ"),
        *("བསྒྲུབས", "क्\u200dष", "👩\u200d❤\ufe0f\u200d👩", "می\u200cخواهم"),
    ):
        assert unicodedata.normalize("NFC", nickname(name)) == unicodedata.normalize("NFC", name)
