"""A run as a Keras script that stands alone and trains the same network on Kaggle's files.

The template says again what `core.data`, `core.model.build` and `core.training` do; a test trains both and
holds every epoch equal. `# %%` begins a cell, as editors for notebooks understand it (`notebook`).
"""

import base64
import hashlib
import textwrap
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.data import mnist
from core.data.augment import changed
from core.export.functions import sources
from core.export.source import number, source
from core.model.augmentations import Augmentation
from core.model.course import STATISTICS_IMAGES, legs, restarts, stages
from core.model.kind import KerasBlock
from core.model.shapes import keras_parts, network_cost
from core.model.specs import RunSpec
from core.names import kept
from core.runs.pools import MNIST
from core.runs.records import DatasetRecord, Run
from core.runs.status import RunStatus
from core.runs.store import RunStore
from core.words import count, listed

BROKEN_OFF = (RunStatus.STOPPED, RunStatus.INTERRUPTED)
"""Ends before which a script goes on: it stops for nobody."""
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
    spec, parts = run.spec, list(keras_parts(run.spec.layers))
    dropped, staged = dataset.dropped if dataset else 0, len(stages(spec)) > 1
    text: str = _template().render(
        name=f"“{_plain(run.name)}”",
        origin=_origin(run, dataset),
        spec=spec,
        size=f"{network_cost(spec.layers).parameters:,} parameters.",
        augmentation=_augmentation(spec.augmentation) if spec.augmentation.is_on else None,
        random=_random(spec),
        dropped=f"{dropped:,}" if dropped else "",
        fingerprint=dataset.fingerprint.removeprefix("csv-") if dataset else "",
        fingerprints=_test_images() if dropped else "",
        layers=[source(part, indent=8) for part in parts],
        blocks=any(isinstance(part, KerasBlock) for part in parts),
        optimizer=_optimizer(spec),
        rate=_rate(spec),
        stages=stages(spec),
        continued=restarts(spec),
        legs=legs(spec),
        batch_norm=spec.has_batch_norm,
        statistics_images=number(STATISTICS_IMAGES),
        size_of_averaged="batches.size" if staged else "BATCH_SIZE",
        staged=staged,
        size_of_batch="self.size" if staged else "BATCH_SIZE",
        callbacks=_callbacks(spec),
        number=number,
    )
    return text


def _template() -> Any:
    folder = FileSystemLoader(Path(__file__).parent)
    # It writes Python, where & is no &amp;.
    environment = Environment(  # noqa: S701
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
    """Return how the run went and what to expect of the script, in lines that fit a docstring."""
    if dataset:
        file = f"the file it was trained on, {_plain(dataset.name)}"
        which = "Until then it" if run.status in BROKEN_OFF else "This script"
        told = f"{which} gets the same numbers, but for rounding, where {file}, is its train.csv."
    else:
        until = " until then" if run.status in BROKEN_OFF else ""
        told = (
            "It was trained on images of MNIST's 60,000; train.csv holds others, so expect about the same"
            f"{until}, not exactly."
        )
    return textwrap.fill(" ".join([_measured(run), *_course(run), told]), 106)


def _measured(run: Run) -> str:
    if scored := run.results:
        accuracy = f"{scored.val_accuracy:.4f} on {scored.val_images:,} images"
        return f"The run {run.id} reached a validation accuracy of {accuracy}."
    if run.is_live:
        return f"The run {run.id} has not been measured yet."
    return f"The run {run.id}, whose status is {run.status}, was not measured."


def _course(run: Run) -> list[str]:
    """Return what of the run's course is no training from its first to its last epoch in one go."""
    said, most = [], "at most " if run.spec.early_stopping else ""
    if after := restarts(run.spec):
        where = f"epoch{'s' * (len(after) > 1)} {listed([str(epoch) for epoch in after])}"
        said.append(f"It was trained in parts: it went on after {where}. This script trains them all.")
    if run.status in BROKEN_OFF:
        epochs = f"{most}{count(run.spec.epochs, 'epoch')}"
        said.append(f"It was {run.status} before its end; this script trains to the end, {epochs}.")
    return said


def _augmentation(settings: Augmentation) -> dict[str, Any]:
    """Return what is said of an augmentation, the functions that do it, and the steps to be taken."""
    titles = listed([effect.title.lower() for effect in settings.effects() if effect.acts(settings)])
    told = f"Each training image is changed a little at random, anew in every epoch: {titles}."
    steps = settings.steps()
    return {
        "told": textwrap.fill(told, 108, initial_indent="# ", subsequent_indent="# "),
        "functions": sources([*(draw for _, draw, _ in steps), changed]),
        "steps": [(part, draw.__name__, _keywords(values)) for part, draw, values in steps],
    }


def _keywords(values: dict[str, float]) -> str:
    return ", ".join(f'"{name}": {number(value)}' for name, value in values.items())


def _random(spec: RunSpec) -> str:
    """Return what of the layers follows from the seed, to be put behind a list."""
    titles = dict.fromkeys(layer.title.lower() for layer in spec.layers if layer.is_random)
    return "".join(f", {title}" for title in titles)


def _optimizer(spec: RunSpec) -> str:
    made = spec.optimizer.keras()
    rest = {key: value for key, value in made.config.items() if key != "learning_rate"}
    return source(replace(made, config=rest), 0, "LEARNING_RATE", before=len("optimizer ="))


def _rate(spec: RunSpec) -> dict[str, Any] | None:
    """Return what the template needs of a schedule that acts on every batch: its formula and the call."""
    formula = spec.schedule.formula
    if formula is None:
        return None
    fields = spec.schedule.model_dump(exclude={"kind"})
    words = ", ".join(f'"{key}": {number(value)}' for key, value in fields.items())
    return {"formula": formula.__name__, "fields": words, "sources": sources([formula])}


def _callbacks(spec: RunSpec) -> list[str]:
    """Return the callbacks besides those that the template always has."""
    staged = len(stages(spec)) > 1
    lines = ["ScheduledRate()"] if spec.schedule.formula else []
    if callback := spec.schedule.callback():
        line = source(callback, 4)
        lines.append(line.removeprefix("keras.callbacks.") if staged else line)
    if spec.early_stopping:
        home = "" if staged else "keras.callbacks."
        lines.append(f"{home}EarlyStopping(patience={spec.early_stopping.patience})")
    return lines
