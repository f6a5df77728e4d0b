"""The workers of a Dask scheduler, on other machines as a rule, each of which is a slot of the launcher.

Dask brings jobs to them and nothing more. A job is "the run whose turn it is", which the worker finds in the
store, as one on this machine does; commands, signs of life and results go through the store too, so that
a training needs neither this server nor the scheduler's opinion of it. A job is for one worker alone: Dask
would give that of a lost one to others, which would carry it out under the same word.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from core.errors import UserError
from core.home import store_url
from core.runs.rows import new_id
from core.training.cluster_worker import RESOURCE, run_on_cluster
from core.training.engine import Answer
from core.training.slot import Slot

if TYPE_CHECKING:
    from distributed import Client
    from distributed.utils import LoopRunner

SETTING = "DIGITS_SCHEDULER"
PATIENCE = 2.0
"""Seconds to wait for a scheduler; the launcher looks after the store's runs in between."""
RETRY = 5.0
"""Seconds between two attempts to reach one that is away."""


class ClusterError(UserError):
    """The scheduler cannot be reached or used."""


def scheduler() -> str | None:
    """Return the address of the scheduler that `DIGITS_SCHEDULER` names, or None.

    Raises:
        ClusterError: it is no address, Dask is not installed, or other machines cannot reach the store.
    """
    address = os.environ.get(SETTING, "").strip()
    if not address:
        return None
    if not address.startswith(("tcp://", "tls://")):
        raise ClusterError(
            f"{SETTING} is “{address[:80]}”, expected an address such as tcp://scheduler:8786."
        )
    if not store_url().startswith("postgresql"):
        raise ClusterError(f"With {SETTING} runs are kept in PostgreSQL: DIGITS_STORE must name one.")
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise ClusterError(f"{SETTING} wants Dask: pip install -r requirements-cluster.txt.") from None
    return address


class Cluster:
    """The workers that train of the scheduler at `address`.

    Attributes:
        id: by which all servers on this scheduler count its workers once.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._client: Client | None = None
        self._loop: LoopRunner | None = None
        self._next_attempt = 0.0
        self.id = sha256(address.encode()).hexdigest()[:16]

    def slots(self, known: dict[str, Slot], ended: Callable[[], None]) -> dict[str, Slot]:
        """Return a slot for each worker there is now; those `known` by this connection stay.

        Raises:
            ClusterError: the scheduler is away.
        """
        client = self._reached()
        try:  # not `scheduler_info`, whose answer a look of Dask's own may replace by one without workers
            found = client.sync(client.scheduler.identity, n_workers=-1, callback_timeout=PATIENCE)["workers"]
        except (OSError, TimeoutError, RuntimeError) as error:
            raise self._away(error) from None
        trains = [address for address, worker in found.items() if worker["resources"].get(RESOURCE)]
        keys = {f"{client.id} {address}": address for address in trains}
        return {
            key: known.get(key) or ClusterSlot(partial(Pinned, client, address), ended)
            for key, address in keys.items()
        }

    def close(self) -> None:
        """Leave the scheduler; what its workers are at goes on."""
        self._leave()
        if self._loop is not None:
            self._loop.stop()

    def _leave(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close(timeout=1)

    def _reached(self) -> "Client":
        if self._client is not None:
            if self._client.status == "running":
                return self._client
            self._leave()
        if time.monotonic() < self._next_attempt:
            raise self._away("no connection")
        self._next_attempt = time.monotonic() + RETRY
        from distributed import Client
        from distributed.utils import LoopRunner

        if self._loop is None:  # one for all attempts: each would leave a thread of its own behind
            self._loop = LoopRunner()
            self._loop.start()
        try:
            self._client = Client(self._address, timeout=PATIENCE, set_as_default=False, loop=self._loop.loop)
        except (OSError, ValueError, TypeError, RuntimeError, ImportError) as error:
            raise self._away(error) from None  # also where certificates or versions do not fit
        return self._client

    def _away(self, reason: object) -> ClusterError:
        first = (str(reason).splitlines() or [""])[0]
        return ClusterError(f"The scheduler at {self._address} does not answer ({first}).")


class ClusterSlot(Slot):
    """A place for one worker of a cluster, which is neither started nor ended from here."""

    def begin(self, url: str, holder: str | None = None) -> None:
        """Have the worker carry out the run whose turn it is, in the store that its own machine names."""
        self._begin(holder or new_id(), run_on_cluster)

    def warm_up(self) -> None:
        """It gets ready by itself."""


class Pinned(Executor):
    """Has jobs carried out by one worker; they wait until it is free, and are gone when it is."""

    def __init__(self, client: "Client", address: str) -> None:
        self._client = client
        self._inner = client.get_executor(
            pure=False, retries=0, workers=[address], allow_other_workers=False, resources={RESOURCE: 1}
        )

    def submit(self, job: Callable[..., Answer], /, *arguments: Any, **named: Any) -> "Future[Answer]":
        from distributed.client import ClosedClientError

        try:
            submitted: Future[Answer] = self._inner.submit(job, *arguments, **named)
        except ClosedClientError:
            raise ClusterError("The connection to the scheduler was lost.") from None
        return submitted

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take back what has not begun; what has goes on."""
        if self._client.status == "running":
            self._inner.shutdown(wait=False)
