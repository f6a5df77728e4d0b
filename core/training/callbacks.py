"""What happens between two batches: report, obey, notice divergence, keep weights.

The callbacks are only sinks: they hand points to a `Watcher` and know neither store nor screen.
"""

import math
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import keras

from core.analysis.film import Film
from core.analysis.frames import Frame
from core.analysis.vitals import Vitals
from core.model.course import epoch_ends
from core.model.specs import RunSpec
from core.runs.records import EpochPoint, Progress, StepPoint, kept_epoch
from core.runs.status import Command, RunStatus

MAX_STEP_POINTS = 20_000
"""A run with more batches than this reports means over several batches."""
PAUSE_POLL = 0.1


class Watcher(Protocol):
    """Who follows a training. No method may raise because its own sink is away.

    What one raises to end the training at once passes through `fit`.
    """

    def on_step(self, point: StepPoint, progress: Progress) -> None: ...

    def on_epoch(self, point: EpochPoint, progress: Progress) -> None: ...

    def on_frame(self, frame: Frame) -> None:
        """What the network answers after an epoch."""

    def on_film(self, film: Film) -> None:
        """What each layer makes of a few images after an epoch, one frame at a time; epoch 0 is untrained."""

    def on_vitals(self, vitals: Vitals) -> None:
        """What is seen of each layer at one of the steps that are looked at."""

    def on_progress(self, progress: Progress) -> None: ...

    def on_kept(self, model: Any) -> None:
        """`model` now has the weights that the run would keep if it ended here."""

    def on_checkpoint(self, content: Callable[[], bytes]) -> None:
        """The training can go on from here, an epoch and all that belongs to it being over."""

    def on_pause(self, paused: bool) -> None: ...

    def on_trained(self, status: RunStatus, message: str) -> None:
        """No batch will follow; what is left is to measure the kept weights."""

    def command(self) -> Command:
        """What the user last asked for; called after every batch, so it must be cheap."""


class StopAsked(Exception):  # noqa: N818 - an order, not an error
    """The user asked to stop; leaves Keras' loop at once, also in the middle of a validation."""


class Diverged(Exception):  # noqa: N818 - an outcome, not an error
    """The loss is no longer a finite number."""

    def __init__(self, epoch: int, batch: int) -> None:
        super().__init__(f"The loss was no longer a finite number in epoch {epoch}, batch {batch}")


class Clock:
    """Seconds of training; stands still while paused."""

    def __init__(self, before: float = 0.0) -> None:
        self._start = time.monotonic() - before
        self._paused = 0.0

    def seconds(self) -> float:
        return time.monotonic() - self._start - self._paused

    def leave_out(self, seconds: float) -> None:
        self._paused += seconds


