"""Every Plotly chart of the app; one that changes each second neither flickers nor loses its zoom.

`st.plotly_chart` mounts its plot anew whenever the figure changes; this component calls `Plotly.react`
on the one it has (`chart.js`). Plotly's own script is served once by the app and cached by the browser.
"""

import json
from collections.abc import Callable
from functools import cache, partial

import plotly.graph_objects as go
import streamlit as st
from starlette.requests import Request
from starlette.responses import Response

from core.figures.script import SCRIPT
from pages.shared.addresses import address, keeping, route, version
from pages.shared.drawn import Drawn, look, plain
from pages.shared.kinds import scripts
from pages.shared.modules import component
from pages.shared.packed import unpacks, whole

_LOOK = "plotly-look.json"


async def _plotly_script(request: Request) -> Response:
    return whole(SCRIPT, "text/javascript", unpacks(request.headers))


def _plotly_look(request: Request) -> Response:
    asked = request.query_params.get("v") == _version()
    return Response(look(), media_type="application/json", headers=keeping(asked))


@cache
def _version() -> str:
    return version(look())


def _from() -> dict[str, str]:
    """Return where the browser fetches what all charts need, once."""
    return {"script": address(SCRIPT.name), "look": f"{address(_LOOK)}?v={_version()}"}


OnClick = Callable[[str, str], None]
PLOTLY_ROUTES = (route(SCRIPT.name, _plotly_script), route(_LOOK, _plotly_look))

_HTML = '<div class="digits-plot"></div>'
_CSS = """
.digits-plot .modebar:focus-within { opacity: 1 !important; }
.digits-plot .modebar-btn:focus-visible { outline: 2px solid var(--st-primary-color); }
.digits-plot .updatemenu-button:focus-visible { outline: none; }
.digits-plot .updatemenu-button:focus-visible rect { stroke: var(--st-primary-color) !important;
  stroke-width: 2px !important; }
.digits-plot[role]:empty { display: grid; place-items: center; border-radius: var(--st-base-radius);
  background: var(--st-secondary-background-color); }
.digits-plot[role]:empty::before { content: "The chart is on its way …"; font: 0.875rem var(--st-font);
  color: var(--st-text-color); }
.digits-plot[role]:empty, .digits-plot[role]:empty::before { animation: digits-plot-late 0.3s backwards; }
@keyframes digits-plot-late { 0%, 99% { background: none; color: transparent; } }
"""
"""While Plotly's script is on its way, the place of a chart says so after a moment, and has its height."""


def preload() -> None:
    """Have the browser fetch what draws a run in training before there is one, Plotly's script too."""
    told = {**_from(), "ahead": scripts("Progress", "Metric", "Checkbox", "PageLink")}
    _component()(key="digits.preload", data=told, height=1)


def chart(figure: go.Figure | Drawn, key: str, label: str, on_click: OnClick | None = None) -> None:
    """Draw `figure`, or change the chart drawn before under the same key.

    A figure whose layout has `meta` {"highlight": True} makes the run under the mouse stand out: in all
    charts of the page, the traces that name another run in their `meta` fade. {"hovergroup": name} ties
    the hover boxes of charts together; {"minwidth": pixels} has it scrolled rather than squeezed. Frames are
    played by a button of the layout's `updatemenus`. {"sprites": …} of `core.figures.sprites` shows the image
    of the point under the mouse; the point's customdata is its place in the sheet.

    Args:
        figure: one of `drawn` where others look at the same.
        label: what the chart shows, for those who cannot see it; also the name of its picture's file.
        on_click: called with the horizontal and the vertical value of a point that was clicked, before the
            script, or fragment, runs again.
    """
    sent = figure if isinstance(figure, Drawn) else plain(figure)
    answers = {"on_click_change": partial(_clicked, key, on_click)} if on_click else {}
    _component()(key=key, data=_told(label, on_click is not None, sent), height="content", **answers)


def _told(label: str, clickable: bool, figure: Drawn) -> bytes:
    """Return what the component is told, as JSON, which of the figure there is already."""
    around = json.dumps({**_from(), "label": label, "clickable": clickable})
    return b'%s, "figure": %s}' % (around[:-1].encode(), figure)


def _clicked(key: str, on_click: OnClick) -> None:
    if point := st.session_state[key].get("click"):
        on_click(str(point["x"]), str(point["y"]))


def _component() -> Callable[..., object]:
    return component("digits_live_chart", _HTML, _CSS, "chart.js")
