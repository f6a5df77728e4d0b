"""The learning rate at each step, against Keras' schedule and PyTorch's formula."""

import math
from itertools import pairwise
from typing import Any

import keras
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.model.schedules import Constant, Cosine, Exponential, OneCycle, ReduceOnPlateau, Schedule

PEAKS = st.floats(1e-6, 100)
TOTALS = st.one_of(st.integers(1, 12), st.integers(1, 1_000_000))


def rates(schedule: Schedule, peak: float, total: int) -> list[float]:
    return [schedule.rate(peak, step, total, epoch=0) for step in range(total)]


def annealed(start: float, end: float, share: float) -> float:
    """PyTorch's `_annealing_cos`."""
    return end + (start - end) / 2.0 * (math.cos(math.pi * share) + 1)


def pytorch_one_cycle(step: int, total: int, peak: float, **settings: Any) -> float:
    """PyTorch's `OneCycleLR.get_lr` with two phases and cosine annealing, written down from its source."""
    initial = peak / settings["div_factor"]
    phases = [
        {"end_step": float(settings["pct_start"] * total) - 1, "start_lr": initial, "end_lr": peak},
        {"end_step": total - 1, "start_lr": peak, "end_lr": initial / settings["final_div_factor"]},
    ]
    start_step = 0.0
    for i, phase in enumerate(phases):
        end_step = phase["end_step"]
        if step <= end_step or i == len(phases) - 1:
            share = (step - start_step) / (end_step - start_step)
            return annealed(phase["start_lr"], phase["end_lr"], share)
        start_step = phase["end_step"]
    raise AssertionError


