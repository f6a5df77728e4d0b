"""What saved networks, alone or together, say of a table of images such as Kaggle's test.csv."""

import argparse
import json
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from core.analysis.intervals import wilson
from core.data.kaggle import read_unlabelled
from core.data.looks import look
from core.data.submission import ROWS, read_test, submission_csv, table_csv
from core.errors import UserError
from core.inference.ensemble import Named, ensemble
from core.inference.submission import Expected, expected, in_mnist, known, named
from core.runs.records import Run
from core.runs.store import RunStore
from core.terminal.files import check_writable, write

Images = NDArray[np.uint8]


def predict_table(store: RunStore, runs: list[Run], chosen: argparse.Namespace) -> int:
    """Print the digits of a table of images, or write them as a submission.

    Raises:
        UserError: a run or file is not as it must be; nothing is written.
    """
    networks = [named(store, run) for run in runs]
    if chosen.submission:
        check_writable(chosen.submission)
    found = (read_test if chosen.submission else read_unlabelled)(chosen.data, chosen.data.name)
    images = found.images
    if found.how:
        print(f"{found.name}: {found.how}", file=sys.stderr)
    if sentence := look(images).sentence:
        print(sentence, file=sys.stderr)
    digits = _asked(networks, images, chosen.copies, sys.stderr.isatty() and not chosen.json)
    if not chosen.submission:
        print(json.dumps(digits.tolist()) if chosen.json else table_csv(digits).decode(), end="")
        return 0
    content = submission_csv(digits)
    facts, warnings = _worth(store, runs, images, chosen.copies)
    write(chosen.submission, content)
    _tell(chosen, [run.id for run in runs], facts, warnings)
    return 0


def _asked(networks: list[Named], images: Images, copies: int, shown: bool) -> NDArray[np.int64]:
    with tqdm(total=100, unit="%", disable=not shown, leave=False) as bar:
        said = ensemble(networks, images, copies, told=lambda share: _to(bar, 100 * share))
    digits: NDArray[np.int64] = said.argmax(axis=1)
    return digits


def _to(bar: Any, percent: float) -> None:
    bar.n = round(percent)
    bar.refresh()


def _worth(store: RunStore, runs: list[Run], images: Images, copies: int) -> tuple[dict[str, Any], list[str]]:
    """Return the expected score as JSON values, and sentences on what it is worth."""
    facts: dict[str, Any] = {"in_mnist": in_mnist(images)}
    warnings = []
    try:
        facts |= _score(expected(store, runs, copies))
        if copies:
            facts["without_copies"] = expected(store, runs, 0).predictions.accuracy
        warnings += [facts["note"]] if facts["note"] else []
    except UserError as error:
        warnings.append(str(error))
    try:
        seen = known(store, runs, images)
        facts |= {"in_training": int(seen.training.sum()), "in_validation": int(seen.validation.sum())}
    except UserError as error:
        warnings.append(f"Whether the images were trained on cannot be said: {error}")
    if facts.get("in_training"):
        warnings.append(
            f"{facts['in_training']:,} of the {len(images):,} test images were trained on, with their "
            "labels: a score made that way is no score. Train on Kaggle's own train.csv instead."
        )
    return facts, warnings


def _score(found: Expected) -> dict[str, Any]:
    predictions = found.predictions
    low, high = wilson(predictions.accuracy, len(predictions.labels))
    return {
        "expected_score": predictions.accuracy,
        "interval": [low, high],
        "measured_on": found.on,
        "measured_images": len(predictions.labels),
        "note": found.why,
    }


def _tell(chosen: argparse.Namespace, run_ids: list[str], facts: dict[str, Any], warnings: list[str]) -> None:
    if chosen.json:
        head = {"submission": str(chosen.submission), "rows": ROWS, "runs": run_ids, "copies": chosen.copies}
        print(json.dumps(head | facts | {"warnings": warnings}))
        return
    print(f"{chosen.submission}: {ROWS:,} rows, as Kaggle wants them.")
    if "expected_score" in facts:
        low, high = facts["interval"]
        print(
            f"Expected score {facts['expected_score']:.4f} (95% interval {low:.4f} to {high:.4f}, "
            f"{facts['measured_images']:,} {facts['measured_on']} images)."
        )
    if "without_copies" in facts:
        print(f"Without copies {facts['without_copies']:.4f} on the same images.")
    for sentence in warnings:
        print(sentence, file=sys.stderr)
