"""A script in cells (`# %%`) as a Jupyter notebook, format 4.5: the same code, the same numbers."""

import ast
import json
import re
from typing import Any

from core.export.script import run_script
from core.runs.records import Run
from core.runs.store import RunStore

_LONGEST = 10_000
_FOLDED = {"_kg_hide-input": True, "cellView": "form", "jupyter": {"source_hidden": True}}
"""What Kaggle, Colab and Jupyter know a cell by whose code is not shown until it is asked for."""
_CELL = re.compile(r"^# %% (.*)\n((?:# .*\n)*)", re.MULTILINE)


def run_notebook(store: RunStore, run: Run) -> bytes:
    """Return the notebook of a run as UTF-8.

    Raises:
        StoreError: as in `run_script`.
    """
    return notebook(run_script(store, run).decode()).encode()


def notebook(script: str) -> str:
    """Return a script whose cells begin with `# %% Title` as the JSON of a notebook.

    The docstring becomes the first cell of text; so do title and comments at the head of each cell. Code of
    more than 10,000 characters is data: its cell is folded.
    """
    title, _, rest = (ast.get_docstring(ast.parse(script)) or "").partition("\n")
    cells = [_cell("markdown", 0, f"# {title}\n{rest}")]
    _, *parts = _CELL.split(script)
    for heading, words, code in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        told = re.sub("^# ", "", words, flags=re.MULTILINE)
        cells.append(_cell("markdown", len(cells), f"## {heading}\n\n{told}"))
        cells.append(_cell("code", len(cells), code))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    value = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(value, indent=1, ensure_ascii=False)


def _cell(kind: str, place: int, text: str) -> dict[str, Any]:
    metadata = _FOLDED if len(text) > _LONGEST else {}
    cell = {"cell_type": kind, "id": f"cell-{place}", "metadata": metadata, "source": text.strip()}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
