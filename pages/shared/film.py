"""What each layer of a run's network makes of an image, untrained and after each epoch, also while it trains.

The page is told which epochs there are; a browser fetches the frames that it shows, each once. While a run
trains the browser itself asks for further epochs, so that the page need not draw the picture again.
"""

from collections.abc import Sequence

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core.analysis.film import Film, from_bytes
from core.data import mnist
from core.errors import DataError, RunNotFoundError, UserError
from core.export.first_run import first_film, first_film_version
from core.inference.film import kept_tiles
from core.inference.still import still
from core.runs.artifacts import FILM, MODEL
from core.runs.records import Run
from pages.shared.addresses import address, keeping, route
from pages.shared.asking import answer_within, of
from pages.shared.services import store

_FOLDER = "film"
TICK, PATIENCE = 1.0, 60.0
"""Seconds between two looks at the film of a run that trains, and for which a browser waits for a network."""


def film(run: Run) -> Film | None:
    """Return a run's film as far as it is there.

    Of a run that has not begun it is one without frames. Of an ended run that kept none, but its network, it
    is one of a single frame, which is made when a browser wants it; None where there is no network either.
    """
    if run.is_live:
        return _live(run.id) or _unbegun(run)
    kept = _ended(run.id, run.ended_at or 0.0)
    if kept is None and run.results and MODEL in store().artifact_names(run.id):
        shown = mnist.one_of_each()
        return Film(shown.images, shown.labels, kept_tiles(run.spec.layers), (run.results.best_epoch,), ())
    return kept


def _unbegun(run: Run) -> Film:
    """Return a film without images and frames, which says how large they will be."""
    shown = mnist.one_of_each()
    return Film(shown.images[:0], shown.labels[:0], kept_tiles(run.spec.layers), (), ())


@st.cache_resource(max_entries=64, show_spinner=False)
def _still(url: str, run_id: str, ended_at: float, epoch: int) -> Film:
    """Ask the network once, for all visitors."""
    shown = mnist.one_of_each()
    return answer_within(PATIENCE, still, url, run_id, ended_at, shown.images, shown.labels, epoch)


@st.cache_resource(max_entries=16, show_spinner=False)
def _ended(run_id: str, ended_at: float) -> Film | None:
    return _read(run_id)


@st.cache_resource(ttl=TICK, max_entries=16, show_spinner=False)
def _live(run_id: str) -> Film | None:
    """Look once a second for all visitors."""
    return _read(run_id)


def _read(run_id: str) -> Film | None:
    content = store().artifact(run_id, FILM)
    return from_bytes(content) if content else None


def sent(run: Run, found: Film) -> dict[str, object]:
    """Return what a browser is told of a film."""
    told = _told(run.id, found) | {"live": run.is_live}
    if not run.is_live:
        *earlier, last = found.epochs
        if last in earlier or (last and not earlier):
            told["epochs"] = [*_words(earlier), f"kept weights (epoch {last})"]
    return told


def _told(name: str, found: Film) -> dict[str, object]:
    return {
        "address": address(f"{_FOLDER}/{name}"),
        "epochs": _words(found.epochs),
        "labels": found.labels.tolist(),
        "tiles": [[tile.place, tile.rows, tile.columns, tile.channels] for tile in found.tiles],
    }


def _words(epochs: Sequence[int]) -> list[str]:
    return [f"after epoch {epoch}" if epoch else "untrained" for epoch in epochs]


def first_sent(found: Film) -> dict[str, object]:
    """Return what a browser is told of the film of the first screen, which goes on from digit to digit."""
    return _told(_first(), found) | {"live": False, "passing": True}


def _first() -> str:
    """Return what the film of the first screen is called in addresses, where others have their run's id.

    An update brings another name, since browsers keep the frames for good.
    """
    return f"first-{first_film_version()}"


def frame(run_id: str, at: int, image: int) -> Response:
    """Answer with one frame of one image as bytes, the image itself first, or with one sentence.

    Args:
        run_id: of the film's run, or what the film of the first screen is called, in this version.
    """
    try:
        if run_id == _first():
            found, kept = _having(first_film(), at, image), keeping(True)
        else:
            run = store().get(run_id)
            kept = {"Cache-Control": "no-store" if run.is_live else "private, max-age=3600"}
            found = _having(film(run), at, image)
            if not found.packed:
                found = _still(*of(run), found.epochs[0])
        content = found.images[image].tobytes() + found.frame(at)[image].tobytes()
    except (RunNotFoundError, DataError) as error:
        return PlainTextResponse(str(error), 404)
    except UserError as error:
        return PlainTextResponse(str(error), 503)
    return Response(content, media_type="application/octet-stream", headers=kept)


def _having(found: Film | None, at: int, image: int) -> Film:
    """Return a film that has such a frame.

    Raises:
        DataError: it has none.
    """
    if found is None or not 0 <= at < len(found.epochs) or not 0 <= image < len(found.images):
        raise DataError("There is no such frame.")
    return found


def so_far(run_id: str) -> Response:
    """Answer with what a browser is told of a run's film now (`sent`), or with one sentence."""
    try:
        run = store().get(run_id)
        if (found := film(run)) is None:
            raise DataError("There is no film of this run.")
        return JSONResponse(sent(run, found), headers={"Cache-Control": "no-store"})
    except (RunNotFoundError, DataError) as error:
        return PlainTextResponse(str(error), 404)
    except UserError as error:
        return PlainTextResponse(str(error), 503)


def _frame(request: Request) -> Response:
    told = request.path_params
    return frame(told["run_id"], told["at"], told["image"])


def _so_far(request: Request) -> Response:
    return so_far(request.path_params["run_id"])


FILM_ROUTES = (
    route(f"{_FOLDER}/{{run_id}}/{{at:int}}/{{image:int}}", _frame),
    route(f"{_FOLDER}/{{run_id}}", _so_far),
)
