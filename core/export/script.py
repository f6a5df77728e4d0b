"""A run as a Keras script that stands alone and trains the same network on Kaggle's files.

The template says again what `core.data`, `core.model.build` and `core.training` do; a test trains both and
holds every epoch equal. `# %%` begins a cell, as editors for notebooks understand it (`notebook`).
"""

import base64
import hashlib
import textwrap
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.data import mnist
from core.model import layers as L
from core.model.course import STATISTICS_IMAGES, legs, restarts, stages
from core.model.shapes import network_cost
from core.model.specs import Constant, ReduceOnPlateau, RunSpec
from core.names import kept
from core.runs.pools import MNIST
from core.runs.records import DatasetRecord, Run
from core.runs.store import RunStore

_POOLS: dict[str, str] = {"average": "GlobalAveragePooling2D", "max": "GlobalMaxPooling2D"}
_OPTIMIZERS: dict[str, str] = {
    "sgd": "SGD",
    "momentum": "SGD",
    "nesterov": "SGD",
    "adagrad": "Adagrad",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
}
_RATES = {
    "cosine": "Lowers the learning rate along half a cosine (Loshchilov & Hutter 2017).",
    "one_cycle": "Raises the learning rate, then lowers it further (one cycle, Smith & Topin 2019).",
}
_PLAIN = set("_.,:;×·()+-\u200c\u200d")


def run_script(store: RunStore, run: Run) -> bytes:
    """Return the script of a run as UTF-8.

    Raises:
        StoreError: the data set it was trained on is not here any more.
    """
    source = run.spec.data.source
    return script(run, None if source == MNIST else store.dataset_record(source)).encode()


def script(run: Run, dataset: DatasetRecord | None) -> str:
    """Return a Python script that trains a run's network on Kaggle's `train.csv`.

    Args:
        dataset: the uploaded file that the run was trained on, or None if it was the bundled MNIST.
    """
    spec = run.spec
    dropped = dataset.dropped if dataset else 0
    text: str = _template().render(
        name=f"“{_plain(run.name)}”",
        origin=_origin(run, dataset),
        spec=spec,
        size=f"{network_cost(spec.layers).parameters:,} parameters.",
        augmentation=spec.augmentation if spec.augmentation.is_on else None,
        dropout=any(isinstance(layer, L.Dropout) for layer in spec.layers),
        dropped=f"{dropped:,}" if dropped else "",
        fingerprint=dataset.fingerprint.removeprefix("csv-") if dataset else "",
        fingerprints=_test_images() if dropped else "",
        layers=[line for layer in spec.layers for line in _layer(layer)],
        optimizer=_optimizer(spec),
        rate=_rate(spec),
        stages=stages(spec),
        continued=restarts(spec),
        legs=legs(spec),
        batch_norm=any(getattr(layer, "batch_norm", "none") != "none" for layer in spec.layers),
        statistics_images=_number(STATISTICS_IMAGES),
        size_of_averaged="batches.size" if len(stages(spec)) > 1 else "BATCH_SIZE",
        staged=len(stages(spec)) > 1,
        size_of_batch="self.size" if len(stages(spec)) > 1 else "BATCH_SIZE",
        callbacks=_callbacks(spec),
        number=_number,
    )
    return text


def _template() -> Any:
    folder = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=folder, undefined=StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    return environment.get_template("script.py.j2")


@cache
def _test_images() -> str:
    """Return MNIST's test images as the script knows them: six bytes each, together in base 85."""
    images = mnist.test().images
    joined = b"".join(hashlib.blake2b(image.tobytes(), digest_size=6).digest() for image in images)
    return base64.b85encode(joined).decode()


def _plain(text: str) -> str:
    """Return a name without anything that means something in Python or Markdown."""
    signs = (sign if sign in _PLAIN or category(sign)[0] in "LMN" else " " for sign in text)
    return kept(" ".join("".join(signs).split()), 80) or "a run"


def _origin(run: Run, dataset: DatasetRecord | None) -> str:
    """Return how well the run did and what to expect of the script, in lines that fit a docstring."""
    scored = run.results
    said = f"The run {run.id} has not been measured yet."
    if scored:
        accuracy = f"{scored.val_accuracy:.4f} on {scored.val_images:,} images"
        said = f"The run {run.id} reached a validation accuracy of {accuracy}."
    if dataset:
        file = f"the file it was trained on, {_plain(dataset.name)}"
        told = f"This script gets the same numbers where {file}, is its train.csv."
    else:
        told = (
            "It was trained on images of MNIST's 60,000; train.csv holds others, so expect about the same, "
            "not exactly."
        )
    return textwrap.fill(f"{said} {told}", 106)


def _layer(layer: L.Layer) -> list[str]:
    """Return the Keras layers that one layer of a spec stands for, in the order of `build_model`."""
    match layer:
        case L.Conv2D():
            padding = f'padding="{layer.padding}"'
            return [f"Conv2D({layer.filters}, {layer.kernel_size}, {padding})", *_activated(layer)]
        case L.Dense():
            return [f"Dense({_number(layer.units)})", *_activated(layer)]
        case L.MaxPooling2D():
            return [f"MaxPooling2D({layer.pool_size})"]
        case L.Dropout():
            return [f"Dropout({_number(layer.rate)})"]
        case L.GlobalPooling2D():
            return [f"{_POOLS[layer.mode]}()"]
        case L.Flatten():
            return ["Flatten()"]


def _activated(layer: L.Activated) -> list[str]:
    name = f'Activation("{layer.activation}")'
    if layer.activation == "leaky_relu":
        name = f"LeakyReLU(negative_slope={_number(layer.negative_slope)})"
    normal = "BatchNormalization()"
    return {"none": [name], "before": [normal, name], "after": [name, normal]}[layer.batch_norm]


def _optimizer(spec: RunSpec) -> str:
    values = spec.optimizer.model_dump(exclude={"kind", "learning_rate"})
    words = ["LEARNING_RATE", *(f"{key}={_number(value)}" for key, value in values.items())]
    if spec.optimizer.kind == "nesterov":
        words.append("nesterov=True")
    return f"keras.optimizers.{_OPTIMIZERS[spec.optimizer.kind]}({', '.join(words)})"


def _rate(spec: RunSpec) -> dict[str, Any] | None:
    """Return what the template needs of a schedule that acts on every batch."""
    if isinstance(spec.schedule, Constant | ReduceOnPlateau):
        return None
    kind = spec.schedule.kind
    return {"kind": kind, "title": _RATES[kind], "schedule": spec.schedule}


def _callbacks(spec: RunSpec) -> list[str]:
    """Return the callbacks besides those that the template always has."""
    lines = ["ScheduledRate()"] if _rate(spec) else []
    home = "" if len(stages(spec)) > 1 else "keras.callbacks."
    if isinstance(spec.schedule, ReduceOnPlateau):
        plateau = spec.schedule
        words = f"factor={_number(plateau.factor)}, patience={plateau.patience}"
        rate = _number(plateau.min_learning_rate)
        lines.append(f"{home}ReduceLROnPlateau({words}, min_lr={rate})")
    if spec.early_stopping:
        lines.append(f"{home}EarlyStopping(patience={spec.early_stopping.patience})")
    return lines


def _number(value: float) -> str:
    """Return a number as Python reads it, with all its digits."""
    return f"{value:_}" if isinstance(value, int) else repr(value)
