"""The scripts of components, each an ES module that a browser fetches once and keeps.

Streamlit sends a component's script whenever it draws the component, so that one which is drawn each second
would be sent each second. What is sent here is a short script that imports the module.
"""

import json
import re
from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from core.home import PROJECT
from pages.shared.addresses import address, keeping, route, version

_FOLDER = "modules"
_FILES = {path.name: path for path in (PROJECT / "pages").rglob("*.js")}
_IMPORT = """
const load = (url) => import(new URL(url, document.baseURI));
const again = (seconds) => new Promise((go) => setTimeout(go, 1000 * seconds))
  .then(() => load(`${address}&after=${seconds}`));
const module = load(address).catch(() => again(1)).catch(() => again(3));
const reader = new TextDecoder();
const told = ({ data }) => data && JSON.parse(reader.decode(data));
"""
_DRAW = """
export default async (component) => (await module).default({ ...component, data: told(component) });
"""
_DRAW_ON = """
const on = (control) => { control.disabled = false; delete control.dataset.waits; };
export default async (component) => {
  const script = await module;
  component.parentElement.querySelectorAll("[data-waits]").forEach(on);
  return script.default({ ...component, data: told(component) });
};
"""
"""The same, where some of its HTML is off until the script has come."""
_WAITS = """
[data-waits] { opacity: 0.4; animation: waits 0.3s backwards; }
@keyframes waits { 0%, 99% { opacity: 1; } }
"""
"""What waits for its script looks so after a moment: mostly the script is there sooner."""


@cache
def component(
    name: str, html: str | None, css: str | None, script: str, *, isolate_styles: bool = False
) -> Callable[..., Any]:
    """Return what draws a component; it is registered once, or Streamlit would read it through each time.

    The buttons and inputs of its HTML are off until its script has come: before, they would do nothing.

    What its script is told (`data`) goes as bytes, unless it is JSON in bytes already: Streamlit would look
    in each list and dictionary for tables, for which it imports pandas and holds it against thirty types.

    Args:
        script: the file that is its script, as in `module`.
        isolate_styles: whether the page's styles stay out of it, and its own in it.
    """
    waits = html is not None and waiting(html) != html
    draw = st.components.v2.component(
        name,
        html=html and waiting(html),
        css=f"{_WAITS}{css}" if waits else css,
        js=module(script, waits),
        isolate_styles=isolate_styles,
    )

    @wraps(draw)
    def drawn(*, data: object = None, **named: Any) -> Any:
        told = data if data is None or isinstance(data, bytes) else json.dumps(data).encode()
        return draw(data=told, **named)

    return drawn


def waiting(html: str) -> str:
    """Return HTML of which each button and input is off and marked as waiting for the component's script."""
    return re.sub(r"<(button|input)\b", r"<\1 disabled data-waits", html)


def module(name: str, is_waited_for: bool = False) -> str:
    """Return the script of a component that imports a file of the pages' folders, such as "chart.js".

    What is off in its HTML until then (`waiting`) goes on.

    What does not come is asked for again after one and three seconds, each time at another address, since
    browsers may remember a failure; then the component says so.
    """
    draw = _DRAW_ON if is_waited_for else _DRAW
    return f'const address = "{address(f"{_FOLDER}/{name}")}?v={_version(name)}";{_IMPORT}{draw}'


@cache
def _version(name: str) -> str:
    return version(_FILES[name].read_bytes())


def served(name: str, asked: str | None) -> Response:
    """Answer with a module; if it is another version than was asked for, browsers do not keep it."""
    if name not in _FILES:
        return PlainTextResponse("There is no such script.", 404)
    headers = keeping(asked == _version(name))
    return FileResponse(_FILES[name], media_type="text/javascript", headers=headers)


def _answer(request: Request) -> Response:
    return served(request.path_params["name"], request.query_params.get("v"))


MODULE_ROUTE = route(f"{_FOLDER}/{{name}}", _answer)
