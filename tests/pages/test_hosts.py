"""What a page's address, its cookies and its failures are, wherever it is served; no browser is needed."""

import asyncio
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config
from streamlit.testing.v1 import AppTest

from core.host import VARIABLE
from core.model.specs import RunSpec
from core.runs.store import open_store
from pages.server import faults
from pages.server.cookies import Cookies
from pages.server.ending import OrderlyEnd
from pages.server.headers import SafeHeaders
from pages.shared.addresses import address, home, route
from pages.shared.tokens import COOKIE
from tests.pages.test_pages import page, saved

EVERYWHERE = "SameSite=None; Secure"


@pytest.fixture
def at_class() -> Iterator[None]:
    before = config.get_option("server.baseUrlPath")
    config.set_option("server.baseUrlPath", "/class/")
    yield
    config.set_option("server.baseUrlPath", before)


@pytest.fixture
def framed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the host allow a foreign page to frame the app."""
    (tmp_path / "host.toml").write_text('frame_ancestors = ["https://course.example"]')
    monkeypatch.setenv(VARIABLE, str(tmp_path / "host.toml"))


def answer_of(app: ASGIApp, method: str = "GET") -> dict[str, str]:
    """Return the headers of an answer that has passed the safe headers' middleware."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope: Scope = {"type": "http", "method": method, "path": "/", "headers": []}
    asyncio.run(SafeHeaders(app)(scope, receive, send))
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_every_answer_says_who_may_frame_it_and_that_its_type_is_meant(framed: None) -> None:
    for answer in (HTMLResponse("<p>"), JSONResponse({}, 404)):
        headers = answer_of(answer)
        assert headers["content-security-policy"] == "frame-ancestors 'self' https://course.example"
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "same-origin")


def test_without_a_host_s_file_only_the_app_frames_itself() -> None:
    assert answer_of(HTMLResponse("<p>"))["content-security-policy"] == "frame-ancestors 'self'"


def cookies_of(answer: Response, scheme: str = "http", **asked: str) -> list[str]:
    """Return the cookies that a browser is given with an answer to what it asked."""
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in asked.items()]
    scope: Scope = {"type": "http", "method": "GET", "path": "/", "scheme": scheme, "headers": headers}
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    asyncio.run(Cookies(answer)(scope, receive, send))
    return [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]


def test_a_new_browser_gets_a_name_that_no_script_reads_and_no_other_name_replaces() -> None:
    first, second = (cookies_of(HTMLResponse("")) for _ in range(2))
    assert len(first) == len(second) == 1
    name, _, rest = first[0].partition("=")
    assert name.startswith(COOKIE)
    assert name != second[0].partition("=")[0]
    assert rest.split("; ")[1:] == ["Path=/", "Max-Age=31536000", "HttpOnly", "SameSite=Lax"]
    assert len(rest.split(";")[0]) >= 32


def test_the_name_is_for_the_apps_own_path(at_class: None) -> None:
    (cookie,) = cookies_of(HTMLResponse(""))
    assert "; Path=/class; " in cookie


def test_who_has_a_name_gets_no_other_and_files_bring_none() -> None:
    assert cookies_of(HTMLResponse(""), cookie=f"a=b; {COOKIE}=old") == []
    assert cookies_of(HTMLResponse(""), cookie=f"{COOKIE}_1234abcd=new") == []
    assert len(cookies_of(HTMLResponse(""), cookie=f"{COOKIE}=")) == 1
    assert cookies_of(JSONResponse({})) == []
    assert len(cookies_of(Response(status_code=304))) == 1  # the page that the browser has kept


def test_over_https_cookies_are_secure_and_for_no_frame_of_another_site() -> None:
    answer = HTMLResponse("")
    answer.headers.append("set-cookie", "_streamlit_xsrf=2|a|b|3; Path=/; SameSite=Lax")
    given = cookies_of(answer, "https")
    assert [cookie.endswith("; SameSite=Lax; Secure") for cookie in given] == [True, True]
    assert not any("Secure" in cookie for cookie in cookies_of(answer, "http"))


