"""`python -m core reproduce`: what the presentation reports, trained here."""

import argparse
import sys
from pathlib import Path

from core.errors import DataError, SpecError
from core.home import BUNDLE
from core.model.experiments import EXPERIMENTS, Experiment
from core.model.precision import check_precision
from core.runs.store import open_store
from core.training.threads import load_to_train

MOST_SEEDS = 20


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", metavar="NAME", help="one experiment, named like its preset")
    parser.add_argument(
        "--seeds", type=int, default=3, metavar="N", help="how many seeds, from 0 on (default: 3)"
    )
    parser.add_argument("--resume", action="store_true", help="leave alone what is bundled already")
    help_text = "where the bundle is written (default: assets/runs)"
    parser.add_argument("--to", type=Path, default=BUNDLE, metavar="FOLDER", help=help_text)


def run(chosen: argparse.Namespace) -> int:
    """Train what the presentation reports, with several seeds, and bundle the runs: hours on two cores.

    Raises:
        UserError: there is no such experiment, or the folder cannot be written.
    """
    wanted = _wanted(chosen.only)
    if not 1 <= chosen.seeds <= MOST_SEEDS:
        raise DataError(f"--seeds is {chosen.seeds}, expected 1 to {MOST_SEEDS}.")
    load_to_train()
    from core.terminal.bundling import bundle, bundle_folder

    return bundle(open_store(), wanted, chosen.seeds, bundle_folder(chosen.to), chosen.resume)


def _wanted(only: str | None) -> list[Experiment]:
    if only is None:
        return list(filter(_can_be_trained, EXPERIMENTS.values()))
    if only not in EXPERIMENTS:
        raise DataError(f"There is no experiment “{only}”; choose one of {', '.join(EXPERIMENTS)}.")
    return [EXPERIMENTS[only]]


def _can_be_trained(experiment: Experiment) -> bool:
    try:
        check_precision(experiment.spec.precision)
    except SpecError as error:
        print(f"{experiment.name} is left out. {error}", file=sys.stderr)
        return False
    return True
