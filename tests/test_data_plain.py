"""The fast reader of Kaggle's own form is held against the thorough one, on good tables and on bad ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.tables import plain
from core.data.tables.cells import numbers
from core.data.tables.layout import COLUMNS, Layout
from core.data.tables.plain import plain_numbers
from core.data.tables.text import lines

LABELLED = Layout(tuple(COLUMNS), tuple(range(1, 785)), (0,))
MIXED = Layout(tuple(COLUMNS), (*range(2, 785), 0), (1,))


def table(seed: int, rows: int, highest: int = 255) -> bytes:
    """Return lines with a digit in their first two places, and pixels behind."""
    random = np.random.default_rng(seed)
    cells = random.integers(0, highest + 1, (rows, 785))
    cells[:, :2] = random.integers(0, 10, (rows, 2))
    return b"".join(",".join(map(str, row)).encode() + b"\n" for row in cells)


@pytest.mark.parametrize("layout", [LABELLED, MIXED])
@pytest.mark.parametrize("end", [b"\n", b""])
def test_plain_tables_are_read_as_by_pandas(
    layout: Layout, end: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        plain, "_BLOCK", 9_000
    )  # so that several blocks are read, with lines across their ends
    text, shares = b"header\n" + table(1, rows=23).removesuffix(b"\n") + end, list[float]()
    found = plain_numbers(text, len(b"header\n"), layout, shares.append)
    wanted = numbers((line for _, line in lines(text, 7)), layout)
    assert found is not None
    assert wanted is not None
    assert found.labels is not None
    assert wanted.labels is not None
    np.testing.assert_array_equal(found.images, wanted.images)
    np.testing.assert_array_equal(found.labels, wanted.labels)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) > 3


@settings(max_examples=150, deadline=None)
@given(
    at=st.integers(0, 2_000),
    instead=st.text(alphabet='0123456789,\n-+. e"x', max_size=5),
    cut=st.integers(0, 3),
    highest=st.sampled_from([9, 255, 256]),
)
def test_whatever_stands_in_a_table_the_fast_reader_takes_only_what_the_thorough_one_takes(
    at: int, instead: str, cut: int, highest: int
) -> None:
    text = table(at, rows=3, highest=highest)
    text = text[:at] + instead.encode() + text[at + cut :]
    found = plain_numbers(text, 0, LABELLED)
    if found is not None:
        wanted = numbers((line for _, line in lines(text)), LABELLED)
        assert wanted is not None
        np.testing.assert_array_equal(found.images, wanted.images)
        np.testing.assert_array_equal(found.labels, wanted.labels)
