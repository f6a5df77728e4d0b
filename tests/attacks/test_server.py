"""What somebody tries who speaks to a server without a browser; SECURITY.md names each attempt."""

import hashlib
import json
import re
import socket
import zlib
from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from core.classes.task import Task
from core.model import layers as L
from core.model.specs import Data, RunSpec
from core.runs import tables as t
from core.runs.status import Command, RunStatus
from pages.shared.tokens import COOKIE
from tests.attacks.stranger import XSRF, Answer, Stranger, buttons, said
from tests.browser.server import Server
from tests.pages.test_pages import saved

SPEC = RunSpec(layers=(L.Flatten(), L.Dense(units=16)), data=Data(images=4000), epochs=2)
NAME = "known-to-anna-alone"
ANNA = hashlib.sha256(NAME.encode()).hexdigest()[:32]
"""How Anna's runs name her: she alone knows what this is the hash of."""


def of_anna(server: Server) -> str:
    """Return a run of Anna's that she has paused."""
    store = server.store
    run = store.create(SPEC, "Anna's", owner=ANNA)
    values = {"status": RunStatus.PAUSED, "command": Command.PAUSE}
    with store._begin() as connection:
        connection.execute(t.runs.update().where(t.runs.c.id == run.id).values(values))
    return run.id


def untouched(server: Server, run_id: str) -> bool:
    run = server.store.get(run_id)
    return (run.command, run.name, run.status) == (Command.PAUSE, "Anna's", RunStatus.PAUSED)


@pytest.mark.parametrize(
    "path",
    [
        "/digits/runs/../../../../etc/passwd/archive",
        "/digits/runs/..%2f..%2f..%2fetc%2fpasswd/archive",
        "/digits/runs/%2e%2e/%2e%2e%5cruns.sqlite",
        "/digits/comparisons/../../../etc/passwd",
        "/digits/plotly.min.js/../../../../etc/passwd",
        "/digits/modules/..%2f..%2fcore%2fhome.py",
        "/static/../../../../../../etc/passwd",
        "/app/static/..%2f..%2fsecrets.toml",
        "/_stcore/../core/home.py",
        "/component/digits_chart/..%2f..%2f..%2fetc%2fpasswd",
        "/.streamlit/secrets.toml",
        "//etc/passwd",
        "/media/..%2f..%2fetc%2fpasswd",
        "/digits/runs/a%00b/archive",
    ],
)
def test_no_path_leads_out_of_what_is_served(path: str, stranger: Stranger) -> None:
    answer = stranger.ask(path)
    assert b"root:" not in answer.body
    assert b"SQLite format" not in answer.body
    assert b"def home" not in answer.body
    assert (
        answer.status in (400, 403, 404) or b"<title>Streamlit</title>" in answer.body
    )  # the app's own page


def test_every_answer_carries_the_headers(stranger: Stranger) -> None:
    for path in ("/", "/runs", "/_stcore/health", "/digits/runs/nope/archive", "/nowhere/at/all.js"):
        headers = stranger.ask(path).headers
        assert headers["content-security-policy"] == "frame-ancestors 'self'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
