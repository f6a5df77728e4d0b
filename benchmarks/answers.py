"""What a saved network takes to answer: many images, a curve of robustness, what is inside it.

Nothing is compiled for an answer (`core/inference/networks.py`), so the first one, told beside those that
follow, is to take hardly longer.
"""

import statistics
import tempfile
from collections.abc import Callable, Iterator

from benchmarks.turns import Row, at_most, seconds, show
from core.data import mnist
from core.data.disturb import DISTURBANCES
from core.data.prepare import normalise
from core.data.submission import ROWS, submission_csv
from core.inference.ensemble import Named, ensemble
from core.inference.explain import METHODS, saliency
from core.inference.layers import outputs
from core.inference.loading import load_keras
from core.inference.networks import network
from core.inference.robustness import right_answers
from core.model.presets import PRESETS
from core.runs.artifacts import MODEL
from core.runs.store import RunStore

SUBMISSION = f"a submission of {ROWS:,} images"
SUBMITTED = at_most(5.0)
ROBUST, TIMES = 500, 5
"""Images of each point of a curve, and how often each is asked after the first time."""


def rows() -> Iterator[Row]:
    """Compare each question to the quick start's network with the first time that it is asked."""
    load_keras()
    with tempfile.TemporaryDirectory() as folder:
        asked = _saved(RunStore(f"sqlite:///{folder}/runs.sqlite"))
        network(*asked)
        for what, question in _questions(asked).items():
            first, *later = (seconds(question) for _ in range(TIMES + 1))
            goal = SUBMITTED if what == SUBMISSION else None
            yield Row(f"{what}: later / the first time", statistics.median(later), first, goal=goal)


def _saved(store: RunStore) -> Named:
    from core.model.build import build_model, model_bytes

    spec = PRESETS["quick-start"].spec
    run = store.create(spec, "measured")
    store.put_artifact(run.id, MODEL, model_bytes(build_model(spec.layers)))
    return store.url, run.id, 0.0


def _questions(asked: Named) -> dict[str, Callable[[], object]]:
    pool, test = mnist.training(), mnist.test()
    amounts = DISTURBANCES["rotation"].amounts
    some, image = normalise(test.images[:ROBUST]), normalise(test.images[0])

    def submission() -> bytes:
        return submission_csv(ensemble([asked], pool.images[:ROWS], 0).argmax(axis=1))

    def curve() -> list[int]:
        return [right_answers(*asked, some, test.labels[:ROBUST], "rotation", amount) for amount in amounts]

    def reasons() -> list[object]:
        return [saliency(*asked, image, 7, method) for method in METHODS]

    return {
        SUBMISSION: submission,
        f"a curve of robustness, {len(amounts)} points of {ROBUST} images": curve,
        "the feature maps of an image": lambda: outputs(*asked, image),
        f"why this answer, in {len(METHODS)} ways": reasons,
    }


if __name__ == "__main__":
    show(rows())
