"""The more watch something that moves, the less often each looks."""

from types import SimpleNamespace

import pytest

from pages.shared import viewers as module
from pages.shared.viewers import GONE, MANY, SELDOM, live_part, spaced, viewers


@pytest.fixture(autouse=True)
def class_room(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Who looks, and when."""
    at = SimpleNamespace(session="first", now=1000.0)
    monkeypatch.setattr(
        module, "get_script_run_ctx", lambda: SimpleNamespace(session_id=at.session) if at.session else None
    )
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: at.now))
    monkeypatch.setattr(module, "_looks", {})
    return at


def come(class_room: SimpleNamespace, first: int, last: int) -> None:
    """Have so many sessions look once."""
    for number in range(first, last + 1):
        class_room.session = f"pupil {number}"
        viewers()


@pytest.mark.parametrize("tick", [0.3, 1.0, 2.0])
def test_all_together_look_no_oftener_than_few_do_and_each_every_four_seconds_at_least(
    tick: float, class_room: SimpleNamespace
) -> None:
    waits = []
    for number in range(1, 61):
        class_room.session = f"pupil {number}"
        waits.append(spaced(tick))
    assert waits[:MANY] == [tick] * MANY
    assert waits == sorted(waits)
    assert waits[-1] == min(SELDOM, tick * 60 / MANY)
    for number, wait in enumerate(waits, start=1):
        assert number / wait <= MANY / tick or wait == SELDOM


def test_what_is_looked_at_seldom_stays_so(class_room: SimpleNamespace) -> None:
    come(class_room, 1, 60)
    assert spaced(10.0) == 10.0


def test_who_looks_twice_is_one_and_who_has_gone_none(class_room: SimpleNamespace) -> None:
    assert viewers() == viewers() == 1
    class_room.now += GONE / 2
    class_room.session = "second"
    assert viewers() == 2
    class_room.now += GONE / 2 + 0.1
    assert viewers() == 1
    class_room.now += 2 * GONE
    assert viewers() == 1
    assert set(module._looks) == {"second"}, "nothing is kept of those who have gone"


def test_who_looks_as_seldom_as_anybody_still_counts() -> None:
    assert GONE > SELDOM + 1, "else a class would look more often again as soon as it looks seldom"


def test_outside_of_a_session_nobody_is_counted(class_room: SimpleNamespace) -> None:
    class_room.session = ""
    assert viewers() == 0
    assert not module._looks


def _nothing() -> None:
    pass


def test_who_came_early_is_told_to_wait_longer_when_many_have_come_and_once_only(
    class_room: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts, told = [], []
    monkeypatch.setattr(
        module.st, "fragment", lambda part, run_every=None: parts.append((part, run_every)) or part
    )
    monkeypatch.setattr(module, "_tell_browser", told.append)
    live_part(_nothing, None)()
    live_part(_nothing, 1.0)()
    (_, never), (look, at_first) = parts
    assert (never, at_first, told) == (None, 1.0, [])
    assert (look.__module__, look.__qualname__) == (__name__, "_nothing"), "by which Streamlit knows a part"
    come(class_room, 1, 2 * MANY)
    class_room.session = "first"
    look()
    look()
    assert told == [2.5]
    class_room.now += 2 * GONE
    look()
    assert told == [2.5, 1.0], "and sooner again when they have gone"


def test_a_part_may_say_anew_how_soon_it_looks_again(
    class_room: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[float] = []
    wanted = iter([0.3, 1.0, None, 1.0, 2.0])
    monkeypatch.setattr(module.st, "fragment", lambda part, run_every=None: part)
    monkeypatch.setattr(module, "_tell_browser", told.append)
    look = live_part(lambda: next(wanted), 0.3)
    for _ in range(5):
        look()
    assert told == [1.0, 2.0]
