"""Carries a training's news to the store, a few times a second, and the user's commands back.

A store that is away never harms the training: news is kept and sent later. What ends a training at once is an
exception: another worker holds the run now (`TakenOverError`), or a paused one gave its worker back.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from core.analysis.film import Film
from core.analysis.film import to_bytes as film_bytes
from core.analysis.frames import Frame, to_bytes
from core.analysis.vitals import Vitals
from core.errors import StoreError
from core.host import host
from core.runs.artifacts import CHECKPOINT, FILM, FRAMES, MODEL, VITALS
from core.runs.records import EpochPoint, Progress, Results, StepPoint
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.words import duration

log = logging.getLogger(__name__)

INTERVAL = 0.25
"""Seconds between two exchanges with the store."""
KEPT_INTERVAL = 10.0
"""Seconds between two savings of the model that would be kept, while it trains; the last is always saved."""
CHECKPOINT_INTERVAL = 20.0
"""Seconds between two checkpoints in the store, at least."""
CHECKPOINT_SHARE, FILM_SHARE = 0.01, 0.005
"""The share of the time that writing them may take, and that writing frames, the film, the layers' or the
model may."""
PATIENCE = 300.0
"""How long what must not be lost, a run's results, waits for a store that is away."""


class GivenBack(Exception):  # noqa: N818 - an outcome, not an error
    """A paused run has let go of its worker, because another run waits for one."""