def test_over_https_the_cookies_of_signing_in_are_secure_too_and_for_no_frame(framed: None) -> None:
    given = ("_streamlit_user=a; Path=/; SameSite=lax", "_streamlit_user_tokens=b; SameSite=lax")
    answer = JSONResponse({})
    for cookie in (*given, "_streamlit_session=c; samesite=lax; secure"):
        answer.headers.append("set-cookie", cookie)
    kept = cookies_of(answer, "https")
    assert kept == [*(f"{cookie}; Secure" for cookie in given), "_streamlit_session=c; samesite=lax; secure"]
    assert cookies_of(answer, "http")[:2] == list(given)


@pytest.mark.parametrize(
    ("scheme", "asked"),
    [
        ("https", {}),
        ("http", {"x_forwarded_proto": "https"}),
        ("http", {"x_forwarded_proto": "https, http"}),
        ("http", {"x_forwarded_proto": "HTTPS"}),
    ],
)
def test_where_frames_are_allowed_cookies_come_for_every_frame_and_for_this_one(
    framed: None, scheme: str, asked: dict[str, str]
) -> None:
    answer = HTMLResponse("")
    for cookie in ("_streamlit_xsrf=2|a|b|3; Path=/; SameSite=Lax", "other=1; SameSite=Lax"):
        answer.headers.append("set-cookie", cookie)
    other, *given = sorted(cookies_of(answer, scheme, **asked), key=lambda cookie: cookie[0] != "o")
    assert other == "other=1; SameSite=Lax"
    forged, named = (sorted(c for c in given if c.startswith(start)) for start in ("_streamlit", COOKIE))
    for kept, apart in (forged, named):
        assert kept.endswith(EVERYWHERE)
        assert apart == f"{kept}; Partitioned"
    assert forged[0].startswith("_streamlit_xsrf=2|a|b|3; Path=/; ")
    assert "HttpOnly" in named[0]


def test_what_the_operator_made_stricter_stays_so() -> None:
    answer = JSONResponse({})
    strict = "_streamlit_xsrf=2|a|b|3; Path=/; SameSite=Strict"
    answer.headers.append("set-cookie", strict)
    assert cookies_of(answer, "https") == [strict]


def test_of_two_names_the_older_owns_what_is_begun_and_both_own_what_was(
    cookies: dict[str, str], small_spec: RunSpec
) -> None:
    cookies.clear()
    cookies |= {f"{COOKIE}_b": "older", f"{COOKIE}_a": "newer"}
    test = page()
    next(button for button in test.button if button.label == "Train").click().run()
    (run,) = open_store().runs()
    for kept in ({f"{COOKIE}_b": "older"}, {f"{COOKIE}_a": "newer", f"{COOKIE}_b": "older"}, {}):
        cookies.clear()
        cookies |= kept
        shown = " ".join(element.value for element in page("results/page.py", run=run.id).markdown)
        assert ("read-only" in shown) == (kept == {})


def test_addresses_are_relative_and_routes_lie_at_the_servers_path(at_class: None) -> None:
    assert home() == "/class/"
    assert address("runs/1") == "digits/runs/1"
    assert route("runs/{id}", lambda _: Response()).path == "/class/digits/runs/{id}"


def test_without_a_path_routes_lie_at_the_top() -> None:
    assert route("x", lambda _: Response()).path == "/digits/x"


def test_a_visitor_without_a_cookie_is_told_once(cookies: dict[str, str]) -> None:
    told = "Your browser keeps no cookie"
    for kept, count in (({}, 1), ({COOKIE: "somebody"}, 0)):
        cookies.clear()
        cookies |= kept
        assert sum(told in element.value for element in page("runs/page.py").markdown) == count


