"""The table of attempts in SECURITY.md names tests that are there."""

import re

from core.home import PROJECT


def test_each_attempt_is_held_by_a_test_that_exists() -> None:
    text = (PROJECT / "SECURITY.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 20
    for attempt, outcome, held in rows:
        files = re.findall(r"`([\w/]+\.py)`", held)
        assert attempt.strip()
        assert outcome.strip()
        assert files, attempt
        assert [name for name in files if not (PROJECT / "tests" / name).is_file()] == []
