"""What a server counts about itself, for Prometheus: how long its store takes, who waits for what."""

from collections.abc import Mapping

from prometheus_client import REGISTRY as OWN
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE

__all__ = ["CONTENT_TYPE", "STORE_FAILURES", "STORE_SECONDS", "exposition"]

STORE_SECONDS = Histogram(
    "digits_store_seconds",
    "Seconds that this process' transactions with the store took.",
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)
STORE_FAILURES = Counter("digits_store_failures", "Transactions of this process with the store that failed.")


def exposition(runs: Mapping[str, int], now: Mapping[str, float]) -> str:
    """Return all that is counted, in Prometheus' text format.

    Args:
        runs: status → how many runs have it.
        now: name of another number → its value; `GAUGES` says what it is.
    """
    registry = CollectorRegistry()
    counted = Gauge(
        "digits_runs", "Saved runs by their status; scheduled ones wait.", ["status"], registry=registry
    )
    for status, number in runs.items():
        counted.labels(status).set(number)
    for name, value in now.items():
        Gauge(f"digits_{name}", GAUGES[name], registry=registry).set(value)
    return (generate_latest(registry) + generate_latest(OWN)).decode()


GAUGES = {
    "sessions": "Browser tabs that are connected, or left less than two minutes ago.",
    "workers": "Processes of this server that train or answer.",
    "uploads_bytes": "Bytes of uploads that wait in memory until they are read.",
}
