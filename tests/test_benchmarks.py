"""What the benchmarks say of what they measured: rows, goals, and the table that keeps them."""

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks import __main__ as bench
from benchmarks.pages import LOOKS, PARTS
from benchmarks.report import section, sections, whole
from benchmarks.turns import Row, at_most, compared, ratio_at_least, ratio_at_most
from pages.results import page as results
from pages.results.inside import network


def cells(row: Row) -> list[str]:
    return [cell.strip() for cell in row.told().strip("|").split("|")]


def test_a_row_of_pairs_tells_medians_and_the_spread_of_their_ratios() -> None:
    row = compared("old / new", [(0.2, 0.1), (0.4, 0.1), (0.3, 0.1)])
    assert cells(row) == ["old / new", "300.0 ms", "100.0 ms", "3.00", "2.00–4.00", "", ""]


def test_a_row_of_one_value_has_no_ratio() -> None:
    assert cells(Row("a server", 2.5e8, unit="MB")) == ["a server", "250 MB", "", "", "", "", ""]
    assert cells(Row("a wait", 1.5))[1] == "1.50 s"
    assert cells(Row("a tick", 60_000, unit="B"))[1] == "60,000 B"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (Row("met at its bound", 2.0, goal=at_most(2.0)), ["first ≤ 2.00 s", "yes"]),
        (Row("too slow", 2.01, goal=at_most(2.0)), ["first ≤ 2.00 s", "**no**"]),
        (Row("fast enough", 5.0, 2.0, goal=ratio_at_least(2.0)), ["ratio ≥ 2.00", "yes"]),
        (Row("too little", 3.0, 2.0, goal=ratio_at_least(2.0)), ["ratio ≥ 2.00", "**no**"]),
        (Row("costs little", 0.001, 1.0, goal=ratio_at_most(0.01)), ["ratio ≤ 0.0100", "yes"]),
        (Row("large", 3e8, unit="MB", goal=at_most(2.5e8)), ["first ≤ 250 MB", "**no**"]),
    ],
)
def test_a_goal_is_told_with_whether_it_is_met(row: Row, told: list[str]) -> None:
    assert cells(row)[-2:] == told


def test_a_part_that_is_measured_again_leaves_the_others_as_they_are() -> None:
    slow, fast = Row("a page", 0.2, goal=at_most(0.1)).told(), Row("a page", 0.05, goal=at_most(0.1)).told()
    other = section("other", "On a machine.", [Row("another", 1.0).told()])
    before = whole({"pages": section("pages", "On a machine.", [slow]), "other": other}, ["pages", "other"])
    assert (
        "0 of 1 goals are met; these are not:\n\n- a page: 200.0 ms, ratio –; goal: first ≤ 100.0 ms"
        in before
    )
    kept = sections(before)
    assert list(kept) == ["pages", "other"]
    after = whole(kept | {"pages": section("pages", "On another.", [fast])}, ["pages", "other"])
    assert "1 of 1 goals are met." in after
    assert sections(after)["other"] == other


def test_parts_that_are_no_more_go_and_new_ones_stand_in_their_order() -> None:
    parts = {name: section(name, "On a machine.", []) for name in ("gone", "last", "first")}
    assert list(sections(whole(parts, ["first", "last"]))) == ["first", "last"]


def test_every_part_and_view_of_results_is_measured() -> None:
    assert list(PARTS) == list(results.PARTS)
    assert list(LOOKS) == list(network.VIEWS)


def test_each_part_is_a_module() -> None:
    assert all(find_spec(f"benchmarks.{name}") for name in bench.PARTS)


def test_a_part_is_told_as_it_comes_and_one_that_fails_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "part.py"
    script.write_text("print('| a row |', flush=True)\nraise ValueError('no such page')\n", encoding="utf-8")
    monkeypatch.setattr(bench, "command", lambda name: [sys.executable, str(script)])
    first, last = bench.measured("pages")
    assert first == (["| a row |"], "Broken off.")
    assert last[0] == ["| a row |"]
    assert "failed" in last[1]
    assert last[1].endswith("ValueError: no such page")


def test_a_part_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "part.py"
    script.write_text("import time\nprint('| a row |', flush=True)\ntime.sleep(3600)\n", encoding="utf-8")
    monkeypatch.setattr(bench, "command", lambda name: [sys.executable, str(script)])
    monkeypatch.setattr(bench, "LIMIT", 2.0)
    *_, (_, went) = bench.measured("pages")
    assert "did not end within 2 s" in went


def test_a_wrong_name_is_told_with_the_right_ones() -> None:
    with pytest.raises(SystemExit, match=r"There is no part “page”; choose among start, "):
        bench.main(["page"])
