"""What goes on beside a training, in a thread of its own, for as long as that lasts."""

import threading
from abc import ABC, abstractmethod
from types import TracebackType


class Beside(ABC):
    """Looks every so many seconds, until it wants no further look or its `with` block is left."""

    def __init__(self, seconds: float, name: str) -> None:
        self._seconds, self._over = seconds, threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True, name=name)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._over.wait(self._seconds) and self._look():
            pass

    @abstractmethod
    def _look(self) -> bool:
        """Look once; return whether to look again."""
