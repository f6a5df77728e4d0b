"""A canvas to draw a digit on with mouse, finger or pen; its ink comes back after each stroke."""

from collections.abc import Callable, Mapping

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.canvas import SIDE, ink_from

_HTML = """
<canvas class="digits-canvas" tabindex="0" role="img"
  aria-label="Drawing area: draw one digit with mouse, finger or pen"></canvas>
<div class="digits-tools">
  <button type="button" class="undo">Undo</button>
  <button type="button" class="clear">Clear</button>
  <label>Pen <input type="range" class="pen" min="4" max="18" value="9" aria-label="Width of the pen"></label>
</div>
"""
_CSS = """
.digits-canvas { width: min(100%, 320px); aspect-ratio: 1; background: #000; border-radius: 0.5rem;
  border: 2px solid var(--st-border-color); touch-action: none; cursor: crosshair; display: block; }
.digits-tools { display: flex; gap: 0.5rem; align-items: center; margin-top: 0.5rem; flex-wrap: wrap;
  font-family: var(--st-font); color: var(--st-text-color); }
.digits-tools button { font: inherit; color: inherit; background: var(--st-secondary-background-color);
  border: 1px solid var(--st-border-color); border-radius: 0.5rem; padding: 0.35rem 0.9rem; cursor: pointer; }
.digits-tools .pen { accent-color: var(--st-primary-color); }
.digits-tools label { display: flex; align-items: center; gap: 0.4rem; }
"""
_JS = """
const FINE = 4; // the ink is drawn finer than it is sent

export default function ({ parentElement, data, setStateValue }) {
  const SIDE = data.side;
  const canvas = parentElement.querySelector(".digits-canvas");
  const pen = parentElement.querySelector(".pen");
  const state = canvas.__state ??= { strokes: [], version: data.version };
  if (state.version !== data.version) Object.assign(state, { strokes: [], version: data.version });
  canvas.width = canvas.height = SIDE * FINE;
  const ink = canvas.getContext("2d");
  const paint = () => {
    ink.fillStyle = "#000";
    ink.fillRect(0, 0, canvas.width, canvas.height);
    Object.assign(ink, { strokeStyle: "#fff", fillStyle: "#fff", lineCap: "round", lineJoin: "round" });
    for (const { width, points } of state.strokes) {
      ink.lineWidth = width * FINE;
      ink.beginPath();
      points.forEach(([x, y], place) => place ? ink.lineTo(x, y) : ink.moveTo(x, y));
      if (points.length === 1) ink.lineTo(points[0][0] + 0.1, points[0][1]);
      ink.stroke();
    }
  };
  const send = () => {
    const small = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });
    const context = small.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(canvas, 0, 0, SIDE, SIDE);
    // The version tells this drawing from one that was there before the canvas was emptied.
    const url = state.strokes.length ? small.toDataURL("image/png") : "";
    setStateValue("ink", { version: state.version, url });
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top].map((at) => at / box.width * canvas.width);
  };
  let drawing = null;
  canvas.onpointerdown = (event) => {
    if (event.button || !event.isPrimary) return; // a second finger draws nothing
    canvas.setPointerCapture(event.pointerId);
    drawing = { width: Number(pen.value), points: [place(event)] };
    state.strokes.push(drawing);
    paint();
    event.preventDefault();
  };
  canvas.onpointermove = (event) => {
    if (!drawing || !event.isPrimary) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) drawing.points.push(place(one));
    paint();
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    if (!drawing || !event.isPrimary) return;
    drawing = null;
    send();
  };
  const change = (strokes) => { state.strokes = strokes; paint(); send(); };
  parentElement.querySelector(".undo").onclick = () => change(state.strokes.slice(0, -1));
  parentElement.querySelector(".clear").onclick = () => change([]);
  paint();
}
"""


def canvas(key: str, version: int) -> NDArray[np.float32] | None:
    """Draw the canvas; return its ink, float32 (140, 140) in 0…1, or None where nothing is drawn.

    Args:
        version: another number empties the canvas; what was drawn before counts no more.
    """
    result = _component()(
        key=key, data={"version": version, "side": SIDE}, height="content", on_ink_change=_nothing
    )
    sent = getattr(result, "ink", None)
    current = isinstance(sent, Mapping) and sent.get("version") == version
    return ink_from(sent["url"]) if current and "url" in sent else None


def _nothing() -> None:
    """Have the component run the script again when the ink changes."""


def _component() -> Callable[..., object]:
    component: Callable[..., object] = st.components.v2.component(
        "digits_canvas", html=_HTML, css=_CSS, js=_JS
    )
    return component
