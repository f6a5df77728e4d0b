"""What test-time copies change: a network asked about each image once, and about changed copies of it too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from core.inference.ensemble import Floats, Images, Named, Told, answers
from core.inference.networks import network

PIECE = 100
"""Images that are asked at a time: between two pieces others' questions are answered."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What a network says of images with and without copies, float32 (n, 10), and how long each took."""

    plain: Floats
    averaged: Floats
    seconds: float
    seconds_with: float

    @property
    def slower(self) -> float:
        """How many times as long it takes with copies."""
        return self.seconds_with / max(self.seconds, 1e-9)


def asked(url: str, run_id: str, ended_at: float, images: Images, copies: int) -> Asked:
    """Ask a run's network about images uint8 (n, 28, 28), then about `copies` of each as well (`answers`).

    Raises:
        DataError, StoreError: as in `core.inference.networks.network`.
    """
    name = (url, run_id, ended_at)
    network(*name)  # loading it is no part of the time
    began = perf_counter()
    plain = answers(*name, images, 0)
    between = perf_counter()
    averaged = answers(*name, images, copies)
    return Asked(plain, averaged, between - began, perf_counter() - between)


Ask = Callable[[str, str, float, Images, int], Asked]


def asked_in_pieces(
    name: Named, images: Images, copies: int, ask: Ask = asked, told: Told = lambda share: None
) -> Asked:
    """Return the same, asked in pieces.

    Args:
        ask: asks about one piece; a page lets the lane do it.
        told: hears what share is done.
    """
    parts = []
    for start in range(0, len(images), PIECE):
        parts.append(ask(*name, images[start : start + PIECE], copies))
        told(min(1.0, (start + PIECE) / len(images)))
    return _together(parts)


def _together(parts: Sequence[Asked]) -> Asked:
    def joined(arrays: list[Floats]) -> NDArray[np.float32]:
        return np.concatenate(arrays) if arrays else np.zeros((0, 10), np.float32)

    return Asked(
        joined([part.plain for part in parts]),
        joined([part.averaged for part in parts]),
        sum(part.seconds for part in parts),
        sum(part.seconds_with for part in parts),
    )
