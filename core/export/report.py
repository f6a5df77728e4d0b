"""A page of its own: text, tables, figures and images in one HTML file that opens without any server.

It asks the network for nothing, which a content security policy in it enforces; it is light or dark as the
reader's browser is, and can be printed. Whatever is written into it is shown as it is, markup too; only
`Markdown` is read as that.
"""

import base64
import io
import json
import math
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from numpy.typing import NDArray
from PIL import Image

from core.figures.script import SCRIPT
from core.words import stated


@dataclass(frozen=True)
class Number:
    """One headline number, such as ("Test accuracy", "98.48%", "98.22 – 98.70%")."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """One small image uint8 (h, w), 0 the background and 255 full ink, and what is said below it."""

    pixels: NDArray[np.uint8]
    caption: str = ""


@dataclass(frozen=True)
class Gallery:
    """Images side by side."""

    pictures: Sequence[Picture]


@dataclass(frozen=True)
class Code:
    """Text for a machine, such as a command, in its own lines."""

    text: str


@dataclass(frozen=True)
class Markdown:
    """A person's text with headings, lists, tables and links; HTML in it is shown, pictures are links."""

    text: str


@dataclass(frozen=True)
class Chart:
    """A figure, and what it shows for those who cannot see it."""

    figure: go.Figure
    label: str


@dataclass(frozen=True)
class Drawing:
    """A picture as SVG that tells by itself what it shows; it follows the colours of the page."""

    svg: str


Item: TypeAlias = (
    str
    | pd.DataFrame
    | Mapping[str, object]
    | Sequence[Number]
    | Chart
    | go.Figure
    | Gallery
    | Code
    | Markdown
    | Drawing
)


class Section:
    """A heading and what follows it.

    Args:
        title: may be empty.
        items: a text is a paragraph, a table shows its index unless that only counts the rows, a mapping is
            a table of two columns, a list of `Number`s a row of cards.
    """

    def __init__(self, title: str, *items: Item) -> None:
        self.title, self.items = title, items


def html_report(title: str, sections: Sequence[Section], subtitle: str = "") -> str:
    """Return the whole page; Plotly's script (5 MB) is in it once, if there is any figure."""
    parts: list[dict[str, Any]] = [
        {"title": section.title, "items": [_part(item) for item in section.items]} for section in sections
    ]
    has_figure = any(part["kind"] == "figure" for section in parts for part in section["items"])
    page: str = _template().render(
        title=title,
        subtitle=subtitle,
        made=stated(time.time()),
        sections=parts,
        plotly=SCRIPT.read_text(encoding="utf-8") if has_figure else None,
        nonce=secrets.token_urlsafe(16),
    )
    return page


@cache
def _template() -> Any:
    folder = FileSystemLoader(Path(__file__).parent)
    environment = Environment(loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.get_template("report.html.j2")


@cache
def _markdown() -> MarkdownIt:
    rules = MarkdownIt("commonmark", {"html": False})
    return rules.enable(["table", "strikethrough"]).disable("image")


def _part(item: Item) -> dict[str, Any]:
    """Return an item as the values that the template draws it from."""
    match item:
        case str():
            return {"kind": "text", "text": item}
        case Code():
            return {"kind": "code", "text": item.text}
        case Markdown():
            return {"kind": "markdown", "html": _markdown().render(item.text)}
        case Drawing():
            return {"kind": "drawing", "svg": item.svg}
        case pd.DataFrame():
            return {"kind": "table"} | _table(item)
        case Mapping():
            rows = [[(str(key), False), (_cell(value), False)] for key, value in item.items()]
            return {"kind": "table", "head": [], "rows": rows}
        case Gallery():
            return {"kind": "gallery", "pictures": [(_data_uri(p.pixels), p.caption) for p in item.pictures]}
        case Chart():
            return _figure(item.figure, item.label)
        case go.Figure():
            return _figure(item, item.layout.title.text or "Chart")
    return {"kind": "numbers", "numbers": item}


def _table(table: pd.DataFrame) -> dict[str, Any]:
    """Return head and rows of (text, whether it is a number); the index leads where it is a label."""
    if not isinstance(table.index, pd.RangeIndex):
        table = table.reset_index(names=table.index.name or "")
    numeric = [pd.api.types.is_numeric_dtype(table[column]) for column in table]
    head = list(zip(map(str, table), numeric, strict=True))
    rows = [
        list(zip(map(_cell, row), numeric, strict=True)) for row in table.itertuples(index=False, name=None)
    ]
    return {"head": head, "rows": rows}


def _cell(value: object) -> str:
    if isinstance(value, float | np.floating):
        return "–" if math.isnan(value) else f"{value:.4f}"
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return f"{value:,}"
    return "–" if value is None else str(value)


def _figure(figure: go.Figure, label: str) -> dict[str, Any]:
    plain = json.loads(figure.to_json())
    return {
        "kind": "figure",
        "label": label,
        "json": _script_json(plain),
        "height": figure.layout.height or 400,
    }


def _script_json(value: object) -> str:
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(value, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _data_uri(pixels: NDArray[np.uint8]) -> str:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
