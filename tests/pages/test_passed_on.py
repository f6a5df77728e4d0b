"""Links that came through a chat, a mail or somebody's hands lead where they were meant to."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.model.link import to_link
from core.model.presets import PRESETS
from core.runs.store import open_store
from pages.server.passed_on import bare
from tests.pages.test_pages import page, texts

SPEC = PRESETS["quick-start"].spec
IDS = st.lists(st.text("0123456789abcdef", min_size=10, max_size=10), min_size=1, max_size=3).map(",".join)
AROUND = st.text("().,;:!?*'\"<>[]{}|`… »”\n", max_size=4)


@given(IDS | st.just(to_link(SPEC)), AROUND, AROUND, st.integers(0, 3))
def test_what_is_around_a_link_or_encoded_again_is_undone(
    value: str, before: str, behind: str, times: int
) -> None:
    sent = value
    for _ in range(times):
        sent = quote(sent, safe="")
    half = len(sent) // 2
    assert bare(before + sent + behind) == value
    assert bare(sent[:half] + "\n " + sent[half:]) == value  # as mail programs break lines


@given(st.text())
def test_of_any_text_something_is_left_or_nothing_and_a_second_time_changes_nothing(text: str) -> None:
    assert bare(bare(text)) == bare(text)


@pytest.mark.parametrize(
    "long",
    ["a" + "(" * 200_000 + "a", "a%" + "25" * 200_000 + "29"],
    ids=["brackets", "encoded anew and anew"],
)
def test_a_giant_address_costs_one_look_at_it_and_no_more(long: str) -> None:
    """By a search that tries each place, or decodes while it can, a script would hold up all for minutes."""
    assert bare(long) == long


@pytest.mark.parametrize("sent", ["{}).", "{}%29", "<{}>", "“{}”"])
def test_a_run_is_found_by_a_link_that_a_chat_program_passed_on(sent: str) -> None:
    run = open_store().create(SPEC, "Passed on")
    test = page("results/page.py", run=sent.format(run.id))
    assert "".join(test.query_params["run"]) == run.id
    assert "There is no run" not in texts(test)


@pytest.mark.parametrize("sent", [{"run={}": ""}, {"amp;run": "{}"}, {"amp;run={}": ""}])
def test_a_run_is_found_where_a_mail_program_encoded_what_parts_an_address(sent: dict[str, str]) -> None:
    run = open_store().create(SPEC, "Encoded")
    asked = {name.format(run.id): value.format(run.id) for name, value in sent.items()}
    test = page("results/page.py", **asked)
    assert {name: "".join(value) for name, value in test.query_params.items()} == {"run": run.id}
    assert "Encoded" in texts(test)


def test_a_configuration_is_opened_by_such_a_link_and_a_broken_one_still_says_so() -> None:
    other = SPEC.model_copy(update={"epochs": 7})
    test = page("train/page.py", spec=f"{to_link(other)}).")
    assert "".join(test.query_params["spec"]) == to_link(other)
    assert "cut off" not in texts(test)
    assert "copy the whole link" in texts(page("train/page.py", spec=to_link(other)[:30] + "…"))
