"""The dashboard: `streamlit run app.py`. Says which script draws the pages and what lives beside them."""

import gc

gc.disable()  # until all is imported (`pages/server/ahead.py`): it would look through that again and again

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

from core.errors import HostError
from core.journal import keep_journal
from pages.server import ahead, faults
from pages.server.batches import keep_batches
from pages.server.beside import after_imports, beside
from pages.server.bundle import Bundle
from pages.server.cookies import Cookies
from pages.server.ending import OrderlyEnd
from pages.server.headers import SafeHeaders
from pages.server.inside import stay_inside
from pages.server.intake import Intake
from pages.server.prompt import answer_promptly
from pages.server.starting import look_for_nothing
from pages.server.theme import keep_theme
from pages.server.tidy import tidy
from pages.server.untold import keep_told
from pages.server.whole import keep_whole


def routes() -> Sequence[Route]:
    """Return what is served beside the pages; imported, and made ready, while the first browser begins."""
    from pages.classroom.board_file import BOARD_ROUTE
    from pages.compare.download import COMPARISON_ROUTE
    from pages.glossary.hints import TERMS_ROUTE, terms_json
    from pages.server.metrics import METRICS_ROUTE
    from pages.shared.chart import PLOTLY_ROUTES
    from pages.shared.exports import EXPORT_ROUTE
    from pages.shared.film import FILM_ROUTES
    from pages.shared.modules import MODULE_ROUTE

    terms_json()  # made once; else that would be half of what the first page's script takes
    return [
        *(*PLOTLY_ROUTES, MODULE_ROUTE, TERMS_ROUTE, *FILM_ROUTES),
        *map(after_imports, (EXPORT_ROUTE, COMPARISON_ROUTE, BOARD_ROUTE)),
        METRICS_ROUTE,
    ]


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Have all ready before it is needed, stay small, and leave no worker behind."""
    async with tidy():
        answer_promptly()
        keep_theme()
        keep_batches()
        keep_whole()
        keep_told()
        stay_inside()
        ahead.start(routes)
        yield {}
    ahead.end()
    gc.freeze()  # or Python looks through all objects once more at its end, which takes longer than all else


try:
    keep_journal()
except HostError as error:  # without its limits nothing is served
    raise SystemExit(str(error)) from None

look_for_nothing()
app = st.App(
    "pages/navigation.py",
    lifespan=lifespan,
    routes=[beside(routes)],
    middleware=[
        *(Middleware(OrderlyEnd), Middleware(SafeHeaders), Middleware(Bundle)),
        *(Middleware(Cookies), Middleware(Intake)),
    ],
    on_script_error=faults.on_page,
    exception_handlers={Exception: faults.on_route},
)
