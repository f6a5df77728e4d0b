"""Where many watch a run, each looks less often."""

from types import SimpleNamespace

import pytest

from pages.shared import viewers as module
from pages.shared.viewers import GONE, MANY, SLOWER, spaced, viewers


@pytest.fixture(autouse=True)
def class_room(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Who looks, and when."""
    at = SimpleNamespace(session="first", now=1000.0)
    monkeypatch.setattr(
        module, "get_script_run_ctx", lambda: SimpleNamespace(session_id=at.session) if at.session else None
    )
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: at.now))
    module._looks.clear()
    return at


def test_who_comes_when_more_than_twenty_watch_looks_half_as_often(class_room: SimpleNamespace) -> None:
    for number in range(MANY):
        class_room.session = f"pupil {number}"
        assert spaced("run", 1.0) == 1.0
    class_room.session = "one more"
    assert spaced("run", 1.0) == SLOWER
    assert spaced("another run", 1.0) == 1.0, "each run is counted by itself"
    assert spaced("run", None) is None, "a run that has ended is not looked at again"


def test_who_looks_twice_is_one_and_who_has_gone_none(class_room: SimpleNamespace) -> None:
    assert viewers("run") == viewers("run") == 1
    class_room.now += GONE / 2
    class_room.session = "second"
    assert viewers("run") == 2
    class_room.now += GONE / 2 + 0.1
    assert viewers("run") == 1
    class_room.now += 2 * GONE
    assert viewers("another run") == 1
    assert set(module._looks) == {"another run"}, "nothing is kept of those who have gone"


def test_outside_of_a_session_nobody_is_counted(class_room: SimpleNamespace) -> None:
    class_room.session = ""
    assert viewers("run") == 0
    assert not module._looks
