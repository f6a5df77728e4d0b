"""Over-fitting, as eight real trainings: the presentation's two networks with and without what helps.

1,000 images are few enough that the networks can learn them by heart within minutes on two cores. Batch
normalisation is left out: on so few batches its moving averages make validation jump.
`python -m benchmarks.overfitting` trains the eight anew and writes the file that comes with the app.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from core.home import ASSETS
from core.model.augmentations import Augmentation
from core.model.layers import Activated, Dropout
from core.model.presets import PRESETS
from core.model.specs import Data, RunSpec
from core.runs.records import EpochPoint, History, Steps

FILE = ASSETS / "overfitting.json"
_PRESETS = {"2 × Conv2D": "2conv2d-bn-rmsprop", "4 × Conv2D": "4conv2d-adam"}
NETWORKS = tuple(_PRESETS)
_ADAM = PRESETS["4conv2d-adam"].spec
_DATA = Data(images=4_000, validation_share=0.75)
_AUGMENTATION = Augmentation(rotation=10, zoom=0.1, width_shift=0.1, height_shift=0.1)
EPOCHS = 30


@dataclass(frozen=True)
class Variant:
    """One of the eight: a network of `NETWORKS`, with or without dropout and augmentation."""

    network: str
    dropout: bool
    augmentation: bool

    @property
    def name(self) -> str:
        helps = [word for word, on in (("dropout", self.dropout), ("augmentation", self.augmentation)) if on]
        return f"{self.network}, {' and '.join(helps) or 'neither'}"

    @property
    def spec(self) -> RunSpec:
        """The configuration that the file's curves come from, with seed 0."""
        layers = tuple(
            layer.model_copy(update={"batch_norm": "none"}) if isinstance(layer, Activated) else layer
            for layer in PRESETS[_PRESETS[self.network]].spec.layers
            if self.dropout or not isinstance(layer, Dropout)
        )
        helped = {"augmentation": _AUGMENTATION} if self.augmentation else {}
        return _ADAM.model_copy(update={"layers": layers, "data": _DATA, "epochs": EPOCHS} | helped)


VARIANTS = tuple(Variant(*chosen) for chosen in product(NETWORKS, (False, True), (False, True)))


def to_json(histories: Mapping[Variant, History]) -> str:
    """Return the epochs of trained variants as text; `bundled` reads it back."""
    rows = [
        asdict(variant) | {"epochs": [asdict(point) for point in history.epochs]}
        for variant, history in histories.items()
    ]
    return json.dumps(rows, indent=None, separators=(",", ":")) + "\n"


@lru_cache(maxsize=1)
def bundled() -> Mapping[Variant, History]:
    """Return the curves that come with the app, one training (seed 0) for each of `VARIANTS`."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))
    return {_variant(row): _history(row["epochs"]) for row in rows}


def _variant(row: dict[str, Any]) -> Variant:
    return Variant(row["network"], row["dropout"], row["augmentation"])


def _history(epochs: list[dict[str, Any]]) -> History:
    none = np.zeros(0)
    steps = Steps(none.astype(np.int64), none, none, none)
    return History(steps, tuple(EpochPoint(**epoch) for epoch in epochs))
