"""The terms of every page: underlined with dots, their sentences at the pointer, and all of them at the foot.

Drawn after a page, where its size moves nothing. The terms are fetched once, at an address that changes with
them.
"""

import json
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from core.glossary.book import by_form, glossary
from pages.shared.addresses import address, keeping, route, version
from pages.shared.modules import component

_NAME = "terms.json"
_HTML = """
<details class="digits-terms"><summary>Terms on this page</summary><dl></dl></details>
<div class="digits-term-card" popover="manual" role="tooltip"></div>
"""
_CSS = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


def hints() -> None:
    """Draw the list of a page's terms, folded, and have the terms marked."""
    data = {"terms": f"{address(_NAME)}?v={_version()}"}
    draw = component("digits_hints", _HTML, _CSS, "hints.js")
    draw(key="glossary.hints", data=data, height="content", on_again_change=_nothing)


def _nothing() -> None:
    """Have the component run the script again when a new connection has replaced one that was gone."""


def guard() -> None:
    """Draw nothing that is seen in their place, on the glossary's own page: `whole.js` comes with either."""
    component("digits_whole", None, None, "whole.js")(key="whole", height="content")


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
    return version(terms_json().encode())


def served(asked: str | None) -> Response:
    """Answer with the terms; if they are another version than was asked for, browsers do not keep them."""
    return Response(terms_json(), media_type="application/json", headers=keeping(asked == _version()))


def _answer(request: Request) -> Response:
    return served(request.query_params.get("v"))


TERMS_ROUTE = route(_NAME, _answer)
