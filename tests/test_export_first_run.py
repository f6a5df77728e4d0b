"""The run that a visitor is met with: its film is an asset, and shows what its network answers."""

from pathlib import Path

import numpy as np

from benchmarks.first_film import filmed
from core.data import mnist
from core.export.bundle import showcase
from core.export.first_run import FILE, first_film, first_run


def test_it_is_the_one_that_pages_show_first() -> None:
    assert first_run() == next(iter(showcase()))


def test_its_film_is_small_and_what_its_network_makes_of_ten_digits_now(tmp_path: Path) -> None:
    kept, made = first_film(), filmed(tmp_path)
    assert kept is not None
    assert FILE.stat().st_size < 60_000
    assert kept.labels.tolist() == list(range(10))
    np.testing.assert_array_equal(kept.images, mnist.one_of_each().images)
    assert (kept.tiles, kept.epochs) == (made.tiles, made.epochs)
    shown = kept.frame(0).astype(int)
    np.testing.assert_allclose(shown, made.frame(0), atol=2)  # of 255: processors round differently
    np.testing.assert_array_equal(shown[:, -10:].argmax(axis=1), kept.labels)
