"""Tables that hold people's words: shown and downloaded as text, never as markup or a formula."""

from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.names import no_formula
from pages.shared.words import escape

_PLAIN = "biufmM"
"""NumPy's letters for columns of truths, numbers and times, in which there is no word."""

if TYPE_CHECKING:  # a page without tables has no need of them
    import pandas as pd
    import pyarrow as pa


def grid(table: "pd.DataFrame", **options: Any) -> Any:
    """Draw an interactive table (`st.dataframe`), whose own download as CSV holds no formula."""
    return st.dataframe(_safe(table), hide_index=True, **options)


def row_grid(rows: Sequence[Mapping[str, Hashable]], **options: Any) -> Any:
    """Draw the same of rows that all have the same columns; the same rows are made into a table once.

    Args:
        rows: a tuple in them is shown as a list.
    """
    columns, cells = tuple(rows[0]), tuple(tuple(row.values()) for row in rows)
    return st.dataframe(_sent(columns, cells), hide_index=True, **options)


@lru_cache(maxsize=64)
def _sent(columns: tuple[str, ...], cells: tuple[tuple[Hashable, ...], ...]) -> "pa.Table":
    """Return the table as it is sent, which takes longer to make than all around it."""
    import pandas as pd
    import pyarrow as pa

    return pa.Table.from_pandas(_safe(pd.DataFrame(list(cells), columns=list(columns))))


def _safe(table: "pd.DataFrame") -> "pd.DataFrame":
    safe = table.rename(columns=_cell)
    for place, kind in enumerate(table.dtypes):
        if kind.kind not in _PLAIN:
            safe.isetitem(place, table.iloc[:, place].map(_cell).array)
    return safe


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_cell(one) for one in value]
    return no_formula(value) if isinstance(value, str) else value


def facts(pairs: dict[str, str]) -> None:
    """Draw names and values below each other; `st.table` would take them for Markdown."""
    if pairs:
        st.table(_facts(*pairs.items()), border="horizontal", hide_index=False, hide_header=True)


@lru_cache(maxsize=256)
def _facts(*pairs: tuple[str, str]) -> "pa.Table":
    """Return the table as it is sent, which takes longer to make than all around it."""
    import pandas as pd
    import pyarrow as pa

    shown = {escape(name): escape(value) for name, value in pairs}
    return pa.Table.from_pandas(pd.DataFrame({"0": shown.values()}, index=list(shown)))
