"""What people call things: kept as typed, told apart, sorted, shortened, and harmless among other words."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from core.model.specs import RunSpec
from core.names import (
    as_text,
    file_words,
    isolated,
    kept,
    kept_tags,
    look,
    natural,
    no_formula,
    padded,
    shortened,
    told_apart,
)
from core.runs.names import run_names
from core.runs.store import RunStore

PERSIAN, HINDI, FAMILY, HEBREW = "می‌خواهم", "क्‍षमा", "👨‍👩‍👧‍👦", "שלום"
ALIKE = some.sampled_from(
    ["a", "a ", "a  b", "a b", "a\u200bb", "ab", "é", "e\u0301", "a · #1", "a (1)", FAMILY]
)
NAMES = some.one_of(ALIKE, some.text(max_size=60))
BOUNDED = settings(max_examples=80, deadline=None)


@pytest.mark.parametrize(
    "name", [PERSIAN, HINDI, FAMILY, HEBREW, "\u202eabc", "None", "=1+1", "a  b", "नमस्ते"]
)
def test_a_name_is_kept_as_it_was_typed(name: str) -> None:
    assert kept(name) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  a  ", "a"),
        ("a\x00b\nc\u2028d", "a b c d"),
        ("a\ud800b", "a b"),
        ("\x1b[31mred", "[31mred"),
        (" \t\n", ""),
        ("\u200d\u2060\u3164", ""),
        ("x" * 300, "x" * 200),
        (FAMILY * 40, FAMILY * 28),  # seven signs each: no half of one at the end
    ],
)
def test_control_characters_and_what_nobody_sees_are_not_kept(typed: str, name: str) -> None:
    assert kept(typed) == name


def test_a_name_of_a_million_signs_is_kept_at_a_glance() -> None:
    """It held the whole server up: patterns that look for an end again from each space take its square."""
    assert kept("a" + " " * 1_000_000 + "b") == "a"
    assert kept("\0 " * 1_000_000 + "b") == ""
    assert no_formula("\t" * 1_000_000) == "\t" * 1_000_000


@BOUNDED
@given(some.text(some.characters(), max_size=260))
def test_a_kept_name_can_be_stored_and_is_kept_as_it_is(text: str) -> None:
    name = kept(text)
    name.encode()
    assert len(name) <= 200
    assert not {"Cc", "Cs", "Zl", "Zp"} & set(map(unicodedata.category, name))
    assert kept(name) == name


def test_tags_that_look_alike_are_kept_once() -> None:
    assert kept_tags(["a b", " ", "a\u200b  b", "B", "e\u0301", "é"]) == ["a b", "B", "e\u0301"]


def test_alike_names_get_a_detail_and_others_stay() -> None:
    assert told_apart(["a", "b", "a"], ["#1", "#2", "#3"]) == ["a · #1", "b", "a · #3"]
    assert told_apart(["a", "a  ", "\u200ba"], ["x", "x", "y"], ["1", "2", "3"]) == [
        "a · x · 1",
        "a   · x · 2",
        "\u200ba · y",
    ]
    assert told_apart(["a", "a"]) == ["a (1)", "a (2)"]
    assert told_apart(["setting"], ["#7"], besides=["setting"]) == ["setting · #7"]


def test_long_names_that_differ_where_nobody_sees_it_are_told_apart() -> None:
    names = [f"{'x' * 60}{n}{'y' * 60}" for n in "12"]
    legend = [shortened(name) for name in told_apart(names, ["#1", "#2"])]
    assert legend[0] != legend[1]
    assert legend[0].endswith("y · #1")


@BOUNDED
@given(some.lists(NAMES, max_size=12), some.lists(NAMES, max_size=3))
def test_no_two_look_alike_afterwards(names: list[str], besides: list[str]) -> None:
    details = [f"#{number}" for number in range(len(names))]
    shown = told_apart(names, details, besides=besides)
    looks = [shortened(look(text)) for text in shown]
    assert len(set(looks)) == len(names)
    assert not set(looks) & {shortened(look(text)) for text in besides}
    before = [shortened(look(text)) for text in (*names, *besides)]
    for name, text in zip(names, shown, strict=True):
        assert text.startswith(name)
        if before.count(shortened(look(name))) == 1 and not any(
            " · " in other or "(" in other for other in names
        ):
            assert text == name


@BOUNDED
@given(some.lists(some.sampled_from("abc"), min_size=1, max_size=8))
def test_a_detail_is_the_same_whoever_else_is_there(names: list[str]) -> None:
    details = [f"#{number}" for number in range(len(names))]
    shown = told_apart(names, details)
    turned = told_apart(names[::-1], details[::-1])
    assert turned[::-1] == shown
    fewer = told_apart([*names, "z"], [*details, "#z"])[:-1]
    assert fewer == shown


def test_people_sort_without_case_and_by_number() -> None:
    names = ["Run 10", "run 9", "b", "A", "éa", "12", "9"]
    assert sorted(names, key=natural) == ["9", "12", "A", "b", "run 9", "Run 10", "éa"]


def test_a_shortened_name_keeps_its_letters_whole() -> None:
    assert shortened("x" * 40) == "x" * 40
    assert shortened("a" * 23 + FAMILY + "b" * 30) == f"{'a' * 23} … {'b' * 12}"
    assert shortened("a" * 40 + FAMILY + "b" * 8) == f"{'a' * 24} … {'b' * 8}"


def test_names_that_run_the_other_way_leave_the_line_as_it_is() -> None:
    assert isolated("plain é") == "plain é"
    assert isolated(HEBREW) == f"\u2068{HEBREW}\u2069"
    assert isolated("\u202eevil") == "\u2068\u202eevil\u2069"
    assert isolated("a\u2069\u2069\u202eb\u2067c") == "\u2068a\u202eb\u2067c\u2069\u2069"


@BOUNDED
@given(some.text(some.sampled_from("a א\u2066\u2067\u2068\u2069\u202e\u202c"), max_size=12))
def test_nothing_in_a_name_ends_its_isolation(text: str) -> None:
    depth = 0
    inner = isolated(text)
    for place, sign in enumerate(inner):
        depth += (sign in "\u2066\u2067\u2068") - (sign == "\u2069")
        if inner.startswith("\u2068") and place < len(inner) - 1:
            assert depth > 0
    assert depth == 0


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@a", " =1", "a;=1", 'a",=1', "\t=1", "＝1"])
def test_no_name_is_a_formula_and_none_looks_different(name: str) -> None:
    safe = no_formula(name)
    assert look(safe) == look(name)
    for separator in (",", ";", "\t"):
        for part in safe.split(separator):
            assert part.strip(" \t\"'")[:1] not in tuple("=+-@＝")
    assert no_formula("3 - 2 = 1, a@b") == "3 - 2 = 1, a@b"


@pytest.mark.parametrize("name", ["007", "1-2", "3/4", "Mai 5", "1e5", "12%", "٣٤", "=7"])
def test_a_spreadsheet_takes_no_name_for_a_number_or_a_date(name: str) -> None:
    safe = as_text(name)
    assert look(safe) == look(name)
    assert safe[0] == "\u2060"  # a word joiner: what begins with it is text
    assert as_text("Ada") == "Ada"


def test_names_of_files_keep_the_letters_of_every_script() -> None:
    assert file_words("Quick start, changed!", 40) == "quick-start-changed"
    assert file_words(f"{PERSIAN} / {HINDI}", 40) == f"{PERSIAN}-{HINDI}"
    assert file_words("../..\\a:\u202e", 40) == "a"
    assert file_words("=🙂", 40) == ""


def test_a_terminals_columns_stay_in_line() -> None:
    assert [padded(name, 6) for name in ("ab", "漢字", "e\u0301")] == ["ab    ", "漢字  ", "e\u0301     "]


def test_runs_of_one_name_are_told_apart_by_their_numbers(store: RunStore, small_spec: RunSpec) -> None:
    runs = [store.create(small_spec, name) for name in ("net", PERSIAN, "net", "setting", "  ")]
    assert run_names(runs) == ["net · #1", PERSIAN, "net · #3", "setting", "Untitled"]
    assert run_names(runs, ["setting"])[3] == "setting · #4"
    assert run_names(runs[:2]) == ["net", PERSIAN]
