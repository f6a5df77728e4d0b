"""One question never takes the others along: not by dying, by lasting, nor by the memory it wants.

The workers here import no Keras, so that they start at once; what they are asked are functions of this file.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures._base import DoneAndNotDoneFutures
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from core.errors import DataError
from core.inference.bounds import TooLargeError, limit_memory
from core.inference.lane import Lane
from tests.patience import until

LIMIT = 300
"""Megabytes that the workers here may take beside what they have at their start."""


def light_pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        1, mp_context=get_context("spawn"), initializer=limit_memory, initargs=(LIMIT,)
    )


def who() -> int:
    return os.getpid()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def last(marker: str) -> None:
    Path(marker).touch()
    time.sleep(3600)


def want(megabytes: int) -> float:
    return float(np.ones(megabytes * 125_000).sum())


def refuse() -> None:
    raise DataError("No.")


@pytest.fixture
def lane() -> Iterator[Lane]:
    lane = Lane(light_pool, seconds=240)
    yield lane
    lane.close()


def test_a_question_that_kills_its_worker_fails_alone(lane: Lane) -> None:
    first = lane.ask(who).result()
    waiting = [lane.ask(die), lane.ask(who), lane.ask(who)]
    with pytest.raises(DataError, match="ended over this question"):
        waiting[0].result()
    assert waiting[1].result() == waiting[2].result() != first
    os.kill(waiting[1].result(), signal.SIGKILL)
    assert lane.ask(who).result() != waiting[1].result()  # who had no part in a death notices nothing


def test_a_question_that_lasts_is_ended_and_the_next_is_answered_by_a_fresh_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = tmp_path / "begun"

    def out_of_patience(futures: "list[Future[int]]", seconds: float) -> DoneAndNotDoneFutures[int]:
        """Wait until a question is answered, or until the endless one has begun: then its time is up."""
        assert seconds == 7.5
        until(lambda: futures[0].done() or begun.exists(), "an answer")
        begun.unlink(missing_ok=True)
        return wait(futures, 0)

    monkeypatch.setattr("core.inference.lane.wait", out_of_patience)
    lane = Lane(light_pool, seconds=7.5)
    try:
        first = lane.ask(who).result()
        endless, after = lane.ask(last, str(begun)), lane.ask(who)
        with pytest.raises(DataError, match=r"longer than the 7\.5 seconds"):
            endless.result()
        assert after.result() != first
        until(lambda: not Path(f"/proc/{first}").exists() or sys.platform != "linux", "the end of the worker")
    finally:
        lane.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process cannot be limited here")
def test_a_question_that_wants_too_much_memory_fails_and_no_other(lane: Lane) -> None:
    first = lane.ask(who).result()
    assert lane.ask(want, LIMIT // 3).result() == LIMIT // 3 * 125_000
    large, after = lane.ask(want, 8 * LIMIT), lane.ask(who)
    with pytest.raises(TooLargeError, match="MB of memory"):
        large.result()
    assert after.result() != first


def test_what_a_question_refuses_comes_through_and_its_worker_stays(lane: Lane) -> None:
    first = lane.ask(who).result()
    with pytest.raises(DataError, match=r"^No\.$"):
        lane.ask(refuse).result()
    assert lane.ask(who).result() == first


def test_who_has_left_is_not_answered_any_more(lane: Lane, tmp_path: Path) -> None:
    endless = lane.ask(last, str(tmp_path / "begun"))
    until((tmp_path / "begun").exists, "the beginning of a question")
    waiting = lane.ask(who)
    assert waiting.cancel()
    still = lane.ask(who)
    threading.Thread(target=lane.close).start()
    for question in (endless, still):
        with pytest.raises((CancelledError, DataError)):
            question.result(timeout=240)