@pytest.mark.parametrize("total", [1, 2, 7, 1000, 8610])
@pytest.mark.parametrize("final_share", [0.0, 0.1, 1.0])
def test_cosine_is_keras_cosine_decay(total: int, final_share: float) -> None:
    decay = keras.optimizers.schedules.CosineDecay(0.003, decay_steps=total, alpha=final_share)
    for step in range(0, total, max(1, total // 40)):
        rate = Cosine(final_share=final_share).rate(0.003, step, total, epoch=0)
        assert rate == pytest.approx(float(decay(step)), rel=1e-4, abs=1e-9), step


@pytest.mark.parametrize(("share", "total"), [(0.1, 200), (0.5, 7), (0.99, 100), (0.9, 1), (0.1, 8)])
def test_a_cosine_that_warms_up_is_keras_too(share: float, total: int) -> None:
    rising = round(share * total)
    decay = keras.optimizers.schedules.CosineDecay(
        0.0, decay_steps=max(1, total - rising), alpha=0.1, warmup_target=0.003, warmup_steps=rising
    )
    ours = rates(Cosine(final_share=0.1, warmup_share=share), 0.003, total)
    theirs = [float(decay(step)) for step in range(total)]
    assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-9)


def test_a_warm_up_worked_by_hand() -> None:
    # Ten steps, four of them up: 0, ¼, ½, ¾ of 0.8, then half a cosine in steps of 30° down to 0.
    expected = [0, 0.2, 0.4, 0.6, 0.8, 0.746410, 0.6, 0.4, 0.2, 0.053590]
    assert rates(Cosine(warmup_share=0.4), 0.8, 10) == pytest.approx(expected, abs=1e-6)


@settings(deadline=None)
@given(PEAKS, st.floats(0.01, 0.99), st.integers(0, 40))
def test_exponential_decay_is_keras_in_steps_of_an_epoch(peak: float, decay: float, epoch: int) -> None:
    theirs = keras.optimizers.schedules.ExponentialDecay(peak, 7, decay, staircase=True)
    for step in (7 * epoch, 7 * epoch + 6):
        ours = Exponential(decay=decay).rate(peak, step, 1000, epoch)
        assert ours == pytest.approx(float(theirs(step)), rel=1e-3, abs=1e-30)


def test_cosine_goes_from_the_peak_through_its_half_down_to_nearly_nothing() -> None:
    values = rates(Cosine(), 0.2, 1000)
    assert values[0] == 0.2
    assert values[500] == pytest.approx(0.1)
    assert 0 < values[-1] < 1e-6
    assert all(later < sooner for sooner, later in pairwise(values))


@pytest.mark.parametrize("schedule", [Constant(), ReduceOnPlateau()])
def test_what_acts_on_epochs_or_not_at_all_leaves_the_rate_of_every_step(schedule: Schedule) -> None:
    assert rates(schedule, 0.01, 5) == [0.01] * 5


def test_one_cycle_starts_low_reaches_its_peak_and_ends_lower() -> None:
    values = rates(OneCycle(warmup_share=0.25, start_divisor=10, final_divisor=100), 0.5, 400)
    assert values[0] == pytest.approx(0.05)
    assert values[99] == 0.5  # a quarter of 400 steps, counted from 0
    assert values[-1] == pytest.approx(0.05 / 100)
    assert max(values) == 0.5
    assert all(sooner < later for sooner, later in pairwise(values[:100]))
    assert all(sooner > later for sooner, later in pairwise(values[99:]))


def test_one_cycle_worked_by_hand() -> None:
    # 10 steps, half of them up: 0 … 4 from 0.1 to 1, then 4 … 9 down to 0.01; cosines of 45° and 36°.
    values = rates(OneCycle(warmup_share=0.5, start_divisor=10, final_divisor=10), 1.0, 10)
    expected = [0.1, 0.231802, 0.55, 0.868198, 1.0, 0.905463, 0.657963, 0.352037, 0.104537, 0.01]
    assert values == pytest.approx(expected, abs=1e-6)


@given(
    peak=PEAKS,
    share=st.floats(0.01, 0.99),
    start=st.floats(1, 1e4),
    final=st.floats(1, 1e8),
    case=TOTALS.flatmap(lambda total: st.tuples(st.integers(0, total - 1), st.just(total))),
)
def test_one_cycle_is_pytorchs(
    peak: float, share: float, start: float, final: float, case: tuple[int, int]
) -> None:
    step, total = case
    if share * total - 1 == 0:  # there PyTorch divides by zero
        return
    schedule = OneCycle(warmup_share=share, start_divisor=start, final_divisor=final)
    expected = pytorch_one_cycle(step, total, peak, pct_start=share, div_factor=start, final_div_factor=final)
    assert schedule.rate(peak, step, total, epoch=0) == pytest.approx(expected, rel=1e-6, abs=1e-12 * peak)


@pytest.mark.parametrize(("share", "total"), [(0.5, 2), (0.25, 4), (1 / 3, 3)])
def test_a_warm_up_of_a_single_step_is_at_the_peak_at_once(share: float, total: int) -> None:
    values = rates(OneCycle(warmup_share=share), 0.1, total)
    assert values[0] == pytest.approx(0.1)
    assert values[-1] == pytest.approx(0.1 / 25 / 1e4)


schedules = st.one_of(
    st.just(Constant()),
    st.builds(ReduceOnPlateau),
    st.builds(Cosine, final_share=st.floats(0, 1)),
    st.builds(Exponential, decay=st.floats(0, 1, exclude_min=True, exclude_max=True)),
    st.builds(
        OneCycle,
        warmup_share=st.floats(0, 1, exclude_min=True, exclude_max=True),
        start_divisor=st.floats(1, 1e4),
        final_divisor=st.floats(1, 1e8),
    ),
)


@given(schedules, PEAKS, TOTALS, st.data())
@example(OneCycle(warmup_share=0.5), 0.1, 2, None)
def test_no_schedule_ever_gives_zero_nan_or_more_than_the_peak(
    schedule: Schedule, peak: float, total: int, data: st.DataObject | None
) -> None:
    steps = {0, total // 2, total - 1} | ({data.draw(st.integers(0, total - 1))} if data else set())
    for step in steps:
        rate = schedule.rate(peak, step, total, epoch=step % 500)
        assert math.isfinite(rate)
        assert 0 < rate <= peak * (1 + 1e-12)


@given(schedules, st.integers(1, 3))
def test_the_shortest_runs_have_a_rate_at_every_step(schedule: Schedule, total: int) -> None:
    assert all(0 < rate <= 0.1 * (1 + 1e-12) for rate in rates(schedule, 0.1, total))
