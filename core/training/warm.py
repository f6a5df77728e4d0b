"""What a waiting worker has done before its first job: imports, data in memory, one short training."""

import gc
from typing import Any

import core.training.job  # noqa: F401 - brings all that a job needs
from core.data import mnist
from core.data.prepare import prepare
from core.model.presets import PRESETS
from core.runs.status import Command
from core.training.environment import environment
from core.training.fit import fit


class _Nobody:
    """A watcher whom all the same is told."""

    def command(self) -> Command:
        return Command.RUN

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


def warm() -> None:
    """Let a network be trained, filmed and measured once on a few images, so that no run does it first.

    What there is then stays until the process ends: the collector, which otherwise takes a quarter of a
    second at the start of every run, need not look through it again.
    """
    mnist.test()
    pool, spec = mnist.training(), PRESETS["quick-start"].spec
    _ = pool.fingerprint  # kept with it
    environment()  # as are the versions that it reads
    few = spec.data.model_copy(update={"images": 2 * spec.batch_size})
    fit(spec.model_copy(update={"epochs": 1, "data": few}), prepare(pool, few), _Nobody())
    gc.collect()
    gc.freeze()
