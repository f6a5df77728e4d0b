"""How many images a network still reads when they are disturbed."""

import numpy as np
from numpy.typing import NDArray

from core.data.disturb import DISTURBANCES, Floats
from core.inference.networks import network, predict


def right_answers(
    url: str,
    run_id: str,
    ended_at: float,
    images: Floats,
    labels: NDArray[np.uint8],
    kind: str,
    amount: float,
) -> int:
    """Return how many of the images (n, 28, 28), 0…1, are read right when disturbed by `amount`.

    Args:
        kind: a key of `DISTURBANCES`.

    Raises:
        DataError, StoreError: as in `core.inference.networks.network`.
    """
    disturbed = DISTURBANCES[kind].apply(images, amount)
    answers = predict(network(url, run_id, ended_at), disturbed)
    return int((answers.argmax(axis=1) == labels).sum())
