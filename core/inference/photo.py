"""Reading the digits of a photograph by saved networks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.data.drawing import prepare_drawing
from core.data.marks import Digit
from core.data.photo import Ink, Reading, look
from core.inference.networks import Floats, probabilities
from core.runs.records import Run
from core.runs.store import RunStore


def images_of(digits: Sequence[Digit]) -> Floats:
    """Return digits as a network reads them, float32 (n, 28, 28) in 0…1."""
    return np.stack([prepare_drawing(digit.ink).image for digit in digits])


def predict_image(
    store: RunStore, run_ids: Sequence[str], path: Path, ink: Ink = "auto", contrast: float = 1
) -> list[dict[str, Any]]:
    """Return for each digit of a picture its place, its ink and what each run reads, ready for JSON.

    Where it is unsure which is the ink, the digits in dark ink and those in light ink are all there, the
    likelier first. Places are in pixels of the picture as it is looked at: upright, its longer side at most
    `core.data.picture.SIDE`.

    Raises:
        DataError: the picture or a run's model cannot be read.
        RunNotFoundError, StoreError: a run is not there, or the store.
    """
    runs = [store.get(run_id) for run_id in run_ids]
    seen = look(path, path.name, ink, contrast)
    return [row for reading in seen.readings for row in _rows(store, runs, reading)]


def _rows(store: RunStore, runs: Sequence[Run], reading: Reading) -> list[dict[str, Any]]:
    images = images_of(reading.digits)
    answers = [probabilities(store.url, run.id, run.ended_at or 0.0, images) for run in runs]
    return [
        {
            "box": {side: getattr(digit, side) for side in ("top", "left", "height", "width")},
            "ink": reading.ink,
            "runs": [
                {
                    "run_id": run.id,
                    "name": run.name,
                    "digit": int(answer[at].argmax()),
                    "probabilities": [round(float(p), 6) for p in answer[at]],
                }
                for run, answer in zip(runs, answers, strict=True)
            ],
        }
        for at, digit in enumerate(reading.digits)
    ]
