"""Where a training is, so that it can go on from there to the last digit: weights, optimizer, random states.

A checkpoint is taken at the end of each epoch. As bytes it is an `.npz` without pickles, and what is read is
held against the network it is for. It has the weights once, the optimizer's own numbers (twice the weights
for Adam) and the weights that the run keeps if they are another epoch's or averaged.
"""

import io
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from tokenize import TokenError
from typing import Any

import keras
import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from core.data.members import read_members
from core.errors import DataError
from core.runs.records import EpochPoint
from core.training.averaging import Averaging
from core.training.callbacks import Recorder, Watcher
from core.training.patience import EarlyStop, Plateau

WHAT = "The checkpoint"
_OTHER = f"{WHAT} does not fit this network: train the run anew."
_DTYPES = {"numbers": "<f4", "counts": "<i8", "best": "<f4", "facts": "|u1"}
_MOST_FACTS = 10_000


@dataclass(frozen=True)
class Checkpoint:
    """A training at the end of a whole epoch.

    Attributes:
        epoch, step, seconds: how much of it is done.
        kept: the epoch whose weights the run would keep if it ended here, if any.
        patience: the lowest validation loss, or None, and the epochs since, by callback.
        numbers: float32, all weights and then the optimizer's variables, one after another.
        counts: int64, what counts and draws: the optimizer's steps, the states of random generators.
        kept_numbers: float32, the weights of that epoch; empty where these are the last ones.
    """

    epoch: int
    step: int
    seconds: float
    kept: EpochPoint | None
    patience: dict[str, tuple[float | None, int]]
    numbers: NDArray[np.float32]
    counts: NDArray[np.int64]
    kept_numbers: NDArray[np.float32]

    def to_bytes(self) -> bytes:
        facts = {
            "epoch": self.epoch,
            "step": self.step,
            "seconds": self.seconds,
            "best": asdict(self.kept) if self.kept else None,
            "patience": self.patience,
        }
        buffer = io.BytesIO()
        told = np.frombuffer(json.dumps(facts).encode(), np.uint8)
        np.savez(buffer, numbers=self.numbers, counts=self.counts, best=self.kept_numbers, facts=told)
        return buffer.getvalue()


def read(content: bytes, model: Any) -> Checkpoint:
    """Return the checkpoint that `to_bytes` wrote, for a compiled model.

    Raises:
        DataError: it is damaged or another network's; one sentence.
    """
    floats, wholes = _sizes(_state(model))
    sizes = {"numbers": floats, "counts": wholes, "best": _sizes(model.weights)[0], "facts": _MOST_FACTS}
    most = {f"{name}.npy": 8 * size + 4096 for name, size in sizes.items()}
    members = read_members(content, most, WHAT, mend="train the run anew")
    arrays = {name: _array(members.get(f"{name}.npy", b""), name) for name in sizes}
    best_fits = len(arrays["best"]) in (0, sizes["best"])
    if (len(arrays["numbers"]), len(arrays["counts"])) != (floats, wholes) or not best_fits:
        raise DataError(_OTHER)
    try:
        facts = json.loads(arrays["facts"].tobytes())
        kept = EpochPoint(**facts["best"]) if facts["best"] else None
        patience = {name: (value, int(wait)) for name, (value, wait) in facts["patience"].items()}
        done = int(facts["epoch"]), int(facts["step"]), float(facts["seconds"])
    except (ValueError, TypeError, KeyError, AttributeError):
        raise DataError(f"{WHAT} is damaged: train the run anew.") from None
    return Checkpoint(*done, kept, patience, arrays["numbers"], arrays["counts"], arrays["best"])


def reached(content: bytes | None) -> tuple[int, int]:
    """Return after which epoch and step a checkpoint was taken; zeros where there is none.

    Raises:
        DataError: it is damaged.
    """
    if content is None:
        return 0, 0
    facts = json.loads(_only(content, "facts").tobytes())
    return int(facts["epoch"]), int(facts["step"])


def learned(content: bytes, model: Any) -> tuple[int, list[NDArray[np.float32]]]:
    """Return after which epoch a checkpoint was taken, and the network's weights then, without its optimizer.

    Where weights are averaged, these are the ones that the training goes on from.

    Args:
        model: the network, compiled or not.

    Raises:
        DataError: it is damaged or a smaller network's; one sentence.
    """
    numbers = _only(content, "numbers")
    if len(numbers) < _sizes(model.weights)[0]:
        raise DataError(_OTHER)
    return reached(content)[0], _parted(numbers, model)


