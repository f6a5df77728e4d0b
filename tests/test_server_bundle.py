"""Files of Streamlit's bundle are answered whole, as Streamlit itself would answer them."""

import gzip
import re
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Router
from starlette.testclient import TestClient
from streamlit import config, file_util
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from core.figures.script import SCRIPT
from pages.server import ahead, bundle
from pages.shared.addresses import address
from pages.shared.chart import PLOTLY_ROUTES

FOLDER = Path(file_util.get_static_dir())
_PAGE = (FOLDER / "index.html").read_text(encoding="utf-8")
FIRST = re.findall(r'(?:src|href)="\./(static/[^"]+)"', _PAGE)
"""What a page begins with."""
TYPES = {"js": "text/javascript", "css": "text/css", "woff2": "font/woff2"}
THEIRS = "Streamlit's answer"
ours = TestClient(bundle.Bundle(PlainTextResponse(THEIRS)))


def test_what_a_page_begins_with_is_answered_whole_and_as_streamlit_would() -> None:
    streamlit = TestClient(create_streamlit_static_handler(str(FOLDER), None))
    assert len(FIRST) > 10
    for name in FIRST:
        answer, theirs = ours.get(f"/{name}"), streamlit.get(f"/{name}")
        assert answer.status_code == theirs.status_code == 200
        assert answer.content == theirs.content
        kept = [one.headers["cache-control"].split(", ") for one in (answer, theirs)]
        assert sorted(kept[0]) == sorted(kept[1])
        assert answer.headers["content-type"].partition(";")[0] == TYPES[name.rpartition(".")[2]]


@pytest.mark.parametrize(
    ("stands", "takes", "packs"), [(True, "br, gzip", True), (True, "br", False), (False, "gzip", False)]
)
def test_once_a_page_stands_scripts_and_styles_go_packed_to_those_who_unpack(
    monkeypatch: pytest.MonkeyPatch, stands: bool, takes: str, packs: bool
) -> None:
    monkeypatch.setattr(ahead, "stands", lambda: stands)
    sizes = []
    for name in FIRST:
        with ours.stream("GET", f"/{name}", headers={"Accept-Encoding": takes}) as answer:
            sent = b"".join(answer.iter_raw())
        is_packed = answer.headers.get("content-encoding") == "gzip"
        assert is_packed == (packs and not name.endswith("woff2"))
        assert answer.headers["vary"] == "Accept-Encoding"
        assert int(answer.headers["content-length"]) == len(sent)
        content = (FOLDER / name).read_bytes()
        assert (gzip.decompress(sent) if is_packed else sent) == content
        sizes.append((len(sent), len(content)))
    sent_bytes, bytes_of_files = map(sum, zip(*sizes, strict=True))
    assert (sent_bytes < bytes_of_files / 2) == packs


def test_plotly_is_packed_once_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    plotly = TestClient(Router(PLOTLY_ROUTES))
    first = plotly.get(f"/{address(SCRIPT.name)}")
    monkeypatch.setattr(gzip, "compress", None)
    again = plotly.get(f"/{address(SCRIPT.name)}")
    assert again.headers["content-encoding"] == "gzip"
    assert first.content == again.content == SCRIPT.read_bytes()


def test_the_path_at_which_the_app_is_served_comes_before_the_name() -> None:
    before = config.get_option("server.baseUrlPath")
    config.set_option("server.baseUrlPath", "class")
    try:
        assert ours.get(f"/class/{FIRST[0]}").content == (FOLDER / FIRST[0]).read_bytes()
        assert ours.get(f"/{FIRST[0]}").text == THEIRS
    finally:
        config.set_option("server.baseUrlPath", before)


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/results", "/index.html", "/static/js/", "/static/js/none.js", "/static/media/balloon.png"),
        *("/static/js/../index.html", "/static/js/..%2Findex.js", "/static/js/%2e%2e/js/none.js"),
        f"/results/{FIRST[0]}",
    ],
)
def test_all_else_is_streamlits(path: str) -> None:
    assert ours.get(path).text == THEIRS


def test_a_part_or_a_changed_file_is_streamlits_to_answer() -> None:
    for asked in ({"Range": "bytes=0-9"}, {"If-None-Match": '"a"'}):
        assert ours.get(f"/{FIRST[0]}", headers=asked).text == THEIRS
    assert ours.post(f"/{FIRST[0]}").text == THEIRS


def test_what_is_large_is_streamlits_to_answer_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "LARGEST", 10)
    assert ours.get(f"/{FIRST[0]}").text == THEIRS
