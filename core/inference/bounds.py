"""What one question to a saved network may use; runs in the worker that answers.

The network may be a stranger's, or just too large for the machine: then the question fails, not the machine.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from core.errors import DataError
from core.host import host

Answer = TypeVar("Answer")


class TooLargeError(DataError):
    """A question took more memory than it may."""

    def __init__(self, megabytes: int) -> None:
        super().__init__(
            f"This needs more than the {megabytes:,} MB of memory that a question may take here: choose a "
            "smaller network or fewer images."
        )
        self.megabytes = megabytes

    def __reduce__(self) -> tuple[type["TooLargeError"], tuple[int]]:
        """Say how the error is made anew in the process that asked."""
        return type(self), (self.megabytes,)


def limit_memory(megabytes: int) -> None:
    """Let this process have so much memory more than it has now, where the system can hold it to that.

    Linux counts all that is private and may be written (RLIMIT_DATA, since 4.7); others are left alone.
    """
    if sys.platform != "linux":
        return
    import resource

    has = re.search(r"VmData:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    most = (int(has[1]) if has else 0) * 1024 + megabytes * 1_000_000
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def bounded(question: Callable[..., Answer], *arguments: object) -> Answer:
    """Return the answer of a function of `core.inference`.

    Raises:
        TooLargeError: it took more memory than it may.
        UserError: what the question raised.
    """
    try:
        return question(*arguments)
    except _want_of_memory():
        raise TooLargeError(host().questions.megabytes) from None


def _want_of_memory() -> tuple[type[BaseException], ...]:
    """Return what is raised where memory is wanting: TensorFlow's own must not reach whoever asked."""
    if "tensorflow" not in sys.modules:
        return (MemoryError,)
    import tensorflow as tf

    return (MemoryError, tf.errors.ResourceExhaustedError)
