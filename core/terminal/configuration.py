"""The configuration that the options of `train` describe."""

import argparse
import sys
from pathlib import Path

from core.errors import SpecError
from core.model.presets import PRESETS
from core.model.specs import RunSpec, parse, parse_file
from core.runs.pools import add_pool
from core.runs.store import RunStore


def configuration(chosen: argparse.Namespace, store: RunStore) -> tuple[RunSpec, str, str | None]:
    """Return the spec that the options describe, a name for its run, and its preset; keep the data set.

    Raises:
        UserError: there is no such preset or file, or what they describe cannot be trained.
    """
    name, preset = "Quick start", chosen.preset or (None if chosen.spec else "quick-start")
    if preset is not None:
        if preset not in PRESETS:
            raise SpecError(f"There is no preset “{preset}”; choose one of {', '.join(PRESETS)}.")
        values, name = PRESETS[preset].spec.model_dump(), PRESETS[preset].title
    if chosen.spec:
        values, name = _read_spec(chosen.spec).model_dump(), chosen.spec.stem
    for option, value in (("epochs", chosen.epochs), ("seed", chosen.seed)):
        if value is not None:
            values[option] = value
    if chosen.data:
        from core.terminal.data import read_pool

        record = add_pool(store, read_pool(chosen.data, chosen.mend))
        values["data"] |= {
            "source": record.fingerprint,
            "images": max(2, min(values["data"]["images"], record.images)),
        }
        if record.dropped:
            print(f"{record.dropped:,} images of MNIST's test set are left out.", file=sys.stderr)
    if chosen.train_size is not None:
        values["data"]["images"] = chosen.train_size
    return parse(values), name, preset


def _read_spec(path: Path) -> RunSpec:
    try:
        if path.exists() and not path.is_file():
            raise SpecError(f"{path} is a folder or a device, expected a configuration as JSON.")
        return parse_file(path.read_bytes(), str(path))
    except OSError as error:
        raise SpecError(f"{path} cannot be read: {error.strerror}.") from None
