"""A run as files: the list of downloads, and the address at which each file is made when it is asked for.

`st.download_button` can make its data at the click too, but what it made is dropped with the next two script
runs of any visitor: while a class watches runs live, many such downloads break.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from core.errors import DataError, NotFoundError, UserError
from core.names import isolated
from core.runs.records import Run
from pages.shared.addresses import address, route
from pages.shared.asking import answer_within
from pages.shared.opened import opened
from pages.shared.services import plain_errors, store

if TYPE_CHECKING:
    from core.export.files import File

_FOLDER = "runs"
PATIENCE = 120.0
"""Seconds that a download waits for the lane; others may be asking it."""
CODE = ("script", "notebook", "model", "tflite")
_ICONS = {
    "report": "description",
    "archive": "folder_zip",
    "configuration": "data_object",
    "network": "schema",
    "model": "neurology",
    "tflite": "smartphone",
    "script": "code",
    "notebook": "book",
}


def run_exports(run: Run) -> None:
    """Draw the list of all files that this run can be had as now."""
    opened("Download", _list, run, f"download.{run.id}", ":material/download:")


def _list(run: Run) -> None:
    with plain_errors(go_on=True), st.container(gap=None):
        for key, file in _files(run).items():
            _row(run, key, file)
    if run.is_live:
        st.caption("The report and the whole run follow once the run has ended.")


def code_exports(run: Run) -> None:
    """Draw the links to a run's network as code and as models."""
    files = _files(run)
    for key in CODE:
        if key in files:
            _link(run, key, files[key], files[key].help)


def _files(run: Run) -> "dict[str, File]":
    from core.export.files import files_of  # not before it is needed: the server is up sooner

    return files_of(store(), run)


def _row(run: Run, key: str, file: "File") -> None:
    """Draw a link of the list; a tooltip of the link itself would lie over the one above it."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        _link(run, key, file, None)
        st.markdown("&nbsp;", help=file.help, width="content")


def _link(run: Run, key: str, file: "File", tooltip: str | None) -> None:
    icon = f":material/{_ICONS.get(key, 'table')}:"
    url = address(f"{_FOLDER}/{run.id}/{key}")
    st.link_button(file.label, url, type="tertiary", icon=icon, help=tooltip)


def exported(run_id: str, key: str) -> Response:
    """Answer with one file of a run, made now, or with one sentence that says why there is none."""

    from core.export.files import file_name

    def make() -> tuple[bytes, str, str]:
        run = store().get(run_id)
        file = _files(run).get(key)
        if file is None:
            raise DataError(
                f"There is no file “{key[:40]}” of the run “{isolated(run.name)}”: it has none, or not yet."
            )
        return _content(run, file), file_name(run, file), file.media_type

    return attachment(make)


def _content(run: Run, file: "File") -> bytes:
    """Make a file: here, or where Keras is."""
    if file.question is None:
        return file.make(store(), run)
    return answer_within(PATIENCE, file.question, store().url, run.id, run.ended_at or 0.0)


def attachment(make: Callable[[], tuple[bytes, str, str]]) -> Response:
    """Answer with the content, file name and media type that `make` gives, or with its refusal."""
    try:
        content, name, media_type = make()
    except (NotFoundError, DataError) as error:
        return PlainTextResponse(str(error), 404)
    except UserError as error:
        return PlainTextResponse(str(error), 503)
    headers = {
        "Content-Disposition": _disposition(name),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=media_type, headers=headers)


def _disposition(name: str) -> str:
    """Return the header that names a download (RFC 6266): in ASCII, and as it is where that differs."""
    plain = "".join(sign if sign.isascii() else "_" for sign in name)
    exact = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'attachment; filename="{plain}"{exact}'


def _answer(request: Request) -> Response:
    return exported(request.path_params["run_id"], request.path_params["key"])


EXPORT_ROUTE = route(f"{_FOLDER}/{{run_id}}/{{key}}", _answer)