def test_a_server_that_breaks_off_ends_as_one_that_shuts_down() -> None:
    seen: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(await receive())

    async def serve() -> None:
        async def never() -> Message:
            await asyncio.sleep(3600)
            return {"type": "lifespan.startup"}

        async def send(message: Message) -> None:
            return None

        task = asyncio.create_task(OrderlyEnd(app)({"type": "lifespan"}, never, send))  # type: ignore[arg-type]
        await asyncio.sleep(0)
        task.cancel()
        await task

    asyncio.run(serve())
    assert seen == [{"type": "lifespan.shutdown"}]


@pytest.fixture
def log() -> Iterator[list[logging.LogRecord]]:
    """Collect what the last line of defence logs."""
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    faults.log.addHandler(handler)
    yield records
    faults.log.removeHandler(handler)


def broken() -> None:
    from pages.server import faults

    try:
        {}["_no *such* key_"]  # type: ignore[index]
    except KeyError as error:
        faults.on_page(error)


def test_a_bug_is_one_sentence_and_its_number_stays_while_it_recurs(log: list[logging.LogRecord]) -> None:
    test = AppTest.from_function(broken, default_timeout=240).run()
    (first,) = [error.value for error in test.error]
    (second,) = [error.value for error in test.run().error]
    assert first == second
    assert "such" not in first  # Python's words are for the log
    number = log[0].args[0]  # type: ignore[index]
    assert f"the number {number}\\:" in first
    assert [bool(record.exc_info) for record in log] == [True, False]


def test_different_bugs_have_different_numbers() -> None:
    numbers = {faults.number_of(error) for error in (KeyError("a"), KeyError("b"), ValueError("a"))}
    assert len(numbers) == 3
    assert all(number.isdigit() and len(number) == 6 for number in numbers)


def refused() -> None:
    from core.errors import DataError
    from pages.server import faults

    faults.on_page(DataError("The file *x* is empty."))


def test_what_a_user_can_mend_keeps_its_own_sentence(log: list[logging.LogRecord]) -> None:
    (error,) = AppTest.from_function(refused, default_timeout=240).run().error
    assert error.value == "The file \\*x\\* is empty."
    assert log == []


def test_a_download_that_fails_answers_with_a_number(log: list[logging.LogRecord]) -> None:
    scope = {"type": "http", "method": "GET", "path": "/digits/x", "headers": [], "query_string": b"a=1"}
    answer = faults.on_route(Request(scope | {"server": ("host", 80), "scheme": "http"}), KeyError("secret"))
    assert answer.status_code == 500
    number = log[0].args[0]  # type: ignore[index]
    assert f"the number {number}:" in bytes(answer.body).decode()
    assert "secret" not in bytes(answer.body).decode()
    assert log[0].getMessage() == f"Fault {number} at http://host/digits/x?a=1"
    assert log[0].exc_info is not None


def test_what_a_visitor_wrote_begins_no_line_of_the_log(log: list[logging.LogRecord]) -> None:
    scope = {"type": "http", "method": "GET", "path": "/x\r\nERROR all is lost \x1b[31m", "headers": []}
    scope |= {"query_string": b"", "server": ("host", 80), "scheme": "http"}
    faults.on_route(Request(scope), ValueError("lost"))
    message = log[0].getMessage()
    assert message.endswith("at http://host/x ERROR all is lost [31m")
    assert message.isprintable()


def test_half_a_sign_in_the_words_of_a_bug_does_not_break_its_number() -> None:
    assert re.fullmatch(r"\d{6}", faults.number_of(ValueError("half a sign: \ud800")))


def test_page_tests_still_see_a_bug(small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = saved(open_store(), small_spec, "mine")
    monkeypatch.setattr("core.runs.store.RunStore.history", lambda *_: {}["bug"])
    with pytest.raises(AssertionError, match="'bug'"):
        page("results/page.py", run=run_id)
