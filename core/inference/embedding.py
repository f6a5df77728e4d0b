"""A map of images as a network sees them, by its last hidden layer; worked out in the lane."""

from core.analysis.embedding import Floats, Projection, embedded
from core.inference.layers import hidden


def embedding(
    url: str, run_id: str, ended_at: float, images: Floats, projection: Projection
) -> tuple[Floats, float | None]:
    """Return points (n, 2) for images (n, 28, 28), and for PCA the share of variance, as in `embedded`.

    Raises:
        DataError, StoreError: as in `core.inference.networks.network`.
    """
    return embedded(hidden(url, run_id, ended_at, images), projection)
