"""The network of a run that trains, by the weights of its last checkpoint; runs in the lane's worker."""

from functools import lru_cache
from typing import Any

from core.errors import DataError
from core.inference.loading import load_keras
from core.inference.networks import store_at
from core.runs.artifacts import CHECKPOINT
from core.training.reporter import CHECKPOINT_INTERVAL

NOT_YET = (
    "This run's weights are not in the store yet: its worker writes them at the end of an epoch, every "
    f"{CHECKPOINT_INTERVAL:g} seconds at most. Try it again then."
)


def learning(url: str, run_id: str) -> tuple[int, Any]:
    """Return after which epoch a run's last checkpoint was taken, and its network then, a `keras.Sequential`.

    The network is good until the next question, which gives it other weights.

    Args:
        url: the store's.

    Raises:
        DataError: the run has no checkpoint, or it is damaged.
        StoreError: the run is not there, or the store cannot be read.
    """
    load_keras()  # in the terminal; workers have
    from core.training.checkpoint import learned

    content = store_at(url).artifact(run_id, CHECKPOINT)
    if content is None:
        raise DataError(NOT_YET)
    model = _network(url, run_id)
    epoch, weights = learned(content, model)
    model.set_weights(weights)
    return epoch, model


@lru_cache(maxsize=4)
def _network(url: str, run_id: str) -> Any:
    """Return the untrained network of a run: to make it anew would take longer than most questions."""
    from core.model.build import build_model

    return build_model(store_at(url).get(run_id).spec.layers)
