"""The page for Prometheus, at `digits/metrics`, where the host wants it."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from core.errors import StoreError
from core.host import host
from core.metrics import CONTENT_TYPE, exposition
from core.training.engine import living_workers
from pages.server.intake import held
from pages.server.tidy import sessions
from pages.shared.addresses import route
from pages.shared.services import store


def metrics(_request: Request) -> Response:
    """Answer with what the server counts; names, addresses and owners are not among it."""
    if not host().metrics:
        return PlainTextResponse("This server tells no metrics.", 404)
    now = {"sessions": len(sessions()), "workers": living_workers(), "uploads_bytes": sum(held().values())}
    try:
        runs = store().counts()
    except StoreError:  # what else is counted says how often it failed
        runs = {}
    return Response(exposition(runs, now), media_type=CONTENT_TYPE)


METRICS_ROUTE = route("metrics", metrics)
