"""What pages and ticks cost the server: `python -m benchmarks.server_cpu [PAGE …]`.

Processor time of a real server, less what it uses while nobody is there, for each run of a script; so other
work on the machine hardly changes it. The run that is watched is one that nobody trains (`payload.Invented`).
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.audience import Page, Seen, connected
from benchmarks.fill import fill
from benchmarks.meanwhile import meanwhile
from benchmarks.payload import SHORT, Invented
from benchmarks.served import process_of, served
from benchmarks.soak import places
from core.runs.store import RunStore

SAVED, IDLE, LOOKS = 40, 4.0, 4
VISITORS, TIMES = 5, 8
"""Who opens each page, and how often each of them, after a first visitor whose cost is told apart."""
VIEWERS, WATCHED = 15, 20.0
"""How many watch the run at once, and for how many seconds."""


@dataclass(frozen=True)
class Meter:
    """Seconds of processor time that a server uses because of somebody."""

    server: psutil.Process
    idle: float
    """Seconds it uses each second while nobody is there."""

    def of(self, work: Coroutine[Any, Any, Any]) -> float:
        before, begun = _used(self.server), time.monotonic()
        asyncio.run(work)
        return _used(self.server) - before - self.idle * (time.monotonic() - begun)


def _used(server: psutil.Process) -> float:
    return float(sum(server.cpu_times()[:2]))


def _meter(server: psutil.Process) -> Meter:
    """Look at the server until it has warmed up: what it uses idly is the least of several looks."""
    looks = []
    for _ in range(LOOKS):
        before = _used(server)
        time.sleep(IDLE)
        looks.append((_used(server) - before) / IDLE)
    return Meter(server, min(looks))


async def _open(url: str, name: str, query: str, times: int, seen: Seen) -> None:
    async with connected(url) as socket:
        for _ in range(times):
            await Page(socket, name, query, seen).look(0.0)


def page_cost(meter: Meter, url: str, name: str, query: str, seen: Seen) -> tuple[float, float]:
    """Return milliseconds for the very first run of a page's script, and the mean of those that follow."""
    first = meter.of(_open(url, name, query, 1, seen))
    later = sum(meter.of(_open(url, name, query, TIMES, seen)) for _ in range(VISITORS))
    return 1000 * first, 1000 * later / VISITORS / TIMES


def main(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(f"sqlite:///{folder}/runs.sqlite")
        fill(store, SAVED)
        run = Invented(store, SHORT)
        others = [one.id for one in store.runs()[1:]]
        with served(Path(folder), workers=0) as server, meanwhile(run.go_on, 0.25):
            meter, url, seen = _meter(process_of(server)), server.url, Seen()
            print(f"idle: {1000 * meter.idle:.0f} ms a second")
            for name, query in dict.fromkeys(places(run.address[4:], others)):
                if names and (name or "train") not in names:
                    continue
                first, later = page_cost(meter, url, name, query, seen)
                live = " (live)" if query == run.address else ""
                print(f"{name or 'train'}{live}: first {first:.0f} ms, later {later:.1f} ms", flush=True)
            if not names or "tick" in names:
                print(f"tick: {_ticks(meter, url, run.address):.1f} ms", flush=True)
            for error in set(seen.errors):
                print(f"error: {error}", file=sys.stderr)


def _ticks(meter: Meter, url: str, query: str) -> float:
    """Return milliseconds for each tick of a run that many watch, their opening of the page left out."""
    seen = Seen()
    opened = meter.of(_watch(url, query, 0.0, seen))
    used = meter.of(_watch(url, query, WATCHED, seen))
    return 1000 * (used - opened) / len(seen.ticks)


async def _watch(url: str, query: str, seconds: float, seen: Seen) -> None:
    async def one() -> None:
        async with connected(url) as socket:
            await Page(socket, "results", query, seen).look(seconds)

    await asyncio.gather(*[one() for _ in range(VIEWERS)])


if __name__ == "__main__":
    main(sys.argv[1:])
