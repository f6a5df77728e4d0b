"""The runs that a visitor is met with: a film that shows one of them learn, and which is shown first."""

from pathlib import Path

import numpy as np

from benchmarks.first_film import still_of
from core.analysis.film import Film
from core.export.bundle import showcase
from core.export.first_run import FILE, LEARNER, first_film, first_run, learner
from core.model.experiments import EXPERIMENTS


def shipped() -> Film:
    film = first_film()
    assert film is not None
    return film


def right(film: Film, at: int) -> int:
    """Return how many of its images are read right in a frame."""
    return int((film.frame(at)[:, -10:].argmax(axis=1) == film.labels).sum())


def test_they_are_those_that_pages_show_first() -> None:
    assert [first_run(), learner()] == list(showcase())[:2]


def test_the_film_is_small_and_goes_from_noise_to_ten_digits_read_right() -> None:
    film = shipped()
    assert FILE.stat().st_size < 150_000
    assert film.labels.tolist() == list(range(10))
    assert film.epochs == tuple(range(EXPERIMENTS[LEARNER].spec.epochs + 1))
    assert right(film, 0) < 5
    assert right(film, len(film.epochs) - 1) == 10


def test_its_last_frame_is_what_the_bundled_weights_make_of_them_now(tmp_path: Path) -> None:
    film, made = shipped(), still_of(tmp_path, shipped())
    assert (film.tiles, film.epochs[-1:]) == (made.tiles, made.epochs)
    last = film.frame(len(film.epochs) - 1).astype(int)
    np.testing.assert_allclose(last, made.frame(0), atol=2)  # of 255: processors round differently
