"""The labels that people read, taken from the code: of kinds, of what pages draw, and of figures."""

import ast
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from core.home import PROJECT
from core.model.augmentations import Augmentation
from core.model.kind import controls
from core.model.layers import LAYER_CLASSES
from core.model.optimizers import OPTIMIZERS
from core.model.schedules import SCHEDULES
from core.model.specs import Data, RunSpec

WIDGETS = {
    *("button", "checkbox", "expander", "file_uploader", "form_submit_button", "header", "link_button"),
    *("metric", "multiselect", "number_input", "one_of", "pills", "popover", "radio", "select_slider"),
    *("segmented_control", "selectbox", "slider", "subheader", "tabs", "text_area", "text_input"),
    *("title", "toggle"),
}
"""What pages draw with a label first."""
KINDS: tuple[type[BaseModel], ...] = (
    *LAYER_CLASSES.values(),
    *OPTIMIZERS.values(),
    *SCHEDULES.values(),
    *Augmentation.effects(),
    Data,
    RunSpec,
)


def of_kind(kind: type[BaseModel]) -> set[str]:
    """Return the title of a kind, and what stands over and in the controls of its fields."""
    told = controls(kind).values()
    shown = {str(option) for control in told for option in control.options.values()}
    return {getattr(kind, "title", "")} | {control.label for control in told} | shown


def of_page(path: Path) -> set[str]:
    """Return the labels of a page's part: of widgets, headings, metrics and columns."""
    calls = _calls(path)
    heads = [text for name, call in calls if name in WIDGETS for text in _texts(call.args[:1])]
    return {*heads, *_columns(calls)}


def of_figure(path: Path) -> set[str]:
    """Return the titles of figures and of their axes."""
    return {text for name, call in _calls(path) if name == "layout" for text in _texts(call.args[:3])}


def pages() -> list[Path]:
    return sorted((PROJECT / "pages").rglob("*.py"))


def figures() -> list[Path]:
    return sorted((PROJECT / "core" / "figures").rglob("*.py"))


def _calls(path: Path) -> list[tuple[str, ast.Call]]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [(ast.unparse(node.func).split(".")[-1], node) for node in nodes if isinstance(node, ast.Call)]


def _texts(nodes: list[ast.expr]) -> Iterator[str]:
    """Yield the texts in expressions; of one with values in it, what stands between them."""
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield part.value


def _columns(calls: list[tuple[str, ast.Call]]) -> Iterator[str]:
    """Yield the names of columns that are told how to look."""
    for _, call in calls:
        for told in call.keywords:
            if told.arg == "column_config" and isinstance(told.value, ast.Dict):
                yield from _texts([key for key in told.value.keys if key is not None])
