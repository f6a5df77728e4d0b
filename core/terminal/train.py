"""`python -m core train`; the run appears in the dashboard at once: both use the same store."""

import argparse
import sys
from pathlib import Path

from core.names import isolated
from core.runs.courier import mirrored
from core.runs.pools import check_pool
from core.runs.rows import new_id
from core.runs.status import RunStatus
from core.runs.store import open_store
from core.terminal.configuration import configuration
from core.terminal.interrupts import stop_on_interrupt
from core.terminal.output import add_json, run_line, show, summary
from core.terminal.progress import progress_bar
from core.training.threads import load_to_train


def options(parser: argparse.ArgumentParser) -> None:
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--preset", metavar="NAME", help="where to start from (default: quick-start)")
    start.add_argument("--spec", type=Path, metavar="FILE.json", help="a whole configuration instead")
    parser.add_argument("--epochs", type=int)
    parser.add_argument(
        "--train-size", type=int, metavar="N", help="images to train and validate on together"
    )
    parser.add_argument("--seed", type=int)
    parser.add_argument(
        "--data",
        type=Path,
        metavar="PATH",
        help="Kaggle's train.csv, plain, .gz or .zip, or a zip of pictures in folders 0 to 9",
    )
    help_text = "turn, invert or centre the images of --data first where they are not as MNIST's"
    parser.add_argument("--mend", action="store_true", help=help_text)
    add_json(parser, "print one JSON object")


def run(chosen: argparse.Namespace) -> int:
    """Train a preset or a spec in this process and print how it ended."""
    store = open_store()
    spec, name, preset = configuration(chosen, store)
    check_pool(store, spec.data)
    load_to_train()
    from core.training.job import run_job  # takes seconds, in which a run would give no sign of life

    begun = store.create(spec, name, preset, holder=new_id())
    stop_on_interrupt(store, begun.id)
    if not chosen.json:
        print(f"Run {begun.id}: {isolated(name)}", file=sys.stderr)
    bar = progress_bar(store, begun.id, hidden=chosen.json or not sys.stderr.isatty())
    with mirrored(store, begun.id), bar:
        run_job(store, begun.id)
    ended = store.get(begun.id)
    show([summary(ended)], chosen.json, run_line, single=True)
    if ended.message:
        print(ended.message, file=sys.stderr)
    return 0 if ended.status in (RunStatus.FINISHED, RunStatus.STOPPED) else 1