def test_the_websocket_of_another_origin_s_page_is_refused_and_nobody_outside_is_asked(
    origin: str, stranger: Stranger, outside: socket.socket
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        stranger.connect(origin)
    assert refused.value.response.status_code == 403
    with pytest.raises(BlockingIOError):  # the answer would keep everybody waiting
        outside.accept()


@pytest.mark.parametrize("message", [bytes(60_000_000), b"\xff" * 40])
def test_a_message_that_is_giant_or_none_ends_its_own_connection_at_most(
    message: bytes, server: Server, stranger: Stranger
) -> None:
    stranger.connect()
    other = Stranger(server.url)
    other.show("runs")
    with pytest.raises(ConnectionClosed):
        stranger.send(message)
    assert "Runs" in said(other.show("runs"))
    other.close()


@pytest.mark.parametrize(
    "cookies",
    [
        {COOKIE: ANNA},
        {COOKIE: NAME.upper()},
        {f"x{COOKIE}": NAME},
        {COOKIE: "", f"{COOKIE}_0": ANNA},
    ],
)
def test_who_knows_how_a_run_names_its_owner_does_not_own_it(cookies: dict[str, str], server: Server) -> None:
    run_id = of_anna(server)
    for names, owns in ((cookies, False), ({COOKIE: NAME}, True)):
        visitor = Stranger(server.url, names)
        shown = visitor.show("results", f"run={run_id}")
        visitor.close()
        assert ("Stop" in buttons(shown)) == owns
        assert ("read-only" in said(shown)) != owns


def test_a_click_on_a_button_that_was_not_drawn_does_nothing(server: Server, stranger: Stranger) -> None:
    run_id = of_anna(server)
    anna = Stranger(server.url, {COOKIE: NAME})
    shown = buttons(anna.show("results", f"run={run_id}"))
    anna.close()
    stranger.show("results", f"run={run_id}")
    for label in ("Stop", "Resume"):
        stranger.show("results", f"run={run_id}", shown[label])
    assert untouched(server, run_id)


def test_a_pupil_who_presses_what_was_drawn_for_the_teacher_changes_nothing(
    server: Server, stranger: Stranger
) -> None:
    code = server.store.create_class("7b", Task(), ANNA, "green giraffe").id
    known = server.store.school_class(code)
    anna = Stranger(server.url, {COOKIE: NAME})
    shown = buttons(anna.show("class", f"code={code}"))
    anna.close()
    assert {"Save", "Change the word", "Delete it"} <= shown.keys()
    assert not shown.keys() & buttons(stranger.show("class", f"code={code}")).keys() - {"All classes"}
    stranger.show("class", f"code={code}", *shown.values())
    assert replace(server.store.school_class(code), seen_at=None) == replace(known, seen_at=None)


def test_who_goes_on_with_somebody_s_session_does_not_own_what_they_own(server: Server) -> None:
    run_id = of_anna(server)
    anna = Stranger(server.url, {COOKIE: NAME})
    anna.show("runs")
    thief = Stranger(server.url)
    thief.connect(session=anna.session)
    shown = thief.show("results", f"run={run_id}")
    assert thief.session == anna.session  # or this would try nothing
    assert "read-only" in said(shown)
    assert "Stop" not in buttons(shown)
    for visitor in (anna, thief):
        visitor.close()
    assert untouched(server, run_id)


def test_no_link_makes_anybody_an_owner_or_does_anything(server: Server, stranger: Stranger) -> None:
    run_id = of_anna(server)
    forged = f"owner={ANNA}&{COOKIE}={NAME}&visitor={ANNA}&stop=1&deleted={run_id}"
    query = f"run={run_id}&{forged}"
    for page in ("", "results", "runs", "sweep", "compare"):
        shown = stranger.show(page, query)
        assert "Stop" not in buttons(shown)
        assert "Undo" not in buttons(shown)
    assert untouched(server, run_id)


def test_what_somebody_deleted_nobody_else_sees_downloads_or_brings_back(
    server: Server, stranger: Stranger
) -> None:
    run_id = saved(server.store, SPEC, "gone for good")
    other = saved(server.store, SPEC, "stays")
    keys = ("archive", "report", "history", "configuration")
    assert [stranger.ask(f"/digits/runs/{run_id}/{key}").status for key in keys] == [200] * 4
    server.store.delete([run_id])
    answers = [stranger.ask(f"/digits/runs/{run_id}/{key}") for key in keys]
    answers.append(stranger.ask(f"/digits/comparisons/{run_id},{other}"))
    assert [answer.status for answer in answers] == [404] * 5
    shown = stranger.show("results", f"run={run_id}")
    assert "gone for good" not in said(shown)
    assert "Undo" not in buttons(stranger.show("runs"))


def link(text: str) -> str:
    packed = zlib.compress(text.encode(), 9, wbits=-15)
    return urlsafe_b64encode(packed).decode().rstrip("=")


@pytest.mark.parametrize(
    "spec",
    [
        "A" * 200_000,
        link("[" * 90_000 + "]" * 90_000)[:3_999],
        link('{"layers":' + "[" * 40_000 + "]" * 40_000 + "}"),
        link(json.dumps({"layers": [{"kind": "flatten"}], "epochs": 10**30})),
        link(json.dumps({"layers": [{"kind": "dense", "units": 10**9}] * 40})),
        link(" " * 99_000_000),
        "%00%ff<script>",
    ],
    ids=["giant", "deep", "deep within", "many epochs", "many units", "a bomb", "no link"],
)
def test_a_giant_or_deep_link_costs_a_sentence(spec: str, stranger: Stranger) -> None:
    shown = said(stranger.show("", f"spec={spec}"))
    assert "What is below stays as it was." in shown or len(spec) > 100_000
    assert "Traceback" not in shown
    assert "Something is broken here" not in shown
    assert stranger.ask("/_stcore/health").status == 200


def put(stranger: Stranger, session: str, file: str, size: int, **headers: str) -> Answer:
    """Upload so many zeros as a browser would, or with other headers."""
    edge = b"--edge\r\n"
    head = edge + b'Content-Disposition: form-data; name="x"; filename="x.csv"\r\n\r\n'
    tail = b"\r\n--edge--\r\n"
    known = {
        "Content-Type": "multipart/form-data; boundary=edge",
        "X-Xsrftoken": stranger.cookies[XSRF],
        "Content-Length": str(len(head) + size + len(tail)),
    }
    known |= {name.replace("_", "-"): value for name, value in headers.items()}
    return stranger.ask(f"/_stcore/upload_file/{session}/{file}", "PUT", head + bytes(size) + tail, known)


def test_uploads_need_a_session_and_its_token_and_do_not_pile_up(server: Server, stranger: Stranger) -> None:
    stranger.show("runs")
    assert re.fullmatch(r"[0-9a-f-]{36}", stranger.session)
    assert put(stranger, "0" * 8, "x", 10).status == 400
    assert put(stranger, stranger.session, "x", 10, X_Xsrftoken="forged").status == 403
    assert put(stranger, stranger.session, "..%2f..%2fx", 10).status == 400
    before = server.family()[0].memory_info().rss
    statuses = [put(stranger, stranger.session, f"file-{n}", 150_000_000).status for n in range(4)]
    assert statuses == [204, 204, 413, 413]
    assert server.family()[0].memory_info().rss - before < 500_000_000
    other = Stranger(server.url)
    other.show("runs")
    assert put(other, other.session, "mine", 1_000_000).status == 204
    other.close()
