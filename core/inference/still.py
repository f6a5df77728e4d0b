"""What each layer makes of a few images by the weights that a run kept."""

from core.analysis.film import Film, Pixels
from core.inference.film import filmed
from core.inference.networks import network, store_at


def still(url: str, run_id: str, ended_at: float, images: Pixels, labels: Pixels, epoch: int) -> Film:
    """Return a film of one frame by the weights that a run kept.

    Raises:
        DataError, StoreError: as in `network`.
    """
    layers = store_at(url).get(run_id).spec.layers
    return filmed(network(url, run_id, ended_at), layers, images, labels, epoch)
