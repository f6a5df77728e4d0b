"""How many digits of thirty pictures are found and read, by a quick start that is trained for it.

`python -m benchmarks.photos FOLDER` keeps the pictures there to be looked at.
"""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from numpy.typing import NDArray

from benchmarks.camera import Taken, take
from benchmarks.scenes import SCENES
from benchmarks.turns import Row, show
from core.data.marks import Digit
from core.data.photo import look
from core.errors import DataError
from core.inference.networks import probabilities
from core.inference.photo import images_of
from core.model.presets import PRESETS
from core.runs.status import RunStatus
from core.runs.store import RunStore

Floats = NDArray[np.floating]
_SAME = 0.5
"""A box is a digit's if they share so much of what they cover together."""


def rows() -> Iterator[Row]:
    """Compare what is found and read with what is written on the thirty pictures."""
    counts = np.zeros(4, int)
    with tempfile.TemporaryDirectory() as folder:
        read = _network(RunStore(f"sqlite:///{folder}/runs.sqlite"))
        for seed, scene in enumerate(SCENES):
            counts += _measured(take(scene, seed), read)
    found, right, more, written = (int(number) for number in counts)
    yield Row("thirty photos: digits found / written", found, written, "")
    yield Row("… digits read as they are / written", right, written, "")
    yield Row("… marks that are no digit / written", more, written, "")


def _network(store: RunStore) -> Callable[[Floats], NDArray[np.int64]]:
    """Train a quick start in a store of its own, and return how it reads images (n, 28, 28)."""
    from core.training.job import run_job

    run = store.create(PRESETS["quick-start"].spec, "quick start")
    run_job(store, run.id)
    ended = store.get(run.id)
    assert ended.status is RunStatus.FINISHED, ended.message
    return lambda images: probabilities(store.url, run.id, ended.ended_at or 0.0, images).argmax(axis=1)


def _measured(taken: Taken, read: Callable[[Floats], NDArray[np.int64]]) -> NDArray[np.int_]:
    """Return how many digits are found and read, how many marks are none, and how many are written."""
    written = len(taken.digits)
    try:
        seen = look(taken.content, taken.name)
    except DataError:
        return np.array([0, 0, 0, written])
    digits = seen.readings[0].digits
    pairs = matched(digits, taken, seen.photo.shape)
    answers = read(images_of(digits))
    right = sum(answers[theirs] == taken.digits[ours] for ours, theirs in pairs)
    return np.array([len(pairs), right, len(digits) - len(pairs), written])


def matched(digits: tuple[Digit, ...], taken: Taken, shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return which digit written is which found, each once: its box covers the same, by half at least."""
    corners = [(one.left, one.top, one.left + one.width, one.top + one.height) for one in digits]
    found = np.array(corners) / [shape[1], shape[0], shape[1], shape[0]]
    ours, theirs = taken.boxes[:, None], found[None]
    sides = np.minimum(ours[..., 2:], theirs[..., 2:]) - np.maximum(ours[..., :2], theirs[..., :2])
    both = sides.clip(0).prod(axis=2)
    areas = [np.prod(boxes[..., 2:] - boxes[..., :2], axis=2) for boxes in (ours, theirs)]
    shared = both / (areas[0] + areas[1] - both)
    best = shared.argmax(axis=1)
    return [
        (at, int(other))
        for at, other in enumerate(best)
        if shared[at, other] > _SAME and shared[:, other].argmax() == at
    ]


def main() -> None:
    for seed, scene in enumerate(SCENES if len(sys.argv) > 1 else ()):
        taken = take(scene, seed)
        (Path(sys.argv[1]) / f"{seed:02} {scene.name} {taken.name}").write_bytes(taken.content)
    show(rows())


if __name__ == "__main__":
    main()
