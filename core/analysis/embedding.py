"""Images as points of a plane: near each other where the network sees them alike."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Projection = Literal["PCA", "t-SNE"]
PERPLEXITY = 30.0


def embedded(hidden: Floats, projection: Projection, seed: int = 0) -> tuple[Floats, float | None]:
    """Return points float32 (n, 2) for the activations float32 (n, units) of a layer.

    "PCA" keeps directions and distances as far as two axes can; its second value is the share of the
    variance that they hold. "t-SNE" (van der Maaten & Hinton 2008) keeps neighbours, not distances, and has
    no such share: None. Fewer than three images, or a layer without any difference, are put at 0.
    """
    if len(hidden) < 3 or not np.ptp(hidden, axis=0).any():
        return np.zeros((len(hidden), 2), np.float32), None
    if projection == "PCA":
        return _principal(hidden)
    from sklearn.manifold import TSNE

    start = _principal(hidden)[0]
    perplexity = min(PERPLEXITY, (len(hidden) - 1) / 3)
    spread = max(float(start[:, 0].std()), 1e-12)
    points = TSNE(init=start / spread * 1e-4, perplexity=perplexity, random_state=seed).fit_transform(hidden)
    return points.astype(np.float32), None


def _principal(hidden: Floats) -> tuple[Floats, float]:
    from sklearn.decomposition import PCA

    axes = min(2, hidden.shape[1])
    model = PCA(axes, random_state=0).fit(hidden)
    points = np.zeros((len(hidden), 2), np.float32)
    points[:, :axes] = model.transform(hidden)
    return points, float(model.explained_variance_ratio_.sum())
