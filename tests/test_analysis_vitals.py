"""What was seen of the layers as a value: which steps, how it travels, how it is cut."""

import numpy as np
import pytest

from core.analysis.vitals import Vitals, looked_at
from core.errors import DataError


def made(steps: list[int], layers: int = 3, seed: int = 0) -> Vitals:
    rng, shape = np.random.default_rng(seed), (len(steps), layers)
    columns = [rng.normal(size=shape).astype(np.float32) for _ in range(4)]
    spread = rng.normal(size=(*shape, 5)).astype(np.float32)
    return Vitals(tuple(range(1, layers + 1)), np.array(steps), *columns, spread, columns[0])


def test_steps_are_looked_at_ever_more_seldom() -> None:
    assert list(looked_at(40)) == [*range(1, 9), 10, 12, 14, 16, 20, 24, 28, 32, 40]
    assert len(list(looked_at(1_000))) == 35
    assert len(list(looked_at(100_000))) == 62


def test_it_travels_as_bytes_of_a_bounded_size_and_a_damaged_one_is_refused_in_a_sentence() -> None:
    whole = made(list(looked_at(100_000)), layers=41)
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
