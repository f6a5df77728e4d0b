"""What the curve doctor has before it: the curves of a run as columns, and what follows from its spec."""

from dataclasses import dataclass
from functools import cached_property
from math import isfinite, log

import numpy as np

from core.analysis.origin import UNKNOWN, Origin
from core.analysis.signs.remedies import is_large
from core.analysis.signs.trends import Curve, falls_smoothly, is_flat
from core.analysis.units import LayerUnits, Units
from core.analysis.vitals import Vitals
from core.model import layers as L
from core.model.specs import RunSpec
from core.runs.records import EpochPoint, History, Results
from core.runs.status import RunStatus
from core.words import so_many

GUESSING = log(10)
"""The loss of a network that gives each of ten digits the same probability."""
CHANCE_ACCURACY, CHANCE_LOSS = 0.2, 0.95 * GUESSING
"""No digit makes up more than 11.2% of MNIST; the rest is room for a hundred validation images."""
UNTRAINED_LOSS = 1.2 * GUESSING
"""A fresh network is hardly worse; what is worse has been thrown there."""
AT_CHANCE_EPOCHS = 2
ENOUGH_EPOCHS = 4
"""For a trend."""
EPOCHS_TO_BE_FLAT = 6
HIGH_LOSS, HIGH_ERROR = 0.25, 0.1
"""What a network of a few thousand weights undercuts on these digits within a few epochs."""
SMALL_GAP = 1.5
ENOUGH_IMAGES = 50
"""For a unit that gives none of them anything to be called dead."""
LOST = 0.75
"""Share of dead units: what is left of such a layer carries hardly anything."""
STANDSTILL = 0.001
"""A loss that falls by less each epoch, in nats, stands still."""
BATCH_NORM_BATCHES = 300
"""Keras' batch normalisation validates with running means of momentum 0.99: 0.99^300 is 5%."""


@dataclass(frozen=True)
class Case:
    """One run, or what is visible of it so far."""

    spec: RunSpec
    history: History
    status: RunStatus
    units: Units | None
    results: Results | None = None
    origin: Origin = UNKNOWN
    vitals: Vitals | None = None

    @cached_property
    def epochs(self) -> tuple[EpochPoint, ...]:
        """The whole epochs with finite losses; a lone one also if it was broken off."""
        finite = [p for p in self.history.epochs if isfinite(p.loss) and isfinite(p.val_loss)]
        if len(finite) > 1 and finite[-1].step - finite[-2].step < self._batches(finite[0], finite[-1]):
            finite.pop()
        return tuple(finite)

    def _batches(self, first: EpochPoint, last: EpochPoint) -> float:
        """Return how many batches the last epoch has at least if it is whole: the batch may double."""
        size = self.spec.batch_size_in
        return (first.step - 1) * size(first.epoch) / size(last.epoch) + 1e-9

    @cached_property
    def training(self) -> Curve:
        return self._column("loss")

    @cached_property
    def validation(self) -> Curve:
        return self._column("val_loss")

    @cached_property
    def rates(self) -> Curve:
        return self._column("learning_rate")

    def _column(self, name: str) -> Curve:
        return np.array([getattr(point, name) for point in self.epochs], np.float64)

    @property
    def validated(self) -> int:
        """How many images validate."""
        data = self.spec.data
        return max(1, round(data.images * (1 / data.folds if data.folds else data.validation_share)))

    @property
    def is_over(self) -> bool:
        return self.status.is_finished()

    @property
    def seen(self) -> str:
        """How much of the run there is to see: "After 5 of 12 epochs"."""
        return f"After {len(self.epochs)} of {so_many(self.spec.epochs, 'epoch')}"

    @property
    def diverged(self) -> bool:
        finite = all(isfinite(point.val_loss) for point in self.history.epochs)
        return self.status is RunStatus.DIVERGED or not finite

    @cached_property
    def settled(self) -> int:
        """The first place at which batch normalisation's running means can be trusted; 0 without it.

        Never in the second half, so that something is left to look at.
        """
        if not self.spec.has_batch_norm:
            return 0
        early = sum(point.step < BATCH_NORM_BATCHES for point in self.epochs)
        return min(early, len(self.epochs) // 2)

    @cached_property
    def chance_since(self) -> int | None:
        """The place from which on the network only guesses, to the end; None if it learns."""
        at = len(self.epochs)
        while at > self.settled and _guesses(self.epochs[at - 1]):
            at -= 1
        if len(self.epochs) - at < AT_CHANCE_EPOCHS or self._creeps_down():
            return None
        return 0 if at == self.settled else at

    def _creeps_down(self) -> bool:
        late = self.training[-6:]
        steady = falls_smoothly(late, share=1.0) and bool(np.diff(late).max() < -STANDSTILL)
        return steady and bool(late[-1] < UNTRAINED_LOSS)

    @property
    def steps_too_large(self) -> bool:
        """Whether a run that only guesses was thrown there: by its rate, after it had learned, or dead."""
        collapsed = bool(self.chance_since) and self.validation.min() < 0.8 * GUESSING
        return is_large(self.spec) or collapsed or bool(self.lost_layers)

    @property
    def is_flat_and_high(self) -> bool:
        """Whether both curves lie flat and together at a high loss."""
        if len(self.epochs) < EPOCHS_TO_BE_FLAT:
            return False
        last = self.epochs[-1]
        accuracy, loss = max(last.accuracy, last.val_accuracy), min(last.loss, last.val_loss)
        high = loss > HIGH_LOSS and accuracy < 1 - HIGH_ERROR and last.val_loss < SMALL_GAP * last.loss
        return high and is_flat(self.training) and is_flat(self.validation)

    def named(self, place: int) -> str:
        """Return the layer at a place, counted from 1, in words; what follows the last is softmax."""
        layers = self.spec.layers
        return f"layer {place} ({layers[place - 1].line()})" if place <= len(layers) else "the softmax layer"

    @property
    def lost_layers(self) -> list[LayerUnits]:
        """The layers that let almost nothing through at the end."""
        return [row for row, _ in self.layers if row.share >= LOST]

    @property
    def layers(self) -> list[tuple[LayerUnits, L.Activated]]:
        """The counted layers with their specs; rows that do not belong to this network are left out.

        None after few images: a unit that is silent for six digits need not be dead.
        """
        rows = self.units.last if self.units and self.units.images >= ENOUGH_IMAGES else ()
        known = [(row, self.spec.layers[row.layer - 1]) for row in rows if row.layer <= len(self.spec.layers)]
        return [(row, layer) for row, layer in known if isinstance(layer, L.Activated)]


def _guesses(point: EpochPoint) -> bool:
    accuracy, loss = max(point.accuracy, point.val_accuracy), min(point.loss, point.val_loss)
    return accuracy <= CHANCE_ACCURACY and loss >= CHANCE_LOSS
