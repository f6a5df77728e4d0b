"""Which learning rates are suggested, worked by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.rate_range import RateSweep, is_lost, smoothed, suggestion
from core.figures.rate_range import rate_figure


def sweep(losses: object, first: float = 1e-6, per_decade: int = 10) -> RateSweep:
    values = np.array(losses, np.float64)
    rates = first * 10 ** (np.arange(len(values)) / per_decade)
    return RateSweep(rates, values, batch_size=64, share=1.0)


def valley() -> np.ndarray:
    """A loss of 2 that falls evenly to 1 from batch 10 to 20, stays there, and rises from 40 to 50."""
    return np.interp(np.arange(61), [0, 10, 20, 40, 50, 60], [2, 2, 1, 1, 2, 2])


def test_the_smoothed_loss_is_the_weighted_mean_of_its_neighbours() -> None:
    # No loss counts as more than the mean of the first ten, here 7/3; weights 1, 0.8, 0.64 to either side.
    expected = [
        (7 / 3 + 0.8 * 2 + 0.64 * 1) / 2.44,
        (0.8 * 7 / 3 + 2 + 0.8 * 1) / 2.6,
        (0.64 * 7 / 3 + 0.8 * 2 + 1) / 2.44,
    ]
    np.testing.assert_allclose(smoothed(np.array([4.0, 2.0, 1.0])), expected)


def test_the_range_lies_between_a_tenth_of_the_lowest_and_the_steepest() -> None:
    found = suggestion(sweep(valley()))
    assert found is not None
    # The valley is symmetric about batch 30, at 1e-6 · 10³; its flank is about batch 15, at 1e-6 · 10^1.5.
    assert found.lowest == pytest.approx(1e-3)
    assert found.steepest == pytest.approx(10**-4.5, rel=0.3)
    assert (found.low, found.high) == (found.steepest, pytest.approx(1e-4))
    assert found.taken == 3e-5


def test_an_explosion_moves_nothing() -> None:
    calm, wild = valley(), valley()
    wild[52:] = 1e6
    assert suggestion(sweep(calm)) == suggestion(sweep(wild))


FLAT = [2.3] * 59


@pytest.mark.parametrize("losses", [FLAT, [*FLAT[:5], 1.0], np.linspace(2.3, 5, 60), [*FLAT, 2.25]])
def test_nothing_is_suggested_where_the_loss_hardly_falls_or_little_was_seen(losses: object) -> None:
    assert suggestion(sweep(losses)) is None


def test_a_sweep_is_lost_once_the_mean_of_what_is_behind_is_four_times_its_lowest() -> None:
    # Of 1, 1, x the mean is (0.81 + 0.9 + x) / 2.71: 4 where x is 9.13.
    assert not is_lost(np.array([1.0, 1.0, 9.1]))
    assert is_lost(np.array([1.0, 1.0, 9.2]))
    assert not is_lost(np.array([3.0]))


@settings(deadline=None)
@given(st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=120))
def test_any_losses_have_a_figure_and_a_range_within_the_rates_tried(losses: list[float]) -> None:
    tried = sweep(losses)
    found = suggestion(tried)
    figure = rate_figure(tried, found, 0.001)
    assert np.isfinite(figure.layout.xaxis.range).all()
    if found:
        assert tried.rates[0] / 10 <= found.low <= found.high <= tried.rates[-1]
        assert found.taken == pytest.approx(found.low, rel=0.5)
