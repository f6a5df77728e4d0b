"""A canvas to draw a digit on with mouse, finger, pen or keys; its ink comes back after each stroke."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.data.canvas import SIDE, ink_from
from pages.shared.modules import component

_HTML = """
<canvas class="digits-canvas" tabindex="0" role="application" aria-describedby="digits-keys"
  aria-label="Drawing area: draw one digit with mouse, finger, pen or keys"></canvas>
<div class="digits-tools">
  <button type="button" class="undo">Undo</button>
  <button type="button" class="clear">Clear</button>
  <label>Pen <input type="range" class="pen" min="4" max="18" value="9" aria-label="Width of the pen"></label>
</div>
<p class="digits-keys" id="digits-keys">By keyboard: the arrows move the pen (with Shift in small steps),
Space puts it down and lifts it.</p>
<p class="digits-hidden" role="alert" hidden>This browser hides from pages what is drawn on them, against
tracking: allow this page to read its canvas, or use another browser.</p>
"""
_CSS = """
.digits-canvas { width: calc(min(100%, 320px) - 4px); aspect-ratio: 1; margin: 2px; background: #000;
  border-radius: 0.5rem; box-shadow: 0 0 0 2px var(--st-border-color); cursor: crosshair; display: block;
  touch-action: none; user-select: none; -webkit-user-select: none; -webkit-touch-callout: none;
  -webkit-tap-highlight-color: transparent; }
.digits-canvas:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 4px; }
.digits-tools :focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.digits-keys { margin: 0.5rem 0 0; font-family: var(--st-font); font-size: 0.875rem; line-height: 1.4;
  color: var(--st-text-color); opacity: 0.7; }
.digits-hidden { margin: 0.5rem 0 0; font-family: var(--st-font); line-height: 1.4;
  color: var(--st-text-color); }
@media (pointer: coarse) { .digits-keys { display: none; } }
.digits-tools { display: flex; gap: 0.5rem; align-items: center; margin-top: 0.5rem; flex-wrap: wrap;
  font-family: var(--st-font); color: var(--st-text-color); touch-action: manipulation; user-select: none;
  -webkit-user-select: none; }
.digits-tools button { font: inherit; color: inherit; background: var(--st-secondary-background-color);
  border: 1px solid var(--st-border-color); border-radius: 0.5rem; padding: 0.35rem 0.9rem; cursor: pointer; }
.digits-tools .pen { accent-color: var(--st-primary-color); min-width: 0; flex: 1 1 0; max-width: 130px; }
.digits-tools label { display: flex; align-items: center; gap: 0.4rem; flex: 1 1 100px;
  min-width: 0; }
"""


def canvas(key: str, version: int) -> NDArray[np.float32] | None:
    """Draw the canvas; return its ink, float32 (140, 140) in 0…1, or None where nothing is drawn.

    Args:
        version: another number empties the canvas; what was drawn before counts no more.
    """
    draw = component("digits_canvas", _HTML, _CSS, "canvas.js", isolate_styles=True)
    data = {"version": version, "side": SIDE}
    result = draw(key=key, data=data, height="content", on_ink_change=_nothing)
    sent = getattr(result, "ink", None)
    current = isinstance(sent, Mapping) and sent.get("version") == version
    return ink_from(sent["url"]) if current and "url" in sent else None


def _nothing() -> None:
    """Have the component run the script again when the ink changes."""
