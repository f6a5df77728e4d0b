"""`python -m benchmarks.kept_weights`: is the best epoch's network better than the last epoch's? Hours.

A training has both, and both are measured: on the validation images, which chose the best epoch and flatter
it; on those of MNIST's 60,000 images that the run drew neither to train on nor to validate, which decide; on
the test images. What was trained before is kept in `kept_weights.csv`, so that it can be broken off.
`python -m benchmarks.kept_weights fast-99-5 --runs 3` trains others, `--runs 0` only tells.
"""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.plain import Nobody
from core.analysis.significance import spread
from core.data import mnist
from core.data.dataset import Dataset
from core.data.prepare import normalise, prepare, reshape, split
from core.model.experiments import EXPERIMENTS
from core.model.specs import RunSpec
from core.training.threads import load_to_train

FILE = Path(__file__).with_suffix(".csv")
NAMES, RUNS = ("fast-99-6",), 6
SETS = ("validation", "unseen", "test")


@dataclass(frozen=True)
class Row:
    """One training: what the weights of its best and of its last epoch get right, as shares."""

    experiment: str
    seed: int
    split: int
    epochs: int
    best_epoch: int
    validation_best: float
    validation_last: float
    unseen_best: float
    unseen_last: float
    test_best: float
    test_last: float


def measure(name: str, seed: int, split_seed: int) -> Row:
    """Train one run, in this process, and measure both networks that it has at its end."""
    load_to_train()
    from core.training.fit import fit

    spec, pool = EXPERIMENTS[name].run_spec(seed, split_seed), mnist.training()
    data = prepare(pool, spec.data)
    fitted = fit(spec, data, Nobody())
    assert fitted.kept is not None
    sets = dict(zip(SETS, (_part(pool, data.val_index), _unseen(pool, spec), mnist.test()), strict=True))
    scores = {f"{which}_best": _accuracy(fitted.model, images) for which, images in sets.items()}
    fitted.model.set_weights(fitted.last_weights)
    scores |= {f"{which}_last": _accuracy(fitted.model, images) for which, images in sets.items()}
    return Row(name, seed, split_seed, spec.epochs, fitted.kept.epoch, **scores)


def _unseen(pool: Dataset, spec: RunSpec) -> Dataset:
    """Return the images that a run neither trained on nor chose by."""
    drawn = np.concatenate(split(pool.labels, spec.data))
    return _part(pool, np.setdiff1d(np.arange(len(pool.labels)), drawn))


def _part(pool: Dataset, places: Any) -> Dataset:
    return Dataset(pool.name, pool.images[places], pool.labels[places])


def _accuracy(model: Any, asked: Dataset) -> float:
    from core.training.answers import predict

    answers = predict(model, reshape(normalise(asked.images)))
    return float((answers.argmax(axis=1) == asked.labels).mean())


def measured() -> list[Row]:
    """Return what was trained until now."""
    if not FILE.exists():
        return []
    return [Row(*values) for values in pd.read_csv(FILE).itertuples(index=False, name=None)]


def table(rows: Sequence[Row]) -> str:
    """Return the difference last − best in points, in the mean over runs, by experiment and set of images."""
    lines = ["| experiment | runs | images | best epoch | last epoch | last − best, points [95%] |"]
    lines.append("|---|---|---|---|---|---|")
    for name in dict.fromkeys(row.experiment for row in rows):
        own = [asdict(row) for row in rows if row.experiment == name]
        for which in SETS:
            best, last = ([row[f"{which}_{kept}"] for row in own] for kept in ("best", "last"))
            over = spread([100 * (b - a) for a, b in zip(best, last, strict=True)])
            means = f"{np.mean(best):.4f} | {np.mean(last):.4f}"
            known = f" [{over.low:+.3f}, {over.high:+.3f}]" if len(own) > 1 else ""
            lines.append(f"| `{name}` | {len(own)} | {which} | {means} | {over.mean:+.3f}{known} |")
    return "\n".join(lines)


def main() -> None:
    reader = argparse.ArgumentParser(prog="python -m benchmarks.kept_weights")
    reader.add_argument("experiments", nargs="*", default=NAMES, help="which of them: fast-99-6")
    reader.add_argument("--runs", type=int, default=RUNS, help="how many, each with another seed and split")
    asked = reader.parse_args()
    for place in range(asked.runs):
        for name in asked.experiments:
            rows = measured()
            if any((row.experiment, row.seed) == (name, place) for row in rows):
                continue
            rows.append(measure(name, place, place))
            columns = [field.name for field in fields(Row)]
            pd.DataFrame([asdict(row) for row in rows], columns=columns).to_csv(FILE, index=False)
            print(rows[-1], flush=True)
    print(table(measured()))


if __name__ == "__main__":
    main()
