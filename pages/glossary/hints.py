"""The terms of every page: underlined with dots, their sentences at the pointer, and all of them at the foot.

Drawn after a page, where its size moves nothing. With each run of a page goes only what loads the rest:
script and glossary are fetched once, at an address that changes with them.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from core.glossary.book import by_form, glossary
from pages.shared.addresses import address, route

_FOLDER = "glossary"
_HTML = """
<details class="digits-terms"><summary>Terms on this page</summary><dl></dl></details>
<div class="digits-term-card" popover="manual" role="tooltip"></div>
"""
_CSS, _SCRIPT = (Path(__file__).with_suffix(end).read_text(encoding="utf-8") for end in (".css", ".js"))
_JS = """
export default function ({ parentElement, data }) {
  import(new URL(data.script, document.baseURI)).then(({ mounted }) => mounted(parentElement, data.terms));
}
"""


def hints() -> None:
    """Draw the list of a page's terms, folded, and have the terms marked."""
    component = st.components.v2.component("digits_hints", html=_HTML, css=_CSS, js=_JS, isolate_styles=False)
    folder = f"{_FOLDER}/{_version()}"
    data = {"script": address(f"{folder}/hints.js"), "terms": address(f"{folder}/terms.json")}
    component(key="glossary.hints", data=data, height="content")


@lru_cache(maxsize=1)
def terms_json() -> str:
    """Return all terms, and which of them each form of a word means, by its place."""
    terms = [term for group in glossary() for term in group.terms]
    places = {term.term: at for at, term in enumerate(terms)}
    told = [
        {"term": term.term, "means": term.means, "notOn": term.not_on, "marked": term.marked}
        for term in terms
    ]
    forms = {form: places[term.term] for form, term in by_form().items()}
    return json.dumps({"terms": told, "forms": forms}, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=1)
def _version() -> str:
    return hashlib.sha256((_SCRIPT + terms_json()).encode()).hexdigest()[:12]


def file(name: str) -> Response:
    """Answer with the script or the glossary; browsers keep both."""
    files = {"hints.js": (_SCRIPT, "text/javascript"), "terms.json": (terms_json(), "application/json")}
    if name not in files:
        return PlainTextResponse("There is no such file.", 404)
    content, media_type = files[name]
    kept = "public, max-age=31536000, immutable"
    return Response(content, media_type=media_type, headers={"Cache-Control": kept})


def _answer(request: Request) -> Response:
    return file(request.path_params["name"])


GLOSSARY_ROUTE = route(f"{_FOLDER}/{{version}}/{{name}}", _answer)
