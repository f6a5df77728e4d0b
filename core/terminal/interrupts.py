"""What Ctrl-C does to a training in the terminal."""

import signal
import sys
from queue import SimpleQueue
from threading import Thread
from typing import Any

from core.errors import UserError
from core.runs.status import Command
from core.runs.store import RunStore


def stop_on_interrupt(store: RunStore, run_id: str) -> None:
    """Let the first Ctrl-C (or SIGTERM) stop the run and keep its weights, the second end all.

    A thread writes to the store: the signal may come while this one does, which would wait for itself.
    """
    signals: SimpleQueue[int] = SimpleQueue()

    def stop(number: int, _frame: Any) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.default_int_handler)
        signals.put(number)

    def ask() -> None:
        signals.get()
        try:
            store.ask(run_id, Command.STOP)
        except UserError as error:
            print(error, file=sys.stderr)

    Thread(target=ask, daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
