"""The JavaScript that draws the figures: of Plotly's own bundles the smallest that knows all their traces.

It is a third of the one that comes along with plotly.py, so a browser has it sooner, and a report is smaller.
"""

from core.home import ASSETS

VERSION = "4.1.1"
"""Of plotly.js, the one for which plotly.py makes figures."""
SCRIPT = ASSETS / f"plotly-cartesian-{VERSION}.min.js"
TRACES = frozenset(
    {
        *("bar", "box", "contour", "heatmap", "histogram", "histogram2d", "histogram2dcontour"),
        *("image", "pie", "scatter", "scatterternary", "violin"),
    }
)
"""What it can draw (plotly.js, `dist/README.md`)."""
