"""A network's `.keras` file, read without taking it at its word: it may be a stranger's.

Its description of the network is not opened. The network is built from the run's own configuration, and of
the file only the arrays are read that this network has: under the names that Keras gives them
(`keras.src.saving.saving_lib`: layers/conv2d_1/vars/0), where they lie in the file itself, plainly, with the
right shape and type. HDF5 is read by native code, which a crafted file may crash: the process of the pages
leaves it to the lane, whose worker may die.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.members import read_members
from core.errors import DataError
from core.inference.loading import load_keras
from core.model.shapes import network_cost
from core.model.specs import RunSpec

Floats = NDArray[np.float32]
METADATA, CONFIG, WEIGHTS = "metadata.json", "config.json", "model.weights.h5"
_MB = 1_000_000
_BYTES_A_WEIGHT, _BESIDE = 20, 4 * _MB
"""A weight has four bytes, and an optimizer keeps up to three numbers for each; HDF5 adds its own."""
_MEND = "train the run again, or import it anew"
_DAMAGED = (OSError, EOFError, KeyError, ValueError, TypeError, RuntimeError, OverflowError, MemoryError)
"""What h5py may raise on damaged content."""


def built(spec: RunSpec, content: bytes, what: str) -> Any:
    """Return the `keras.Sequential` of a configuration, compiled, with the weights of a `.keras` file.

    Args:
        what: the file in the sentences, such as "The archive's model.keras".

    Raises:
        DataError: the file is damaged, or does not hold exactly this network's weights as finite float32.
    """
    load_keras()  # in the terminal; workers have
    from core.model.build import compile_model

    weights = member(WEIGHTS, spec, content, what)
    model = compile_model(spec)
    variables = dict(_variables(model))
    arrays = read_arrays(weights, {path: tuple(v.shape) for path, v in variables.items()}, what)
    for path, variable in variables.items():
        variable.assign(arrays[path])
    return model


def member(name: str, spec: RunSpec, content: bytes, what: str) -> bytes:
    """Return one of the three files in a `.keras` file of the network of `spec`.

    Raises:
        DataError: it is not there, larger than this network needs, or beside files that do not belong there.
    """
    most = _BYTES_A_WEIGHT * network_cost(spec.layers).parameters + _BESIDE
    members = read_members(
        content, {METADATA: _MB, CONFIG: _MB, WEIGHTS: most}, what, only=[name], mend=_MEND
    )
    if name not in members:
        raise DataError(f"{what} is no Keras model: expected {name} in it.")
    return members[name]


def _variables(model: Any, within: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each variable of a model, seeds left out, with its place in the file that Keras makes.

    There, layers of one class are counted from 0, and a block's layers lie within its own.
    """
    counts: dict[str, int] = {}
    for layer in model.layers:
        kind = _snake_case(type(layer).__name__)
        at = counts.setdefault(kind, 0)
        counts[kind] += 1
        place = f"{within}layers/{kind}_{at}" if at else f"{within}layers/{kind}"
        if hasattr(layer, "layers"):
            yield from _variables(layer, f"{place}/")
        else:
            yield from ((f"{place}/vars/{n}", variable) for n, variable in enumerate(layer.weights))


def _snake_case(name: str) -> str:
    """Return a class's name as Keras writes it in files (`keras.src.utils.naming.to_snake_case`)."""
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def read_arrays(content: bytes, shapes: dict[str, tuple[int, ...]], what: str) -> dict[str, Floats]:
    """Return arrays of an HDF5 file by their places; whatever else is in the file is not opened.

    Raises:
        DataError: one is missing, has another shape or type, lies elsewhere, or is not finite.
    """
    import h5py

    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            return {path: _array(file, path, shape, what) for path, shape in shapes.items()}
    except DataError:
        raise
    except _DAMAGED as error:
        raise DataError(f"{what} is damaged, its weights cannot be read: {_MEND}.") from error


def _array(file: Any, path: str, shape: tuple[int, ...], what: str) -> Floats:
    found = _plain_dataset(file, path, what)
    if (found.shape, found.dtype) != (shape, np.float32):
        has = f"{_times(found.shape)} of {found.dtype}"
        raise _other_network(what, f"{path} is {has}, expected {_times(shape)} of float32")
    values = np.empty(shape, np.float32)  # never larger than the network itself
    found.read_direct(values)
    if not np.isfinite(values).all():
        raise DataError(f"{what} holds weights that are no finite numbers: {path}.")
    return values


def _plain_dataset(file: Any, path: str, what: str) -> Any:
    """Return the dataset at a place, if no link leads elsewhere and its numbers lie there unpacked."""
    import h5py

    found = file
    for part in path.split("/"):
        if not isinstance(found, h5py.Group) or not found.id.links.exists(part.encode()):
            raise _other_network(what, f"{path} is missing")
        if found.id.links.get_info(part.encode()).type != h5py.h5l.TYPE_HARD:
            raise DataError(f"{what} has a link at {path}, expected the weights themselves.")
        found = found[part]
    if not isinstance(found, h5py.Dataset):
        raise _other_network(what, f"{path} is missing")
    made = found.id.get_create_plist()
    plain = made.get_layout() in (h5py.h5d.CONTIGUOUS, h5py.h5d.COMPACT)
    if not plain or made.get_external_count() or made.get_nfilters():
        raise DataError(f"{what} has {path} packed or kept elsewhere, expected plain numbers.")
    return found


def _other_network(what: str, why: str) -> DataError:
    return DataError(f"{what} does not hold the network of its configuration: {why}.")


def _times(shape: tuple[int, ...] | None) -> str:
    return " × ".join(map(str, (shape or ())[:6])) or "one number"