class Reporter:
    """A `Watcher` that writes to the store.

    Args:
        holder: the word by which the run is held.
        lets_go: whether a paused run gives its worker back when another run waits for one.
    """

    def __init__(
        self,
        store: RunStore,
        run_id: str,
        model_bytes: Callable[[Any], bytes],
        holder: str,
        lets_go: bool = False,
    ) -> None:
        self._store, self._run_id, self._model_bytes = store, run_id, model_bytes
        self._holder, self._lets_go = holder, lets_go
        self._checkpoint: Callable[[], bytes] | None = None
        """The last one, unless it is in the store."""
        self._next_checkpoint = time.monotonic() + CHECKPOINT_INTERVAL
        self._steps: list[StepPoint] = []
        self._epochs: list[EpochPoint] = []
        self._progress = Progress()
        self._command = Command.RUN
        self._frames: list[Frame] = []
        self._film: Film | None = None
        self._vitals: Vitals | None = None
        self._most = host().limits.minutes
        self._listened, self._trained = time.monotonic(), False
        self._ends_epoch = False
        """Whether an epoch is told of, and its checkpoint, which comes in a moment, is not there yet."""
        self.has_stepped = False
        self._sent = self._asked = 0.0
        self._next_frames = self._next_film = self._next_vitals = self._next_model = 0.0

    def on_step(self, point: StepPoint, progress: Progress) -> None:
        self._listened, self.has_stepped = time.monotonic(), True  # it is about to listen
        self._steps.append(point)
        self._progress = progress
        if time.monotonic() - self._sent >= INTERVAL:
            self._send()

    def on_epoch(self, point: EpochPoint, progress: Progress) -> None:
        self._ends_epoch = True
        self._epochs.append(point)
        self.on_progress(progress)

    def on_frame(self, frame: Frame) -> None:
        self._frames.append(frame)
        begin = time.monotonic()
        if begin >= self._next_frames:
            self.keep_if_possible(FRAMES, to_bytes(self._frames))
            self._next_frames = begin + (time.monotonic() - begin) / FILM_SHARE

    def on_film(self, film: Film) -> None:
        self._film = self._film.with_last(film) if self._film else film
        begin = time.monotonic()
        if begin >= self._next_film:
            self._keep_film(self._film)
            self._next_film = begin + (time.monotonic() - begin) / FILM_SHARE

    def on_vitals(self, vitals: Vitals) -> None:
        self._vitals = self._vitals.with_last(vitals) if self._vitals else vitals
        begin = time.monotonic()
        if begin >= self._next_vitals:
            self.keep_if_possible(VITALS, self._vitals.to_bytes())
            took = (time.monotonic() - begin) / FILM_SHARE
            self._next_vitals = begin + max(INTERVAL, took)

    def begin_with(self, frames: list[Frame], film: Film | None) -> None:
        """Go on from the frames and the film of the run that this one continues."""
        self._frames, self._film = frames, film

    def begin_where(self, progress: Progress) -> None:
        """Go on from where a run was when it was stopped: what is left to do does not change it."""
        self._progress = progress

    def begin_with_vitals(self, vitals: Vitals) -> None:
        """Go on from what was seen of the layers before."""
        self._vitals = vitals

    def keep_frames(self, last: Frame, film: Film) -> None:
        """Keep all frames and the film, the last of them that of the weights that the run keeps."""
        self.keep_if_possible(FRAMES, to_bytes([*self._frames, last]))
        self._keep_film(self._film.with_last(film) if self._film else film)

    def _keep_film(self, film: Film) -> None:
        self.keep_if_possible(FILM, film_bytes(film))

    def on_progress(self, progress: Progress) -> None:
        self._progress = progress
        self._send()

    def on_stage(self, stage: str) -> None:
        """Say what the worker does before and after the training itself."""
        self.on_progress(replace(self._progress, stage=stage))

    def on_kept(self, model: Any) -> None:
        begin = time.monotonic()
        if begin >= self._next_model:
            self.keep_if_possible(MODEL, self._model_bytes(model))
            took = (time.monotonic() - begin) / FILM_SHARE
            self._next_model = begin + max(KEPT_INTERVAL, took)

    def on_checkpoint(self, content: Callable[[], bytes]) -> None:
        self._checkpoint, self._ends_epoch = content, False
        if time.monotonic() >= self._next_checkpoint:
            self._try(self._keep_checkpoint)

    def on_pause(self, paused: bool) -> None:
        status = RunStatus.PAUSED if paused else RunStatus.RUNNING
        self._try(lambda: self._store.set_status(self._run_id, status, holder=self._holder))

    def on_trained(self, status: RunStatus, message: str) -> None:
        """Show a stop at once; other endings are told when the kept weights have been measured."""
        self._trained = True
        self._send()
        if self._vitals:
            self.keep_if_possible(VITALS, self._vitals.to_bytes())
        if status is RunStatus.STOPPED:
            told = self._told(status, message)
            self._try(lambda: self._store.set_status(self._run_id, status, told, self._holder))

    def command(self) -> Command:
        self._listened = time.monotonic()
        if time.monotonic() - self._asked >= INTERVAL:
            self._try(self._ask)
            self._asked = time.monotonic()
        return Command.STOP if self._is_over_time() else self._command

    def misses_a_stop(self, seconds: float) -> bool:
        """Return whether the run is to stop and its training has not listened for so long.

        What ends an epoch is waited for: without its checkpoint it would be shown, and its weights lost.
        """
        if self._trained or self._ends_epoch or time.monotonic() - self._listened < seconds:
            return False
        try:
            return self._store.command(self._run_id) is Command.STOP
        except StoreError:
            return False

    def break_off(self) -> None:
        """Keep what there is of a training that is ended from another thread, as a stopped run."""
        log.info("Run %s is stopped in the middle of a batch", self._run_id)
        self._try(self._keep_checkpoint)
        stopped = RunStatus.STOPPED
        self._try(lambda: self._store.set_status(self._run_id, stopped, holder=self._holder))

    def keep_if_possible(self, name: str, content: bytes) -> None:
        """Keep an artifact if the store takes it now."""
        self._try(lambda: self._store.put_artifact(self._run_id, name, content, self._holder))

    def keep(self, name: str, content: bytes) -> None:
        """Keep an artifact, waiting for the store if it is away."""
        self.patiently(lambda: self._store.put_artifact(self._run_id, name, content, self._holder))

    def finish(self, status: RunStatus, message: str, results: Results | None) -> None:
        """Send what is left and close the run, waiting for the store if it is away.

        Raises:
            StoreError: it stayed away for `PATIENCE` seconds.
        """
        self.patiently(self._record)
        told = self._told(status, message)
        self.patiently(lambda: self._store.end(self._run_id, status, told, results, self._holder))

    def patiently(self, action: Callable[[], None]) -> None:
        """Do `action`, again and again while the store is away.

        Raises:
            StoreError: it stayed away for `PATIENCE` seconds.
        """
        give_up = time.monotonic() + PATIENCE
        while True:
            try:
                action()
                return
            except StoreError as error:
                if time.monotonic() > give_up:
                    raise
                log.warning("Run %s waits for its store: %s", self._run_id, error)
                time.sleep(2 * INTERVAL)

    def _is_over_time(self) -> bool:
        """Return whether the run has trained for as long as this host allows."""
        return self._most is not None and self._progress.seconds >= 60 * self._most

    def _told(self, status: RunStatus, message: str) -> str:
        """Return what is said of the end, and the reason where nobody stopped it."""
        stopped_here = status is RunStatus.STOPPED and self._command is not Command.STOP
        if self._most is None or not (stopped_here and self._is_over_time()):
            return message
        return f"{message} It had trained for {duration(60 * self._most)}, as long as a run may take here."

    def _ask(self) -> None:
        self._command = self._store.command(self._run_id)
        if self._command is Command.PAUSE and self._lets_go and self._store.waiting():
            self._keep_checkpoint()
            if self._store.give_back(self._run_id, self._holder):
                raise GivenBack

    def _send(self) -> None:
        self._sent = time.monotonic()
        if self._try(self._record):
            self._steps, self._epochs = [], []

    def _record(self, kept: Mapping[str, bytes] | None = None) -> None:
        self._store.record(self._run_id, self._progress, self._steps, self._epochs, self._holder, kept)

    def _keep_checkpoint(self) -> None:
        """Write the last checkpoint, unless it is there, and all points until now, in one transaction."""
        begin = time.monotonic()
        kept = {CHECKPOINT: self._checkpoint()} if self._checkpoint else {}
        if kept and self._frames:
            kept[FRAMES] = to_bytes(self._frames)
        if kept and self._film:
            kept[FILM] = film_bytes(self._film)
        if kept and self._vitals:
            kept[VITALS] = self._vitals.to_bytes()
        self._record(kept)
        self._steps, self._epochs, self._checkpoint = [], [], None
        now = time.monotonic()
        self._next_checkpoint = now + max(CHECKPOINT_INTERVAL, (now - begin) / CHECKPOINT_SHARE)

    def _try(self, action: Callable[[], None]) -> bool:
        """Do `action`; if the store is away, say so in the log, keep going and return False."""
        try:
            action()
        except StoreError as error:
            log.warning("Run %s goes on without its store: %s", self._run_id, error)
            return False
        return True
