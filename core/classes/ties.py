"""Which places of a board the validation images can tell from the first, and which they cannot."""

from collections.abc import Sequence
from functools import lru_cache

from core.analysis.pairs import same_images
from core.analysis.predictions import Predictions
from core.analysis.significance import Difference, adjusted, are_paired, difference, flips
from core.classes.board import Place
from core.runs.artifacts import VALIDATION
from core.runs.store import RunStore
from core.words import count


def behind(store: RunStore, places: Sequence[Place]) -> dict[str, bool | None]:
    """Return by run whether it is surely worse than the first; None: measured on other images.

    Two are compared by McNemar's exact test on the images that both answered, corrected for the number of
    places (Holm). Of the first, and of those with the same accuracy, nothing is returned.

    Raises:
        StoreError: the store cannot be read.
        DataError: saved predictions are damaged.
    """
    if not places:
        return {}
    first, others = places[0].run, [place.run for place in places if place.rank > 1]
    found = {
        run.id: _difference(store, first.id, run.id) if same_images(first, run) else None for run in others
    }
    paired = {run_id: one for run_id, one in found.items() if one}
    real = dict(zip(paired, adjusted(list(paired.values())), strict=True))
    return {run_id: real[run_id].is_real if run_id in real else None for run_id in found}


def told(places: Sequence[Place], worse: dict[str, bool | None]) -> str:
    """Return what the order of a board is worth, in a sentence or two."""
    if len(places) < 2:
        return ""
    tied = sum(place.rank == 1 for place in places)
    close = tied + sum(one is False for one in worse.values())
    others = sum(one is None for one in worse.values())
    images = places[0].results.val_images
    if close == 1 and not others:
        said = f"The first is better than all others, as far as {images:,} images can show."
    elif close > 1:
        said = f"{count(close, 'network').capitalize()} cannot be told apart on {images:,} images: a tie."
    else:
        said = ""
    elsewhere = count(others, "network").capitalize() + (" was" if others == 1 else " were")
    return f"{said} {elsewhere} measured on other images.".strip() if others else said


@lru_cache(maxsize=2_000)
def _difference(store: RunStore, first: str, second: str) -> Difference | None:
    """Compare two ended runs, whose predictions do not change any more; None if they cannot be."""
    a, b = (store.artifact(run_id, VALIDATION) for run_id in (first, second))
    if a is None or b is None:
        return None
    one, other = Predictions.from_bytes(a), Predictions.from_bytes(b)
    return difference(flips(one, other)) if are_paired(one, other) else None
