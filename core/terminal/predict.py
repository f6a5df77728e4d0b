"""`python -m core predict`: what saved networks, alone or together, say of Kaggle's images or a photo."""

import argparse
from pathlib import Path

from core.errors import DataError
from core.runs.store import open_store
from core.terminal.output import add_json

MOST_COPIES = 8


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_ids", nargs="+", metavar="RUN_ID", help="several answer as one, by their mean")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--data", type=Path, metavar="PATH", help="Kaggle's test.csv, plain, .gz or .zip")
    what.add_argument("--image", type=Path, metavar="FILE", help="a photo or scan of digits")
    help_text = "of a photo: dark as pen, light as chalk, or found out (the default)"
    parser.add_argument("--ink", choices=["auto", "dark", "light"], help=help_text)
    help_text = "of a photo: above 1 fainter strokes count as ink, 0.3 to 3 (default: 1)"
    parser.add_argument("--contrast", type=float, metavar="X", help=help_text)
    help_text = "without it, the digits of any file like test.csv are printed"
    parser.add_argument("--submission", type=Path, metavar="FILE.csv", help=help_text)
    help_text = f"test-time augmentation: shifted and turned copies of each image, 0 to {MOST_COPIES}"
    parser.add_argument("--copies", type=_copies, default=0, metavar="N", help=help_text)
    add_json(parser)


def _copies(text: str) -> int:
    number = int(text)
    if not 0 <= number <= MOST_COPIES:
        raise argparse.ArgumentTypeError(f"expected 0 to {MOST_COPIES} copies, got {number}")
    return number


def run(chosen: argparse.Namespace) -> int:
    """Predict Kaggle's test.csv and write a submission, or read the digits on a photo.

    Raises:
        UserError: a run or file is not there or not as it must be; nothing is written.
    """
    if chosen.image and chosen.submission:
        raise DataError("--submission goes with --data, Kaggle's test.csv, not with --image.")
    if chosen.data and (chosen.ink, chosen.contrast) != (None, None):
        raise DataError("--ink and --contrast go with --image, a photo or scan, not with --data.")
    store = open_store()
    saved = [store.get(run_id) for run_id in dict.fromkeys(chosen.run_ids)]
    if chosen.image:
        from core.terminal.photo import predict_photo

        return predict_photo(store, saved, chosen)
    from core.terminal.submission import predict_table

    return predict_table(store, saved, chosen)
