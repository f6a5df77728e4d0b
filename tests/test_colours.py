"""Colours by numbers: told apart by eyes that lack a kind of cone, and read on their grounds."""

import tomllib
from itertools import combinations, pairwise

import numpy as np
import pytest

from core.figures.confusion import confusion_figure
from core.figures.confusion_difference import confusion_difference
from core.figures.pixels import ON_SIGNED, pixels
from core.figures.style import SERIES, mixed
from core.home import PROJECT
from tests.eyes import MISSING_CONES, Triple, contrast, distance, linear, seen

THEME = tomllib.loads((PROJECT / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
APART = 9
"""So far apart lie the colours of runs, in CIEDE2000: they are told apart by colours alone."""
EYES = (None, *MISSING_CONES)
MATRIX = np.arange(100).reshape(10, 10)
SCALES = {
    "mistakes": confusion_figure(MATRIX, "counts").data[1],
    "better and worse": confusion_difference(MATRIX, MATRIX.T, "").data[0],
    "signed": pixels(MATRIX, "", scale="signed").data[0],
    "ink": pixels(MATRIX, "").data[0],
}
SHARMA = [
    ((50.0000, 2.6772, -79.7751), (50.0000, 0.0000, -82.7485), 2.0425),
    ((50.0000, -1.3802, -84.2814), (50.0000, 0.0000, -82.7485), 1.0000),
    ((50.0000, 0.0000, 0.0000), (50.0000, -1.0000, 2.0000), 2.3669),
    ((50.0000, 2.4900, -0.0010), (50.0000, -2.4900, 0.0009), 7.1792),
    ((50.0000, 2.4900, -0.0010), (50.0000, -2.4900, 0.0011), 7.2195),
    ((50.0000, 2.5000, 0.0000), (73.0000, 25.0000, -18.0000), 27.1492),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
]
"""Two colours and their distance: rows of the paper's table 1, among them its discontinuities."""


@pytest.mark.parametrize(("one", "other", "apart"), SHARMA)
def test_the_distance_is_that_of_the_published_pairs(one: Triple, other: Triple, apart: float) -> None:
    assert distance(one, other) == pytest.approx(apart, abs=5e-5)
    assert distance(other, one) == pytest.approx(apart, abs=5e-5)


def test_known_colours_are_seen_as_they_are_known() -> None:
    assert seen("#ff0000") == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    for eyes, cones in MISSING_CONES.items():
        assert np.array(cones) @ linear("#ffffff") == pytest.approx([1, 1, 1], abs=1e-5), eyes


@pytest.mark.parametrize("eyes", EYES)
def test_runs_are_told_apart_by_all_eyes(eyes: str | None) -> None:
    looks = {color: seen(color, eyes) for color in SERIES}
    near = [pair for pair in combinations(looks, 2) if distance(looks[pair[0]], looks[pair[1]]) < APART]
    assert near == []
    assert list(SERIES) == THEME["chartCategoricalColors"]


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("name", SCALES)
def test_a_scale_grows_darker_or_lighter_all_along_each_half(name: str, eyes: str | None) -> None:
    places = [place for place, _ in SCALES[name].colorscale]
    colors = [color for _, color in SCALES[name].colorscale]
    for start, end in pairwise(colors):
        steps = np.diff([seen(mixed(start, end, share), eyes)[0] for share in np.linspace(0, 1, 11)])
        assert len(set(np.sign(steps))) == 1
    assert places == sorted(places)
    assert distance(seen(colors[0], eyes), seen(colors[-1], eyes)) > 2 * APART


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_on_their_grounds(scheme: str) -> None:
    theme = THEME[scheme]
    for ground in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        faded = mixed(ground, theme["textColor"], 0.6)  # a caption
        assert contrast(faded, ground) >= 4.5
    page, primary = theme["backgroundColor"], theme["primaryColor"]
    assert contrast(primary, page) >= 4.5
    assert contrast(primary, mixed(page, primary, 0.1)) >= 4.5  # what is chosen among segments
    assert all(contrast(color, page) >= 2.3 for color in SERIES)  # lines, which have markers and a legend


def test_numbers_can_be_read_on_signed_squares() -> None:
    for _, color in SCALES["signed"].colorscale:
        assert contrast(ON_SIGNED, color) >= 4.5
