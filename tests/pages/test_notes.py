"""Notes on the pages: whoever may rename a run writes one, everybody reads it, the last one saved stays."""

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import StoreError
from core.model.specs import RunSpec
from core.notes import LONGEST_NOTE
from core.runs.store import RunStore, open_store
from pages.shared.tokens import COOKIE
from pages.shared.visitor import visitor
from tests.pages.test_pages import opened, page, saved, texts


def own(store: RunStore, spec: RunSpec) -> str:
    return store.create(spec, "net", owner=visitor()).id


def open_editor(test: AppTest) -> AppTest:
    """Open the editor of the note that there is now."""
    run = open_store().get("".join(test.query_params["run"]))
    return opened(test, f"note.{run.id}.{hash(run.note)}.popover")


def write(test: AppTest, note: str) -> AppTest:
    (field,) = (area for area in test.text_area if area.label == "Note")
    field.set_value(note)
    (button,) = (button for button in test.button if button.label == "Save")
    return button.click().run()


def test_a_note_is_written_on_results_and_read_there(small_spec: RunSpec) -> None:
    store = open_store()
    run_id = own(store, small_spec)
    test = write(
        open_editor(page("results/page.py", run=run_id)), "**Too fast**, see ![x](http://evil.example/p.png)"
    )
    assert not test.exception
    assert "**Too fast**, see !\u2060[x](http://evil.example/p.png)" in texts(test)
    assert store.get(run_id).note == "**Too fast**, see ![x](http://evil.example/p.png)"


def test_somebody_else_reads_a_note_and_cannot_write_one(
    small_spec: RunSpec, cookies: dict[str, str]
) -> None:
    store = open_store()
    run_id = own(store, small_spec)
    store.set_note(run_id, "Mine alone to change.")
    cookies[COOKIE] = "somebody else"
    test = page("results/page.py", run=run_id)
    assert "Mine alone to change." in texts(test)
    assert not [area for area in test.text_area if area.label == "Note"]


def test_of_two_who_write_at_once_the_later_wins(small_spec: RunSpec) -> None:
    store = open_store()
    run_id = own(store, small_spec)
    first, second = (open_editor(page("results/page.py", run=run_id)) for _ in range(2))
    write(first, "of the first")
    shown = texts(write(second, "of the second"))
    assert store.get(run_id).note == "of the second"
    assert "of the second" in shown
    open_editor(first)
    (field,) = (area for area in first.text_area if area.label == "Note")
    assert field.value == "of the second"
    write(first, "")
    assert store.get(run_id).note == ""


def test_runs_are_found_by_their_notes_and_show_them_as_text_in_the_table(small_spec: RunSpec) -> None:
    store = open_store()
    saved(store, small_spec, "alpha")
    noted = saved(store, small_spec, "beta")
    store.set_note(noted, "=1+1\n\nsmaller *steps* helped")
    test = page("runs/page.py")
    table = test.dataframe[0].value
    assert list(table["name"]) == ["beta", "alpha"]
    assert list(table["note"].fillna("–")) == ["\u2060=1+1 smaller *steps* helped", "–"]
    test.text_input[0].set_value("STEPS").run()
    assert list(test.dataframe[0].value["name"]) == ["beta"]


def test_a_store_that_is_away_says_so_and_what_was_typed_stays(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = own(open_store(), small_spec)
    test = open_editor(page("results/page.py", run=run_id))

    def away(*_: object) -> None:
        raise StoreError("The store of runs cannot be used: the disk is full.")

    monkeypatch.setattr(RunStore, "set_note", away)
    write(test, "a long thought")
    assert [toast.value for toast in test.toast] == ["The store of runs cannot be used\\: the disk is full."]
    assert [area.value for area in test.text_area if area.label == "Note"] == ["a long thought"]


def test_the_field_says_how_long_a_note_may_be(small_spec: RunSpec) -> None:
    test = open_editor(page("results/page.py", run=own(open_store(), small_spec)))
    (field,) = (area for area in test.text_area if area.label == "Note")
    assert (field.max_chars, "4,000" in field.help) == (LONGEST_NOTE, True)
