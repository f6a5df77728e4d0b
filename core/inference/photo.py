"""Reading the digits of a photograph by saved networks."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from core.data.drawing import prepare_drawing
from core.data.photo import Box, find_digits, ink_of, read_photo
from core.inference.networks import Floats, probabilities
from core.runs.store import RunStore


def digits_of(source: bytes | Path, name: str) -> tuple[list[Box], Floats]:
    """Return where a picture's digits are, and each as float32 (n, 28, 28) in 0…1.

    Raises:
        DataError: it is no picture, or there is no digit in it.
    """
    ink = ink_of(read_photo(source, name))
    boxes = find_digits(ink)
    return boxes, np.stack([prepare_drawing(box.cut(ink)).image for box in boxes])


def predict_image(store: RunStore, run_ids: Sequence[str], path: Path) -> list[dict[str, Any]]:
    """Return for each digit of a picture its place and what each run reads, ready for JSON.

    Raises:
        DataError: the picture or a run's model cannot be read.
        RunNotFoundError, StoreError: a run is not there, or the store.
    """
    runs = [store.get(run_id) for run_id in run_ids]
    boxes, images = digits_of(path, path.name)
    answers = [probabilities(store.url, run.id, run.ended_at or 0.0, images) for run in runs]
    return [
        {
            "box": {"top": box.top, "left": box.left, "height": box.height, "width": box.width},
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
        for at, box in enumerate(boxes)
    ]
