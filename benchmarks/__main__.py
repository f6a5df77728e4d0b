"""`python -m benchmarks`: measure what was decided on speed, part by part, and write the table `last.md`.

`python -m benchmarks start tables` measures these parts alone and keeps the others' rows; so does
`make bench PARTS="start tables"`. A part is a module of this folder: `python -m benchmarks.tables` prints its
rows as they come. Here each has a process of its own, so that none pays for what another has loaded, and one
that fails or hangs is said so and stops nobody.
"""

import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil

from benchmarks.machine import machine
from benchmarks.report import section, sections, whole
from core.home import PROJECT

TABLE = Path(__file__).parent / "last.md"
PARTS = (
    "start",
    "memory",
    "pages",
    "ideas",
    "payload",
    "growth",
    "answers",
    "tables",
    "uploads",
    "plain",
    "augmentation",
    "looks",
    "checkpoints",
    "workers",
    "photos",
)
"""In this order in the table."""
LIMIT = 600.0
"""Seconds after which a part is ended."""


def main(names: Sequence[str]) -> None:
    if unknown := set(names) - set(PARTS):
        sys.exit(f"There is no part “{min(unknown)}”; choose among {', '.join(PARTS)}.")
    kept = sections(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}
    on = f"On {machine()}; load before: {psutil.getloadavg()[0]:.1f}."
    for name in [name for name in PARTS if name in names or not names]:
        print(f"## {name}", flush=True)
        for rows, went in measured(name):
            kept[name] = section(name, f"{on} {went}", rows)
            TABLE.write_text(whole(kept, PARTS), encoding="utf-8")
        print(f"{went}\n", flush=True)


def measured(name: str) -> Iterator[tuple[list[str], str]]:
    """Run a part; yield, with each row that comes and at the end, its rows until then and how it went."""
    begun, rows = time.monotonic(), list[str]()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
        with subprocess.Popen(
            command(name), cwd=PROJECT, stdout=subprocess.PIPE, stderr=complaints, encoding="utf-8"
        ) as part:
            late = threading.Timer(LIMIT, end, [part.pid])
            late.start()
            try:
                for line in part.stdout or ():
                    print(line, end="", flush=True)
                    if line.startswith("|"):
                        rows.append(line.rstrip())
                        yield rows, "Broken off."
                part.wait()
            finally:
                late.cancel()
                if part.poll() is None:
                    end(part.pid)
        took = time.monotonic() - begun
        yield rows, _went(part.returncode, took, complaints)


def command(name: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.{name}"]


def end(process_id: int) -> None:
    """End a process and all that it has started."""
    with suppress(psutil.NoSuchProcess):
        part = psutil.Process(process_id)
        for process in [*part.children(recursive=True), part]:
            process.kill()


def _went(code: int, took: float, complaints: IO[str]) -> str:
    """Return how a part ended, in a sentence; of one that failed print what it said."""
    if not code:
        return f"It took {took:.0f} s."
    if took >= LIMIT:
        return f"**It did not end within {LIMIT:.0f} s.**"
    complaints.seek(0)
    said = complaints.read().strip() or f"exit status {code}"
    print(said, file=sys.stderr)
    return f"**It failed after {took:.0f} s**: {said.splitlines()[-1]}"


if __name__ == "__main__":
    main(sys.argv[1:])
