"""Notes on runs: what is kept of them, in whatever store, and that no picture is left in one."""

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as some
from markdown_it import MarkdownIt

from core.errors import UserError
from core.model.specs import RunSpec
from core.names import look
from core.notes import LONGEST_NOTE, kept_note, without_pictures
from core.runs.store import RunStore


@given(some.text(max_size=300))
def test_a_note_keeps_all_that_can_be_seen_and_what_is_kept_stays(text: str) -> None:
    note = kept_note(text)
    assert kept_note(note) == note
    assert look(note) == look(kept_note(f"{text}\n"))
    assert not set(note) & set("\0\x1b\r\x7f\u2028")
    if text.isprintable():
        assert look(note) == look(text)


def test_a_note_keeps_its_lines_and_indents() -> None:
    note = "# Why\r\n\r\n- a\r\n    - b  \r\n\r\n```\r\ncode\t1\r\n```"
    assert kept_note(f"\r\n{note}\r\n \r\n") == "# Why\n\n- a\n    - b\n\n```\ncode\t1\n```"
    assert kept_note("    indented code") == "    indented code"


def test_a_note_that_is_too_long_is_one_sentence() -> None:
    assert len(kept_note("é" * LONGEST_NOTE)) == LONGEST_NOTE
    with pytest.raises(UserError, match=r"The note has 4,001 signs, expected at most 4,000\."):
        kept_note("x" * (LONGEST_NOTE + 1))


PARTS = [
    "!",
    "[",
    "]",
    "(",
    ")",
    "http://a/b",
    "\\",
    "`",
    "<",
    ">",
    " ",
    "\n",
    "*",
    "[1]: http://a/b",
    "&#33;",
]


@given(some.lists(some.sampled_from(PARTS), max_size=25).map("".join))
def test_no_markdown_is_left_with_a_picture(note: str) -> None:
    tokens = MarkdownIt("commonmark").parse(without_pictures(note))
    kinds = {child.type for token in tokens for child in token.children or []}
    assert "image" not in kinds


def test_a_picture_becomes_a_link_to_it() -> None:
    shown = MarkdownIt("commonmark").render(without_pictures("![a cat](http://a/cat.png)"))
    assert '<a href="http://a/cat.png">a cat</a>' in shown


def test_a_store_keeps_the_note_that_was_saved_last(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "net")
    assert run.note == ""
    for note in ("first", "**second**", "  \n "):
        store.set_note(run.id, note)
        assert store.get(run.id).note == note.strip()


def test_a_store_from_before_notes_opens_and_takes_one(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec, "old")
    with sa.create_engine(store.url).begin() as connection:
        connection.execute(sa.text("ALTER TABLE runs DROP COLUMN note"))
    opened = RunStore(store.url)
    assert [old.note for old in opened.runs()] == [""]
    opened.set_note(run.id, "new")
    assert opened.get(run.id).note == "new"
