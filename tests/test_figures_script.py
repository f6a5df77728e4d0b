"""The JavaScript that draws the figures has the version of who makes them, and knows all their traces."""

import ast
from collections.abc import Iterator

from plotly.offline import get_plotlyjs_version

from core.figures.script import SCRIPT, TRACES, VERSION
from core.home import PROJECT

NO_TRACE = {"trace", "shape", "annotation", "vline", "hline", "vrect", "hrect", "layout_image"}


def test_it_has_the_version_for_which_figures_are_made() -> None:
    assert get_plotlyjs_version() == VERSION
    with SCRIPT.open(encoding="utf-8") as script:
        assert f"plotly.js (cartesian - minified) v{VERSION}" in script.read(200)


def test_it_draws_every_trace_that_a_figure_has() -> None:
    used = set(_used())
    assert {"scatter", "heatmap", "bar", "contour"} <= used
    assert used <= TRACES


def _used() -> Iterator[str]:
    """Yield the names of the traces that `core.figures` makes: `add_bar`, `go.Heatmap`."""
    for path in (PROJECT / "core" / "figures").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Attribute):
                continue
            if node.attr.startswith("add_") and node.attr[4:] not in NO_TRACE:
                yield node.attr[4:]
            if ast.unparse(node.value) == "go" and node.attr not in ("Figure", "Frame"):
                yield node.attr.lower()