class Recorder(keras.callbacks.Callback):  # type: ignore[misc]
    """Reports every batch and epoch to a watcher and carries out its commands."""

    def __init__(
        self,
        spec: RunSpec,
        train_images: int,
        watcher: Watcher,
        done: tuple[int, int, float] = (0, 0, 0.0),
        kept: EpochPoint | None = None,
        kept_weights: Sequence[Any] = (),
    ) -> None:
        """Begin where a training is: epochs, steps and seconds `done`, and which of these epochs is kept."""
        super().__init__()
        self._spec, self._images, self._watcher = spec, train_images, watcher
        self._ends = epoch_ends(spec, train_images)
        self._stride = max(1, math.ceil(self._ends[-1] / MAX_STEP_POINTS))
        self._epoch, self.step, seconds = done
        self._clock = Clock(seconds)
        self._rate = _Rate()
        self._first_batch: tuple[float, int] | None = None
        """When the first batch was done, in which Keras compiles, and how many images had been seen then."""
        self.epochs: list[EpochPoint] = []
        self.measured = self.step
        """The step after which the network was last validated."""
        self.kept, self.kept_weights = kept, list(kept_weights)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch = epoch + 1
        self._seen = self._reported = 0
        self._sums = self._reported_sums = (0.0, 0.0)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.step += 1
        before = self._seen
        self._seen = min(self._seen + self._spec.batch_size_in(self._epoch), self._images)
        self._rate.add(self._seen - before)
        if self._first_batch is None:
            self._first_batch = (self._clock.seconds(), self._all_seen)
        if not math.isfinite(logs["loss"]):
            raise Diverged(self._epoch, batch + 1)
        self._sums = (logs["loss"] * self._seen, logs["accuracy"] * self._seen)
        if self.step % self._stride == 0:
            self._watcher.on_step(self._point(), self._progress("training", batch + 1))
        self._obey("training", batch + 1)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        self._obey("validating", self._batches)

    def on_test_begin(self, logs: Any = None) -> None:
        self._watcher.on_progress(self._progress("validating", self._batches))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.add_epoch(logs["loss"], logs["accuracy"], logs["val_loss"], logs["val_accuracy"])
        if not math.isfinite(logs["val_loss"]):
            raise Diverged(self._epoch, self._batches)

    def add_epoch(self, loss: float, accuracy: float, val_loss: float, val_accuracy: float) -> None:
        """Report an epoch, whole or broken off, and keep its weights if the run would, ending here."""
        rate = float(self.model.optimizer.learning_rate)
        values = (loss, accuracy, val_loss, val_accuracy, rate)
        point = EpochPoint(self._epoch, self.step, *values, self._clock.seconds())
        self.epochs.append(point)
        self.measured = self.step
        done = self.step - self._ends[self._epoch - 1]  # fewer than its batches where it was broken off
        self._watcher.on_epoch(point, self._progress("training", done))
        so_far = [self.kept, point] if self.kept else [point]
        if math.isfinite(val_loss) and kept_epoch(so_far, self._spec.kept_epoch) is point:
            self.kept, self.kept_weights = point, self.model.get_weights()
            self._watcher.on_kept(self.model)

    def done(self) -> str:
        """Return how much was trained, in words."""
        epochs = bisect_right(self._ends, self.step) - 1
        batches = self.step - self._ends[epochs]
        ends = ["" if number == 1 else suffix for number, suffix in ((epochs, "s"), (batches, "es"))]
        return f"{epochs} whole epoch{ends[0]} and {batches} batch{ends[1]}"

    @property
    def _batches(self) -> int:
        """How many batches the epoch under way has."""
        return self._ends[self._epoch] - self._ends[self._epoch - 1]

    @property
    def _all_seen(self) -> int:
        return (self._epoch - 1) * self._images + self._seen

    def running_means(self) -> tuple[float, float]:
        """Loss and accuracy over the images of the epoch under way (NaN before its first batch)."""
        seen = self._seen or math.nan
        return self._sums[0] / seen, self._sums[1] / seen

    def _point(self) -> StepPoint:
        """Return the mean since the last point; Keras gives means since the epoch began."""
        images = self._seen - self._reported
        loss, accuracy = (
            (now - then) / images for now, then in zip(self._sums, self._reported_sums, strict=True)
        )
        self._reported, self._reported_sums = self._seen, self._sums
        return StepPoint(self.step, max(0.0, loss), min(1.0, max(0.0, accuracy)), self._clock.seconds())

    def _progress(self, stage: str, batch: int) -> Progress:
        rate = self._rate.per_second()
        return Progress(stage, self._epoch, batch, self._batches, rate, self._clock.seconds(), self._left())

    def _left(self) -> float | None:
        """Return the seconds left at the pace so far, without the first batch, which Keras compiles in."""
        if self._first_batch is None:
            return None
        since, images = self._first_batch
        seen = self._all_seen
        if seen <= images:
            return None
        return (self._clock.seconds() - since) / (seen - images) * (self._spec.epochs * self._images - seen)

    def _obey(self, stage: str, batch: int) -> None:
        command = self._watcher.command()
        if command is Command.PAUSE:
            command = self._pause(stage, batch)
        if command is Command.STOP:
            raise StopAsked

    def _pause(self, stage: str, batch: int) -> Command:
        """Wait until the command changes and return the new one; the clock stands still meanwhile."""
        self._watcher.on_progress(self._progress(stage, batch))
        self._watcher.on_pause(True)
        since = time.monotonic()
        while (command := self._watcher.command()) is Command.PAUSE:
            time.sleep(PAUSE_POLL)
        self._clock.leave_out(time.monotonic() - since)
        self._rate.restart()
        if command is Command.RUN:
            self._watcher.on_pause(False)
        return command


class _Rate:
    """Images per second over the last few seconds of training."""

    WINDOW = 3.0

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()
        """When batches were done, and how many images had been seen then."""
        self._seen = 0

    def add(self, images: int) -> None:
        now = time.monotonic()
        self._seen += images
        self._marks.append((now, self._seen))
        while len(self._marks) > 2 and self._marks[0][0] < now - self.WINDOW:
            self._marks.popleft()

    def restart(self) -> None:
        self._marks.clear()

    def per_second(self) -> float:
        if len(self._marks) < 2:
            return 0.0
        (begin, before), (end, seen) = self._marks[0], self._marks[-1]
        return (seen - before) / (end - begin) if end > begin else 0.0
