"""Test-time copies in evaluation: what is asked in pieces is what a submission's copies would answer."""

import numpy as np
import pytest

from core.data import mnist
from core.inference import copies as module
from core.inference.copies import Asked, asked, asked_in_pieces
from core.inference.ensemble import Floats, Images, ensemble
from core.inference.submission import named
from core.model.build import build_model, model_bytes
from core.model.specs import RunSpec
from core.runs.artifacts import MODEL
from core.runs.store import RunStore


def test_a_network_answers_in_pieces_as_it_does_for_a_submission(
    store: RunStore, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    keras.utils.set_random_seed(2)
    run = store.create(small_spec, "x")
    store.put_artifact(run.id, MODEL, model_bytes(build_model(small_spec.layers)))
    name, images = named(store, run), mnist.test().images[:50]
    monkeypatch.setattr(module, "PIECE", 20)
    shares: list[float] = []
    found = asked_in_pieces(name, images, 4, told=shares.append)
    assert shares == [0.4, 0.8, 1.0]
    np.testing.assert_allclose(found.plain, ensemble([name], images, 0), atol=1e-6)
    np.testing.assert_allclose(found.averaged, ensemble([name], images, 4), atol=1e-6)
    assert not np.allclose(found.plain, found.averaged, atol=1e-4)
    assert found.seconds > 0
    assert found.seconds_with > 0
    assert asked(*name, images[:0], 4).plain.shape == (0, 10)


def test_times_and_answers_of_the_pieces_add_up() -> None:
    def ask(_url: str, _run: str, _ended: float, images: Images, copies: int) -> Asked:
        said: Floats = np.full((len(images), 10), images.mean(), np.float32)
        return Asked(said, said * copies, 0.5, 2.0)

    images = np.arange(250, dtype=np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2)
    found = asked_in_pieces(("", "", 0.0), images, 3, ask)
    assert (found.seconds, found.seconds_with, found.slower) == (1.5, 6.0, 4.0)
    assert found.plain[:, 0].tolist() == [49.5] * 100 + [149.5] * 100 + [224.5] * 50
    np.testing.assert_array_equal(found.averaged, 3 * found.plain)
