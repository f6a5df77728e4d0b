"""What saved networks read on a photo or a scan."""

import argparse
import json
import sys

from core.data.photo import UNSURE
from core.inference.photo import predict_image
from core.inference.submission import named
from core.names import isolated
from core.runs.names import run_names
from core.runs.records import Run
from core.runs.store import RunStore


def predict_photo(store: RunStore, runs: list[Run], chosen: argparse.Namespace) -> int:
    """Print what each network reads on a photo, a line a digit.

    Raises:
        UserError: a run has no network, or the file is no picture with digits on it.
    """
    for run in runs:
        named(store, run)
    contrast = 1.0 if chosen.contrast is None else chosen.contrast
    rows = predict_image(store, [run.id for run in runs], chosen.image, chosen.ink or "auto", contrast)
    unsure = len({row["ink"] for row in rows}) > 1
    if unsure:
        print(f"{UNSURE} Say --ink dark or --ink light.", file=sys.stderr)
    if chosen.json:
        print(json.dumps(rows))
        return 0
    names = [isolated(name) for name in run_names(runs)]
    for row in rows:
        said = "  ".join(
            f"{name}: {answer['digit']} ({max(answer['probabilities']):.4f})"
            for name, answer in zip(names, row["runs"], strict=True)
        )
        ink = f"  {row['ink']} ink" if unsure else ""
        print(f"row {row['box']['top']}, column {row['box']['left']}{ink}  {said}")
    return 0
