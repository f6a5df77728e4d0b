"""A network that came with somebody's archive: built here, its file made anew, its predictions asked for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.predictions import Predictions
from core.data.dataset import Dataset
from core.data.prepare import normalise
from core.errors import DataError
from core.inference.networks import Floats, predict
from core.inference.weights import CONFIG, built, member
from core.model.shapes import network_cost
from core.model.specs import RunSpec, parse

MOST_IMAGES, FEWEST_IMAGES = 400, 20
_AFFORDABLE = 4_000_000_000
"""Multiply-adds, about a second, that asking may take; a network for which 20 images take more takes more."""
_TOLERANCE = 0.02
"""How far a probability may be from the one that came along: the rounding of other processors and of the
short floats of graphics cards makes up to a hundredth where a network wavers."""
_SHARE = 0.01
"""How many of the images may be answered otherwise all the same."""


_DECIDING = (
    *("batch_shape", "filters", "units", "kernel_size", "pool_size", "strides", "padding"),
    *("rate", "activation", "negative_slope", "epsilon", "use_bias", "depth_multiplier"),
)
"""What Keras says of a layer that changes its answers, or its size."""


@dataclass(frozen=True)
class Claim:
    """What a network is said to answer: probabilities float32 (n, 10) for images uint8 (n, 28, 28)."""

    images: NDArray[np.uint8]
    probabilities: Floats


@dataclass(frozen=True)
class Arrival:
    """A network that can be used here.

    Attributes:
        model: its `.keras` file, made here, of which nothing but the weights came from elsewhere.
        doubt: a sentence if it does not give the predictions that came along, else "".
    """

    model: bytes
    doubt: str


def claim(spec: RunSpec, pool: Dataset, said: Predictions) -> Claim:
    """Return what of the predictions on a pool is asked for: where they waver most, and evenly spread.

    Other weights show first where a network is not sure, so few images suffice.
    """
    cost = network_cost(spec.layers).multiply_adds
    half = min(max(_AFFORDABLE // max(1, cost), FEWEST_IMAGES), MOST_IMAGES) // 2
    wavering = np.argsort(said.probabilities.max(axis=1), kind="stable")[:half]
    spread = np.linspace(0, len(said.labels) - 1, half).astype(np.int64)
    rows = np.union1d(wavering, spread)
    return Claim(pool.images[said.index[rows]], said.probabilities[rows])


def checked(spec_json: str, model: bytes, claims: Sequence[Claim]) -> Arrival:
    """Build the network of a configuration with the weights of a stranger's `.keras` file, and ask it.

    Raises:
        DataError: the file does not hold this network or describes another, or it answers with no numbers.
    """
    from core.model.build import model_bytes

    spec, what = parse(spec_json), "The archive's model.keras"
    network = built(spec, model, what)
    check_description(member(CONFIG, spec, model, what), network, what)
    told = [(predict(network, normalise(one.images)), one.probabilities) for one in claims]
    network.optimizer.build(network.trainable_variables)  # at its beginning; else Keras warns who loads it
    return Arrival(model_bytes(network), _doubt(told))


def check_description(content: bytes, network: Any, what: str) -> None:
    """Refuse a file whose own words describe another network; they are compared and nothing else.

    Raises:
        DataError: they do, or cannot be read.
    """
    own = json.loads(json.dumps({"config": network.get_config()}))
    try:
        alike = _decisions(json.loads(content)) == _decisions(own)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise DataError(f"{what} does not describe a network: its {CONFIG} cannot be read.") from None
    if not alike:
        raise DataError(f"{what} describes another network than its configuration: see its {CONFIG}.")


def _decisions(model: Any) -> list[dict[str, Any]]:
    """Return of each layer, as Keras describes it, what decides its answers; blocks are unfolded."""
    found = []
    for layer in model["config"]["layers"]:
        kind, config = layer["class_name"], layer["config"]
        found.append({"kind": kind} | {key: config.get(key) for key in _DECIDING})
        if "layers" in config:
            found[-1]["inside"] = [_decisions(layer), _ways(config)]
    return found


def _ways(block: Any) -> list[Any]:
    """Return which layers of a block each of its layers follows, all by their places."""
    places = {layer["name"]: place for place, layer in enumerate(block["layers"])}
    return [[places[name] for name in _followed(layer["inbound_nodes"])] for layer in block["layers"]]


def _followed(said: Any) -> list[str]:
    """Return the names of the layers whose outputs a description of Keras mentions."""
    if isinstance(said, dict) and "keras_history" in said:
        return [said["keras_history"][0]]
    parts = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    return [name for part in parts for name in _followed(part)]


def _doubt(told: Sequence[tuple[Floats, Floats]]) -> str:
    """Return a sentence if answers and claims differ by more than other processors explain, else ""."""
    off = np.concatenate([np.zeros(0), *(np.abs(answer - said).max(axis=1) for answer, said in told)])
    others = int((off > _TOLERANCE).sum())
    if others <= _SHARE * len(off):
        return ""
    return (
        "The network in this file does not give the predictions that came with it: of "
        f"{len(off)} images it answers {others} otherwise, by up to {off.max():.0%} in probability. "
        "The accuracies shown are those of the file."
    )
