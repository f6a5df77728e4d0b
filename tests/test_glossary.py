"""The glossary: every term has its sentence, and every term of art on a page is a term."""

import re
from pathlib import Path

import pytest

from core.errors import DataError
from core.glossary.book import by_form, glossary, matching, read
from core.glossary.forms import plain, plural
from core.home import PROJECT
from tests import labels

TERMS = [term for group in glossary() for term in group.terms]
PLAIN = frozenset(Path(__file__).with_name("plain_words.txt").read_text(encoding="utf-8").split())
WORD = re.compile(r"[^\W\d_]+")


def words(text: str) -> list[str]:
    return WORD.findall(plain(text))


def has_term(text: str) -> bool:
    """Return whether any run of words of a text is a term."""
    pieces = re.findall(r"[\w%²]+", plain(text))
    return any(
        " ".join(pieces[start:end]) in by_form()
        for start in range(len(pieces))
        for end in range(start + 1, len(pieces) + 1)
    )


def unknown(found: set[str]) -> set[str]:
    """Return the labels that hold no term, and yet a word that is not everyday language."""
    return {label for label in found if not has_term(label) and not set(words(label)) <= PLAIN}


def explained(found: set[str]) -> str:
    return (
        f"Not in the glossary: {sorted(found)}. Add each term of art with a sentence to a file in "
        "core/glossary, or, where a label is everyday language, its words to tests/plain_words.txt."
    )


@pytest.mark.parametrize("kind", labels.KINDS, ids=lambda kind: kind.__name__)
def test_whatever_a_kind_calls_itself_and_its_fields_is_in_the_glossary(kind: type) -> None:
    found = unknown(labels.of_kind(kind))
    assert not found, explained(found)


def test_the_labels_of_pages_and_figures_are_terms_or_everyday_language() -> None:
    found = set().union(*map(labels.of_page, labels.pages()), *map(labels.of_figure, labels.figures()))
    assert {"Preset", "Classification report", "epoch"} & found, "the reader of labels sees them"
    assert not unknown(found), explained(unknown(found))


def test_a_new_word_of_art_is_asked_for_by_name() -> None:
    assert unknown({"Capsules", "Capsules of a layer", "What to see"}) == {"Capsules"}
    assert "['Capsules']. Add each term" in explained({"Capsules"})


def test_no_everyday_word_is_also_a_marked_term() -> None:
    assert sorted(PLAIN & {plain(term.term) for term in TERMS if term.marked}) == []


def test_a_term_is_told_in_one_or_two_whole_sentences_without_a_formula() -> None:
    def is_plain(told: str) -> bool:
        whole = re.fullmatch(r"[A-Z“].*[.?]", told)
        return bool(whole) and len(re.findall(r"[.?](\s|$)", told)) <= 3 and not set("=∑√^\\$*") & set(told)

    assert [term.term for term in TERMS if not is_plain(term.means)] == []


def test_no_name_means_two_things() -> None:
    names = [plain(name) for term in TERMS for name in (term.term, *term.also)]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_a_term_names_pages_that_are_there() -> None:
    folders = {path.parent.name for path in (PROJECT / "pages").rglob("page.py")} | {"class"}
    named = {page for term in TERMS for page in (term.page, *term.not_on) if page}
    assert named <= folders


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("layer", "layers"),
        ("loss", "losses"),
        ("batch", "batches"),
        ("accuracy", "accuracies"),
        ("display", "displays"),
    ],
)
def test_plurals_follow_from_a_name(one: str, many: str) -> None:
    assert plural(one) == many


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("Learning rates", "learning rate"),
        ("Batch‑normalisation", "batch normalisation"),
        ("mini-batches", "batch"),
        ("McNemar’s exact test", "McNemar's exact test"),
        ("over-fits", "overfitting"),
        ("σ", "standard deviation"),
    ],
)
def test_a_term_is_found_however_it_is_written(written: str, term: str) -> None:
    assert by_form()[plain(written)].term == term


def test_a_search_looks_at_names_first_and_else_at_sentences() -> None:
    def names(text: str) -> list[str]:
        return [term.term for group in matching(text) for term in group.terms]

    assert names("DROPOUT") == ["dropout", "dropout rate"]
    assert names("rolling ball") == ["momentum"]
    assert names("no such thing") == []
    assert names("") == [term.term for term in TERMS]


@pytest.mark.parametrize(
    "text",
    [
        "title = 1",
        "no TOML",
        'title = "A"\n[[terms]]\nterm = "x"\nmeans = "Too short."',
        '[[terms]]\nname = "x"',
    ],
)
def test_a_damaged_file_is_one_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"^The glossary's own\.toml cannot be read: .*\.$"):
        read(tmp_path / "own.toml")


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^The glossary's away\.toml cannot be read: "):
        read(tmp_path / "away.toml")


def test_marks_are_drawn_by_single_properties_since_webkit_drops_a_shorthand_of_several() -> None:
    rule = (PROJECT / "pages/glossary/hints.css").read_text(encoding="utf-8").split("::highlight")[1]
    assert "text-decoration:" not in rule.split("}")[0]
    assert "text-decoration-style: dotted" in rule
