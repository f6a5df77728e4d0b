"""What was seen of the layers as a value: which steps, how it travels, how it is cut."""

import numpy as np
import pytest

from core.analysis.vitals import SHARE, Vitals, looked_at, price
from core.errors import DataError
from core.model.course import epoch_ends
from core.model.presets import PRESETS


def made(steps: list[int], layers: int = 3, seed: int = 0) -> Vitals:
    rng, shape = np.random.default_rng(seed), (len(steps), layers)
    columns = [rng.normal(size=shape).astype(np.float32) for _ in range(4)]
    spread = rng.normal(size=(*shape, 5)).astype(np.float32)
    return Vitals(tuple(range(1, layers + 1)), np.array(steps), *columns, spread, columns[0])


def test_steps_are_looked_at_ever_more_seldom() -> None:
    assert list(looked_at(40, 0)) == [*range(1, 9), 10, 12, 14, 16, 20, 24, 28, 32, 40]
    assert len(list(looked_at(1_000, 0))) == 35
    assert len(list(looked_at(100_000, 0))) == 62


def test_where_a_look_takes_longer_than_a_step_only_powers_of_two_are_looked_at_first() -> None:
    assert list(looked_at(40, 1.5)) == [1, 2, 4, 8, 16, 32]
    assert list(looked_at(2_000, 1.5))[9:] == [512, 768, 1024, 1280, 1536, 1792]


@pytest.mark.parametrize("name", PRESETS)
def test_looks_take_a_hundredth_of_a_training_besides_those_at_powers_of_two(name: str) -> None:
    spec = PRESETS[name].spec
    each, steps = price(spec.layers, spec.batch_size), epoch_ends(spec, spec.data.images)[-1]
    more = [step for step in looked_at(steps, each) if step & (step - 1)]
    assert len(more) * each <= SHARE * steps


def test_a_look_at_a_small_network_costs_steps_and_one_at_a_large_network_a_part_of_one() -> None:
    prices = {name: price(preset.spec.layers, preset.spec.batch_size) for name, preset in PRESETS.items()}
    assert prices["final"] < 0.1 < prices["quick-start"] < 1 < prices["mlp"] < prices["broken-on-purpose"]


def test_it_travels_as_bytes_of_a_bounded_size_and_a_damaged_one_is_refused_in_a_sentence() -> None:
    whole = made(list(looked_at(100_000, 0)), layers=41)
    content = whole.to_bytes()
    assert len(content) < 110_000
    again = Vitals.from_bytes(content)
    assert again.places == whole.places
    np.testing.assert_array_equal(again.quantiles, whole.quantiles)
    for damaged in (b"", b"PK", content[: len(content) // 2]):
        with pytest.raises(DataError, match="damaged"):
            Vitals.from_bytes(damaged)
        assert Vitals.kept(damaged) is None
    assert Vitals.kept(None) is None


def test_a_run_that_goes_on_has_all_steps_once() -> None:
    both = made([1, 2, 3]).until(2).with_last(made([3], seed=1)).with_last(made([4], seed=2))
    assert both.steps.tolist() == [1, 2, 3, 4]
    assert both.quantiles.shape == (4, 3, 5)
