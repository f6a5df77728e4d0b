"""Every Plotly chart of the app; one that changes each second neither flickers nor loses its zoom.

`st.plotly_chart` mounts its plot anew whenever the figure changes; this component calls `Plotly.react`
on the one it has. Plotly's own script is served once by the app and cached by the browser.
"""

import json
from collections.abc import Callable
from pathlib import Path

import plotly
import plotly.graph_objects as go
import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

_SCRIPT = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
_ADDRESS = f"/digits/plotly-{plotly.__version__}.min.js"

_JS = """
const script = (url) => window.__digitsPlotly ??= new Promise((resolve, reject) => {
  const tag = Object.assign(document.createElement("script"), { src: url });
  tag.onload = () => resolve(window.Plotly);
  tag.onerror = () => { window.__digitsPlotly = undefined; reject(new Error("plotly.js did not load")); };
  document.head.append(tag);
});

const themed = (layout, style) => {
  const text = style.getPropertyValue("--st-text-color").trim();
  const grid = style.getPropertyValue("--st-border-color-light").trim() || "rgba(128, 128, 128, 0.25)";
  const bar = { bgcolor: "rgba(0,0,0,0)", color: grid, activecolor: text };
  const font = { family: style.getPropertyValue("--st-font").trim(), color: text };
  const axis = (a) => ({ ...a, gridcolor: grid, linecolor: grid });
  const box = style.getPropertyValue("--st-secondary-background-color").trim();
  const hover = { bgcolor: box, bordercolor: grid, font: { color: text } };
  const dragmode = matchMedia("(pointer: coarse)").matches ? false : "zoom"; // a finger scrolls the page
  const axes = { xaxis: axis(layout.xaxis), yaxis: axis(layout.yaxis) };
  return { ...layout, ...axes, font, dragmode, modebar: bar, hoverlabel: hover };
};

export default function ({ parentElement, data }) {
  if (!data.figure) { script(data.script).catch(() => {}); return; }
  const plot = parentElement.querySelector(".digits-plot");
  plot.setAttribute("aria-label", data.label);
  plot.style.minHeight = `${data.figure.layout.height}px`;
  const draw = async () => {
    const Plotly = await script(data.script);
    const layout = themed(data.figure.layout, getComputedStyle(plot));
    const modeBarButtons = [["toImage", "zoom2d", "pan2d", "resetScale2d"]];
    const config = { responsive: true, displaylogo: false, showTips: false, modeBarButtons };
    await Plotly.react(plot, data.figure.data, layout, config);
  };
  draw().catch((error) => { plot.textContent = String(error); });
}
"""


async def _plotly_script(_request: Request) -> FileResponse:
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(_SCRIPT, media_type="text/javascript", headers=headers)


PLOTLY_ROUTE = Route(_ADDRESS, _plotly_script)

_HTML = '<div class="digits-plot" role="img"></div>'


def preload() -> None:
    """Have the browser fetch Plotly's script before the first chart needs it."""
    _component()(key="digits.preload", data={"script": _ADDRESS}, height=1)


def chart(figure: go.Figure, key: str, label: str) -> None:
    """Draw `figure`, or change the chart drawn before under the same key.

    Args:
        label: what the chart shows, for those who cannot see it.
    """
    plain = json.loads(figure.to_json())  # arrays in Plotly's compact base64 form
    _component()(key=key, data={"figure": plain, "script": _ADDRESS, "label": label}, height="content")


def _component() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component(
        "digits_live_chart", html=_HTML, js=_JS, isolate_styles=False
    )
    return component
