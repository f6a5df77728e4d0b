"""Elements of SVG as text. Whatever is written into one is shown as it is; `INK` follows the page."""

import html
from collections.abc import Iterable, Sequence
from typing import Any

Point = tuple[float, float]
INK = "currentColor"


def element(name: str, content: str | Iterable[str] = "", **attributes: Any) -> str:
    """Return an element around `content`, which is markup already; `stroke_width=1` is `stroke-width="1"`."""
    inside = content if isinstance(content, str) else "".join(content)
    told = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(_plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{told}>{inside}</{name}>" if inside else f"<{name}{told}/>"


def polygon(points: Sequence[Point], **attributes: Any) -> str:
    return element("polygon", points=" ".join(f"{_plain(x)},{_plain(y)}" for x, y in points), **attributes)


def line(start: Point, end: Point, **attributes: Any) -> str:
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], **attributes)


def text(said: str, x: float, y: float, size: float, **attributes: Any) -> str:
    shown: dict[str, Any] = {"fill": INK, "text_anchor": "middle"} | attributes
    return element("text", html.escape(said), x=x, y=y, font_size=size, **shown)


def _plain(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
