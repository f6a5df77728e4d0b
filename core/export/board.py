"""The board of a class as CSV."""

from collections.abc import Mapping, Sequence

import pandas as pd

from core.analysis.intervals import wilson
from core.classes.board import Place
from core.names import as_text
from core.words import stated

_YES = {True: "yes", False: "no"}


def board_csv(places: Sequence[Place], worse: Mapping[str, bool | None], commas: bool = False) -> bytes:
    """Return one row a pupil, the best first; no nickname becomes a formula, a number or a date.

    It begins with a byte order mark, without which Excel takes UTF-8 for something else.

    Args:
        worse: which runs are surely worse than the first (`core.classes.ties.behind`).
        commas: whether numbers have a decimal comma, and semicolons part the cells, as Excel wants it where
            that is how one writes.
    """
    columns = list(_row(places[0], None)) if places else ["rank", "pupil"]
    rows = [_row(place, worse.get(place.run.id)) for place in places]
    separator, decimal = (";", ",") if commas else (",", ".")
    table = pd.DataFrame(rows, columns=columns)
    return table.to_csv(index=False, sep=separator, decimal=decimal).encode("utf-8-sig")


def _row(place: Place, worse: bool | None) -> dict[str, object]:
    low, high = wilson(place.results.val_accuracy, place.results.val_images)
    return {
        "rank": place.rank,
        "pupil": as_text(place.pupil.nickname),
        "validation accuracy": place.results.val_accuracy,
        "validation images": place.results.val_images,
        "interval from": low,
        "interval to": high,
        "reached what is asked": _YES[place.reached],
        "surely worse than the first": _YES[worse] if worse is not None else "",
        "parameters": place.run.parameters,
        "epochs": place.run.spec.epochs,
        "training seconds": place.run.progress.seconds,
        "runs that keep the rules": place.tries,
        "run": place.run.id,
        "begun": stated(place.run.created_at),
    }
