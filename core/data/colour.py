"""Colours projected on the one line along which ink parts best from paper."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def project(differing: Floats) -> tuple[Floats, float, float]:
    """Return how much ink is where, float32 (h, w): 0 on paper, about 1 in strokes; see `standing_out`.

    It is Fisher's linear discriminant (1936) between the places that stand out most and those that hardly
    do: coloured lines on the paper count as paper, and weigh little where the ink differs from them.

    Returns:
        The ink, the paper's own spread in the same units (a robust standard deviation), and how much the ink
        stands out in its strongest colour, 0…1.
    """
    flat = differing.reshape(-1, 3)
    flat = flat - np.median(flat[::7], axis=0).astype(np.float32)
    strength = flat.mean(axis=1)
    most = float(np.quantile(strength, 0.999))
    if most <= 0:
        return np.zeros(differing.shape[:2], np.float32), 0.0, 0.0
    stroke = flat[strength > 0.6 * most].mean(axis=0)
    paper = flat[strength < 0.25 * most][::3]
    spread = np.cov(paper.T) + 1e-4 * np.eye(3)
    weights = np.linalg.solve(spread, stroke).clip(0).astype(np.float32)
    if not weights @ stroke > 0:
        weights = np.ones(3, np.float32)
    ink = (flat @ (weights / (weights @ stroke))).reshape(differing.shape[:2])
    noise = 1.4826 * float(np.median(np.abs(ink.ravel()[::7])))
    return ink, noise, float(stroke.max())
