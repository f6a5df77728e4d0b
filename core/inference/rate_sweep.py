"""The loss of a network while its learning rate rises from batch to batch, worked out in the lane.

A sweep trains for up to twenty seconds, and the lane answers one question after another. So it is cut into
questions of a second, between which those of other visitors get their turn; only the first takes longer,
because Keras compiles in it. What a sweep has trained so far waits in the worker under a name of its own.
"""

import time
from collections import OrderedDict
from itertools import count
from typing import Any

import numpy as np

from core.analysis.rate_range import RateSweep, is_lost
from core.data.prepare import one_hot, reshape, split
from core.errors import DataError
from core.inference.networks import store_at
from core.model.specs import RunSpec, parse
from core.runs.pools import load_pool

HIGHEST = 10.0
FIRST = 1e-4
"""Times the optimizer's usual rate, where a sweep begins: for Adam that is 1e-7."""
BATCHES, FEWEST = 100, 40
"""Of a sweep; fewer where so many would take longer than `BUDGET`."""
BUDGET = 20.0
"""Seconds of training that a sweep may take, about."""
LONGEST = 60.0
"""Seconds that the fewest batches may take; a network as slow as that would hold everybody else up."""
TURN = 1.0
"""Seconds for each question."""
MOST_IMAGES = 20_000
WARM = 3
"""Batches after which the pace is told: Keras compiles in the first."""
HELD = 4
"""Sweeps that wait in the worker for their next question; the oldest goes first."""

_sweeps: "OrderedDict[str, _Sweep]" = OrderedDict()


def sweep_further(url: str, name: str, spec_json: str, seen: int) -> RateSweep:
    """Train on for `TURN` seconds and return all of the sweep so far; it begins with the first question.

    Args:
        url: the store's, for uploaded images.
        name: of the sweep; each has one of its own.
        spec_json: the network, data, optimizer and batch size; the learning rate in it counts for nothing.
        seen: how many batches the last answer had, 0 at first.

    Raises:
        DataError: the sweep does not wait here any more, or its images cannot be used.
        StoreError: its images are not there.
    """
    if name not in _sweeps:
        if seen:
            raise DataError("The search for a learning rate was broken off: begin it once more.")
        _sweeps[name] = _Sweep(url, parse(spec_json))
    sweep = _sweeps.pop(name)
    found = sweep.go_on(TURN)
    if not found.is_over:
        _sweeps[name] = sweep
        while len(_sweeps) > HELD:
            _sweeps.popitem(last=False)
    return found


class _Sweep:
    """One network under way, its rate rising by a factor after each batch."""

    def __init__(self, url: str, spec: RunSpec) -> None:
        import keras

        from core.model.build import compile_model

        keras.utils.set_random_seed(spec.seed)
        self._model, self._spec = compile_model(spec), spec
        self._batches = _batches(url, spec)
        self._rate = self._first = FIRST * spec.optimizer.usual_rate
        self._factor = (HIGHEST / self._first) ** (1 / (BATCHES - 1))
        self._times: list[float] = []
        self._rates: list[float] = []
        self._losses: list[float] = []
        self._exploded = False

    def go_on(self, seconds: float) -> RateSweep:
        end = time.monotonic() + seconds
        while not self._is_over() and time.monotonic() < end:
            self._step()
        tried = self._rates[-1] if self._rates else self._first  # not the next one: the last is still to come
        done = np.log(tried / self._first) / np.log(HIGHEST / self._first)
        share = 1.0 if self._is_over() else float(done)
        rates, losses = np.array(self._rates), np.array(self._losses)
        return RateSweep(rates, losses, self._spec.batch_size, share, self._exploded)

    def _is_over(self) -> bool:
        return self._exploded or self._rate > HIGHEST * (1 + 1e-9)

    def _step(self) -> None:
        self._model.optimizer.learning_rate = self._rate
        loss = float(self._model.train_on_batch(*next(self._batches), return_dict=True)["loss"])
        if not np.isfinite(loss):
            self._exploded = True
            return
        self._rates.append(self._rate)
        self._losses.append(loss)
        self._exploded = is_lost(np.array(self._losses))
        self._keep_to_the_budget()
        self._rate *= self._factor

    def _keep_to_the_budget(self) -> None:
        """Once the pace is known, take larger strides if the rest would take too long."""
        self._times.append(time.monotonic())
        if len(self._times) == WARM:
            pace = (self._times[-1] - self._times[0]) / (WARM - 1)
            if pace * FEWEST > LONGEST:
                raise DataError(
                    f"A batch of {self._spec.batch_size:,} images takes {pace:.0f} seconds here, too long to "
                    f"try {FEWEST} of them: choose a smaller batch or a smaller network."
                )
            left = int(min(BATCHES, max(FEWEST, BUDGET / max(pace, 1e-6)))) - WARM
            self._factor = (HIGHEST / self._rate) ** (1 / left)


def _batches(url: str, spec: RunSpec) -> Any:
    """Yield whole batches of the run's training images, augmented as in the run, without end."""
    from core.training.batches import Batches

    pool = load_pool(store_at(url), spec.data.source)
    train = split(pool.labels, spec.data)[0][: min(MOST_IMAGES, BATCHES * spec.batch_size)]
    x, y = reshape(pool.images[train]), one_hot(pool.labels[train])
    batches = Batches(x, y, spec.batch_size, spec.augmentation, spec.seed, spec.label_smoothing)
    for _ in count():
        batches.on_epoch_begin()
        for index in range(max(1, len(x) // spec.batch_size)):
            yield batches[index]
