"""What `predict` and `export` can be told; what they need is imported once they are wanted."""

import argparse
from collections.abc import Callable
from pathlib import Path

from core.home import ASSETS
from core.inference.loading import load_keras
from core.terminal.files import FORMATS

MOST_COPIES = 8
Command = Callable[[str, Callable[[argparse.Namespace], int]], argparse.ArgumentParser]


def predict(chosen: argparse.Namespace) -> int:
    """Predict Kaggle's test.csv and write a submission, or read the digits on a photo."""
    from core.terminal.predict import predict

    return predict(chosen)


def export(chosen: argparse.Namespace) -> int:
    """Write a run to a file: Keras code, a model, the whole run as a zip, or an HTML report."""
    from core.terminal.export import export

    return export(chosen)


def reproduce(chosen: argparse.Namespace) -> int:
    """Train what the presentation reports, with several seeds, and bundle the runs: hours on two cores."""
    load_keras()
    from core.terminal.reproduce import reproduce

    return reproduce(chosen)


def add_predict(command: Command) -> None:
    """Add the command and its options."""
    sub = command("predict", predict)
    sub.add_argument("run_ids", nargs="+", metavar="RUN_ID", help="several answer as one, by their mean")
    what = sub.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, metavar="PATH", help="Kaggle's test.csv, plain, .gz or .zip")
    what.add_argument("--image", type=Path, metavar="FILE", help="a photo or scan of digits")
    help_text = "of a photo: dark as pen, light as chalk, or found out (the default)"
    sub.add_argument("--ink", choices=["auto", "dark", "light"], help=help_text)
    help_text = "of a photo: above 1 fainter strokes count as ink, 0.3 to 3 (default: 1)"
    sub.add_argument("--contrast", type=float, metavar="X", help=help_text)
    help_text = "without it, the digits of any file like test.csv are printed"
    sub.add_argument("--submission", type=Path, metavar="FILE.csv", help=help_text)
    help_text = f"test-time augmentation: shifted and turned copies of each image, 0 to {MOST_COPIES}"
    sub.add_argument("--copies", type=_copies, default=0, metavar="N", help=help_text)
    sub.add_argument("--json", action="store_true", help="print JSON")


def _copies(text: str) -> int:
    number = int(text)
    if not 0 <= number <= MOST_COPIES:
        raise argparse.ArgumentTypeError(f"expected 0 to {MOST_COPIES} copies, got {number}")
    return number


def add_export(command: Command) -> None:
    """Add the command and its options."""
    sub = command("export", export)
    sub.add_argument("run_id", metavar="RUN_ID")
    sub.add_argument("--format", choices=list(FORMATS), required=True)
    sub.add_argument(
        "--to", type=Path, required=True, metavar="PATH", help="a file, or a folder to put it in"
    )


def add_reproduce(command: Command) -> None:
    """Add the command and its options."""
    sub = command("reproduce", reproduce)
    sub.add_argument("--only", metavar="NAME", help="one experiment, named like its preset")
    sub.add_argument(
        "--seeds", type=int, default=3, metavar="N", help="how many seeds, from 0 on (default: 3)"
    )
    sub.add_argument("--resume", action="store_true", help="leave alone what is bundled already")
    help_text = "where the bundle is written (default: assets/runs)"
    sub.add_argument("--to", type=Path, default=ASSETS / "runs", metavar="FOLDER", help=help_text)
