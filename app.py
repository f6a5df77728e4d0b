"""The dashboard: `streamlit run app.py`. Says which script draws the pages and what lives beside them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from pages._shared.chart import PLOTLY_ROUTE
from pages._shared.compare.download import COMPARISON_ROUTE
from pages._shared.exports import EXPORT_ROUTE
from pages._shared.services import close_workers, warm_workers
from pages._shared.tidy import tidy
from pages._shared.visitor import VisitorCookie


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Have a worker warm before the first click, stay small, and leave no worker behind."""
    async with tidy():
        warm_workers()
        yield {}
    close_workers()


app = st.App(
    "pages/navigation.py",
    lifespan=lifespan,
    routes=[PLOTLY_ROUTE, EXPORT_ROUTE, COMPARISON_ROUTE],
    middleware=[Middleware(VisitorCookie)],
)
