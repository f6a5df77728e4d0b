"""A real disk of a few megabytes, to be filled."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def disk_of_its_own() -> Iterator[Path]:
    """Yield a disk that other users see too, or skip the test where this user may make none."""
    place = Path(tempfile.mkdtemp(prefix="digits-disk-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "none", place], capture_output=True)
    if not mounted.returncode:
        yield place
        subprocess.run(["umount", "--lazy", place], check=True)
    place.rmdir()
    if mounted.returncode:
        pytest.skip(f"a disk of its own takes rights: {mounted.stderr.decode().strip()}")


def fill(disk: Path) -> Path:
    """Leave no room on a disk; return the file that took it."""
    others = disk / "other people's"
    with suppress(OSError), others.open("wb", buffering=0) as rest:
        while True:
            rest.write(bytes(4096))
    return others
