"""`python -m benchmarks.pace`: measure what an epoch of each experiment takes, in turn, and write the table.

Each is trained as the dashboard does it, augmentation and validation included, for three short epochs on a
part of its images, several times over; the first epoch, in which Keras compiles, is left out. Small networks
get more images, so that all have as much to do and what an epoch takes by itself counts as little as in a
whole one.
`python -m benchmarks.pace lenet-5` measures only these beside the final network, and keeps the other rows.
What trains in bfloat16 is left out where that is only emulated, which takes up to a hundred times as long.
"""

import os
import statistics
import sys
from collections.abc import Sequence

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from benchmarks.machine import machine
from benchmarks.plain import Nobody
from core.data import mnist
from core.data.prepare import prepare
from core.export.pace import FILE, WHOLE
from core.model.experiments import EXPERIMENTS, Experiment
from core.model.precision import can_compute_in
from core.model.shapes import network_cost
from core.training.threads import load_to_train

ROUNDS = 3
BATCHES = 30
"""Of the final network; as much work of the others."""


def main(names: Sequence[str]) -> None:
    load_to_train()
    measured, left_out = chosen(names)
    times: dict[str, list[float]] = {name: [] for name in measured}
    for _ in range(ROUNDS):
        for name, found in times.items():
            found.append(_epoch(EXPERIMENTS[name]))
    unit = statistics.median(times[WHOLE])
    rows = {name: _row(name, [value / unit for value in found]) for name, found in times.items()}
    told = [f"# An epoch's time against that of “{WHOLE}”: median, least and most of {ROUNDS}. {machine()}"]
    if names:
        del rows[WHOLE]
        told, before = _before()
        told.append(f"# {', '.join(rows)}: {machine()}")
        rows = before | rows
    if left_out:
        told.append(f"# Left out, since this processor could only emulate bfloat16: {', '.join(left_out)}")
    ordered = [rows[name] for name in EXPERIMENTS if name in rows]
    text = "\n".join([*told, "experiment,time,least,most", *ordered]) + "\n"
    FILE.write_text(text, encoding="utf-8")
    print(text)


def chosen(names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the experiments that are measured, and those that the processor here cannot tell the time of."""
    wanted = [name for name in EXPERIMENTS if not names or name in (WHOLE, *names)]
    measured = [name for name in wanted if can_compute_in(EXPERIMENTS[name].spec.precision)]
    return measured, [name for name in wanted if name not in measured]


def _row(name: str, found: list[float]) -> str:
    return ",".join([name, *(f"{value:.4f}" for value in (statistics.median(found), min(found), max(found)))])


def _before() -> tuple[list[str], dict[str, str]]:
    """Return what was said of the last measurements, and their rows by experiment."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    told = [line for line in lines if line.startswith("#")]
    rows = {line.split(",")[0]: line for line in lines if not line.startswith(("#", "experiment,"))}
    return told, rows


def _epoch(experiment: Experiment) -> float:
    """Return the seconds of one epoch on all images of an experiment, as two on a part of them say."""
    from core.training.fit import fit

    spec, whole = experiment.spec, EXPERIMENTS[WHOLE].spec
    work, least = (network_cost(one.layers).multiply_adds for one in (whole, spec))
    images = min(spec.data.images, BATCHES * round(whole.batch_size * work / least))
    data = spec.data.model_copy(update={"images": images})
    short = spec.model_copy(update={"data": data, "epochs": 3})
    seconds = [point.seconds for point in fit(short, prepare(mnist.training(), data), Nobody()).epochs]
    return (seconds[-1] - seconds[0]) / 2 * spec.data.images / images


if __name__ == "__main__":
    main(sys.argv[1:])
