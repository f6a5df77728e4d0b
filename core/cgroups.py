"""What a container or a service is held to, read from Linux' control groups, both versions of them.

A limit of a group holds for all groups within it. A container is often shown its own group as the root of
all, while its path still names the groups around it; so each folder on the way up is asked that is there.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

TREES = Path("/sys/fs/cgroup")
MINE = Path("/proc/self/cgroup")


def quotas() -> Iterator[float]:
    """Yield how many cores' time this process may use, once for each limit there is."""
    for group in _groups("cpu"):
        with suppress(OSError, ValueError):
            quota, period = _read(group / "cpu.max").split()
            yield int(quota) / int(period)
        with suppress(OSError, ValueError):
            quota, period = _read(group / "cpu.cfs_quota_us"), _read(group / "cpu.cfs_period_us")
            if int(quota) > 0:  # -1: as much as there is
                yield int(quota) / int(period)


def memory_limits() -> Iterator[int]:
    """Yield how many bytes the groups of this process may take, once for each limit there is."""
    for group in _groups("memory"):
        for limit in ("max", "limit_in_bytes"):
            with suppress(OSError, ValueError):
                yield int(_read(group / f"memory.{limit}"))


def memory_left() -> Iterator[int]:
    """Yield how many bytes this process may still take, once for each limit there is.

    What a group has read of files counts as used, but makes room, so it is left.
    """
    for group in _groups("memory"):
        for limit, used, files in (
            ("max", "current", "inactive_file"),
            ("limit_in_bytes", "usage_in_bytes", "total_inactive_file"),
        ):
            with suppress(OSError, ValueError):
                most, now = (int(_read(group / f"memory.{name}")) for name in (limit, used))
                yield max(0, most - max(0, now - _counted(group, files)))


def _groups(controller: str) -> Iterator[Path]:
    """Yield the folders of the groups that this process is in and of those around them."""
    with suppress(OSError):
        for line in _read(MINE).splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers and controller not in controllers.split(","):
                continue
            tree = TREES / controller if controllers else TREES  # version 2 has one tree for all
            within = PurePosixPath(path.lstrip("/"))
            yield from (tree / group for group in (within, *within.parents))


def _counted(group: Path, name: str) -> int:
    """Return one of the numbers of a group's `memory.stat`; 0 where it is not there."""
    with suppress(OSError):
        words = (line.split() for line in _read(group / "memory.stat").splitlines())
        return next((int(value) for key, value in words if key == name), 0)
    return 0


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")