def put(checkpoint: Checkpoint, model: Any) -> list[NDArray[np.float32]]:
    """Bring a compiled model to where a checkpoint was taken; return the weights kept until then."""
    left: dict[bool, Any] = {False: checkpoint.numbers, True: checkpoint.counts}
    for variable in _state(model):
        whole, size = _is_whole(variable), math.prod(variable.shape)
        part, left[whole] = left[whole][:size], left[whole][size:]
        variable.assign(part.astype(variable.dtype).reshape(variable.shape))
    if checkpoint.kept is None:
        return []
    kept = checkpoint.kept_numbers if len(checkpoint.kept_numbers) else checkpoint.numbers
    return _parted(kept, model)


class Checkpoints(keras.callbacks.Callback):  # type: ignore[misc]
    """Takes a checkpoint at the end of each epoch and hands it to the watcher.

    It stands behind all callbacks that change something then.
    """

    def __init__(
        self,
        recorder: Recorder,
        averaging: Averaging | None,
        waiting: Sequence[EarlyStop | Plateau],
        watcher: Watcher,
    ) -> None:
        super().__init__()
        self._recorder, self._averaging, self._waiting = recorder, averaging, waiting
        self._watcher = watcher
        self.last: Checkpoint | None = None

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        done, kept = self._recorder.epochs[-1], self._recorder.kept
        weights = self._averaging.plain() if self._averaging else self.model.get_weights()
        others = _state(self.model)[len(weights) :]
        values = [*weights, *(keras.ops.convert_to_numpy(variable) for variable in others)]
        again = kept is not None and (kept.epoch != done.epoch or self._averaging is not None)
        self.last = Checkpoint(
            done.epoch,
            done.step,
            done.seconds,
            kept,
            {waiter.label: (waiter.best, waiter.wait) for waiter in self._waiting},
            _joined([v for v in values if v.dtype.kind == "f"], np.float32),
            _joined([v for v in values if v.dtype.kind != "f"], np.int64),
            _joined(self._recorder.kept_weights if again else [], np.float32),
        )
        self._watcher.on_checkpoint(self.last.to_bytes)


def _parted(numbers: NDArray[np.float32], model: Any) -> list[NDArray[np.float32]]:
    """Return a network's weights, which lie at the head of `numbers` one after another."""
    places = np.cumsum([math.prod(weight.shape) for weight in model.weights])
    parts = np.split(numbers[: places[-1]], places[:-1])
    return [part.reshape(weight.shape) for part, weight in zip(parts, model.weights, strict=True)]


def _state(model: Any) -> list[Any]:
    """Return all variables that decide how a training goes on: first the weights."""
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    weights = {id(weight) for weight in model.weights}
    random = [variable for variable in model.variables if id(variable) not in weights]
    return [*model.weights, *model.optimizer.variables, *random]


def _sizes(variables: Sequence[Any]) -> tuple[int, int]:
    """Return how many fractions and how many whole numbers variables hold."""
    sizes = [(math.prod(variable.shape), _is_whole(variable)) for variable in variables]
    return sum(n for n, whole in sizes if not whole), sum(n for n, whole in sizes if whole)


def _is_whole(variable: Any) -> bool:
    return not keras.backend.is_float_dtype(variable.dtype)


def _joined(arrays: Sequence[Any], dtype: Any) -> Any:
    return np.concatenate([np.zeros(0, dtype), *(array.ravel().astype(dtype) for array in arrays)])


def _only(content: bytes, name: str) -> Any:
    """Return one of a checkpoint's arrays; the others stay where they are."""
    limits = {f"{name}.npy": len(content) for name in _DTYPES}
    members = read_members(content, limits, WHAT, mend="train the run anew", only=(f"{name}.npy",))
    return _array(members.get(f"{name}.npy", b""), name)


def _array(content: bytes, name: str) -> Any:
    """Return a one-dimensional array of the dtype that belongs to `name`."""
    stream = io.BytesIO(content)
    try:
        version = npy.read_magic(stream)
        shape, _, kind = npy.read_array_header_1_0(stream) if version == (1, 0) else ((), False, None)
        body = content[stream.tell() :]
        if kind == np.dtype(_DTYPES[name]) and len(shape) == 1 and len(body) == shape[0] * kind.itemsize:
            return np.frombuffer(body, kind)
    except (ValueError, SyntaxError, TokenError, TypeError, OverflowError, EOFError):
        pass
    raise DataError(f"{WHAT} is damaged: train the run anew.")
