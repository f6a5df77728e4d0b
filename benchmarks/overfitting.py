"""`python -m benchmarks.overfitting`: train the eight networks of the page on over-fitting: half an hour.

What was trained before is kept, so that it can be broken off; remove the file to train all of them anew.
"""

import os
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from core.concepts.overfitting import FILE, VARIANTS, Variant, bundled, to_json
from core.runs.records import History
from core.runs.status import RunStatus
from core.runs.store import RunStore


def train(variant: Variant) -> History:
    """Train one variant as a worker does, in a store of its own."""
    from core.training.job import run_job

    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(f"sqlite:///{folder}/runs.sqlite")
        run = store.create(variant.spec, variant.name)
        run_job(store, run.id)
        assert store.get(run.id).status is RunStatus.FINISHED, store.get(run.id).message
        return store.history(run.id)


def main() -> None:
    trained = dict(bundled()) if FILE.exists() else {}
    for variant in VARIANTS:
        if variant not in trained:
            start = time.monotonic()
            trained[variant] = train(variant)
            FILE.write_text(to_json(trained), encoding="utf-8")
            print(f"{variant.name}: {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
