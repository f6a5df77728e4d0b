"""The runs that a visitor is met with: the best of the bundle that has its network reads what they draw, and
the quick start is seen to learn.

The film of that is an asset, so that the first screen moves before any network has been asked:
`python -m benchmarks.first_film` makes it.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from core.analysis.film import Film, from_bytes
from core.export.bundle import BEST, files, run_id
from core.home import ASSETS

FILE = ASSETS / "first-film.npz"
LEARNER = "quick-start"
"""The experiment that is seen to learn, with its seed 0."""


def archive(name: str = BEST) -> Path | None:
    """Return the archive of the first run, or that of another experiment's first seed; None where none is."""
    return next((path for path, experiment, seed, _ in files() if (experiment.name, seed) == (name, 0)), None)


@lru_cache(maxsize=1)
def first_run() -> str | None:
    """Return the id that the first run has in every store, or None where the bundle has none."""
    return _id_of(BEST)


@lru_cache(maxsize=1)
def learner() -> str | None:
    """Return the id of the run that is seen to learn, or None where the bundle has none."""
    return _id_of(LEARNER)


def _id_of(name: str) -> str | None:
    path = archive(name)
    return run_id(path.read_bytes()) if path else None


@lru_cache(maxsize=1)
def first_film() -> Film | None:
    """Return what it makes of ten images, untrained and after each epoch, or None where the asset is missing.

    Its training was done again for this, with the same seed; the last frame is by the weights of the bundle.

    Raises:
        DataError: the asset is damaged.
    """
    return from_bytes(FILE.read_bytes()) if FILE.exists() else None


@lru_cache(maxsize=1)
def first_film_version() -> str:
    """Return what is another where the film is; "" where the asset is missing."""
    return sha256(FILE.read_bytes()).hexdigest()[:12] if FILE.exists() else ""
