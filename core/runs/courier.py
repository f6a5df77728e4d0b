"""Carries runs to MLflow: a thread beside the training that never harms it, and the terminal's way."""

import logging
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from core.errors import StoreError
from core.runs.mirrors import LEASE, Mirror, MirrorError, tracking_uri
from core.runs.mlflow_mirror import send
from core.runs.store import RunStore

log = logging.getLogger(__name__)

ROUND = 2.0
"""Seconds between two looks at what is to be sent."""
LAST_ATTEMPT = 30.0
"""Seconds the terminal waits, at its end, for a run to be sent."""


class Courier:
    """Sends what is wanted in MLflow, every two seconds, from a thread of its own.

    What cannot be sent is tried again later, less and less often, by this process or by the next.
    """

    def __init__(self, open_store: Callable[[], RunStore], quiet: bool = False) -> None:
        self._open_store, self._log_level = open_store, logging.DEBUG if quiet else logging.WARNING
        self._name, self._said = secrets.token_hex(8), ""
        self._wake, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._carry, daemon=True, name="courier")
        self._thread.start()

    def deliver(self, run_id: str, seconds: float) -> str | None:
        """Wait for a run that has ended to be sent; return None once it is, or else why it is not.

        Returns after one attempt that fails, at the latest after `seconds`.

        Raises:
            StoreError: the store cannot be used.
        """
        store, uri = self._open_store(), tracking_uri()
        mirror = store.mirror(run_id)
        if uri and (mirror is None or mirror.failures):
            store.want_mirrors([run_id], uri)
        self._wake.set()
        give_up = time.monotonic() + seconds
        while time.monotonic() < give_up:
            mirror = store.mirror(run_id)
            if mirror and (mirror.done_at or mirror.failures):
                return mirror.error or None
            time.sleep(0.1)
        return "MLflow takes long to answer."

    def close(self, seconds: float = 0.0) -> None:
        """Send nothing more, and wait so long for what is under way."""
        self._over.set()
        self._wake.set()
        self._thread.join(seconds)

    def _carry(self) -> None:
        while not self._over.is_set():
            self._round()
            self._wake.wait(ROUND)
            self._wake.clear()

    def _round(self) -> None:
        """Send all that is due, until the first failure: the server may be away, the store says when next."""
        try:
            store = self._open_store()
            for run_id in store.due_mirrors(tracking_uri() or ""):
                if self._over.is_set():
                    return
                send(store, run_id, self._name)
                self._said = ""
        except (MirrorError, StoreError) as error:
            self._say(str(error))

    def _say(self, sentence: str) -> None:
        if sentence != self._said:
            log.log(self._log_level, "Runs go to MLflow later: %s", sentence)
        self._said = sentence


@contextmanager
def mirrored(store: RunStore, run_id: str) -> Iterator[None]:
    """Send the run that the block trains to MLflow, where a server is set; what fails is a line on stderr."""
    if tracking_uri() is None:
        yield
        return
    courier = Courier(lambda: store, quiet=True)
    yield
    problem = courier.deliver(run_id, LAST_ATTEMPT)
    courier.close(seconds=1.0)
    if problem is not None:
        print(f"Not in MLflow yet, it will be sent later. {problem}", file=sys.stderr)


def send_now(store: RunStore, run_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Send saved runs to MLflow and return one row for each; a run that lives is sent as far as it is.

    Raises:
        MirrorError: no server is set, or it is away or refuses a run; it is then sent later.
        RunNotFoundError: there is no run of such an id; nothing was sent.
    """
    uri = tracking_uri()
    if uri is None:
        raise MirrorError("MLFLOW_TRACKING_URI is not set: it names the MLflow server to send runs to.")
    known = [store.get(run_id).id for run_id in run_ids]
    store.want_mirrors(known, uri)
    sender = secrets.token_hex(8)
    return [_row(_send_one(store, run_id, sender)) for run_id in known]


def _send_one(store: RunStore, run_id: str, sender: str) -> Mirror:
    give_up = time.monotonic() + 3 * LEASE
    while time.monotonic() < give_up:
        mirror = send(store, run_id, sender) or store.mirror(run_id)
        if mirror and (mirror.done_at or mirror.sender is None):
            return mirror
        time.sleep(0.2)  # another process is sending it
    raise MirrorError(f"Another process is still sending run {run_id} to MLflow.")


def _row(mirror: Mirror) -> dict[str, Any]:
    return {
        "run_id": mirror.run_id,
        "complete": mirror.done_at is not None,
        "mlflow_run_id": mirror.remote_id,
        "tracking_uri": mirror.address,
        "page": mirror.page,
    }
