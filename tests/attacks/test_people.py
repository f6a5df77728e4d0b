"""Signing in with a real provider and going on with another device, and what is tried against both."""

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from core.errors import LinkError
from core.model import layers as L
from core.model.specs import Data, RunSpec
from pages.shared.signed_in import mark_of
from pages.shared.tokens import COOKIE
from tests.attacks.provider import Provider
from tests.attacks.stranger import Stranger, buttons, said
from tests.browser.server import Server
from tests.pages.test_pages import saved

SPEC = RunSpec(layers=(L.Flatten(), L.Dense(units=16)), data=Data(images=4000), epochs=2)
USER = "_streamlit_user"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.end()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> Iterator[Server]:
    """A dashboard whose host has set up signing in."""
    home = tmp_path_factory.mktemp("home")
    secrets = home / "secrets.toml"
    secrets.write_text(
        '[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
        'cookie_secret = "none: this is a test"\n[auth.school]\nclient_id = "digits"\nclient_secret = "x"\n'
        f'server_metadata_url = "{provider.url}/.well-known/openid-configuration"\n'
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STREAMLIT_SECRETS_FILES", str(secrets))
        server = Server(home, DIGITS_WORKERS="0")
    yield server
    server.end()


def go(visitor: Stranger, path: str) -> str:
    """Follow one address as a browser would, keeping its cookies; return where it leads."""
    answer = visitor.ask(path)
    for cookie in answer.cookies:
        name, _, value = cookie.split(";")[0].partition("=")
        visitor.cookies[name] = value
    return answer.headers.get("location", "")


def callback(visitor: Stranger) -> str:
    """Press "Sign in" and let the provider answer; return the path it sends the browser back to."""
    shown = visitor.show("you")
    asked = visitor.show("you", "", buttons(shown)["Sign in with school"])
    url = next(m.auth_redirect.url for m in asked if m.WhichOneof("type") == "auth_redirect")
    address = urlsplit(go(visitor, f"{urlsplit(url).path}?{urlsplit(url).query}"))
    line = http.client.HTTPConnection(address.netloc)
    line.request("GET", f"{address.path}?{address.query}")
    back = urlsplit(line.getresponse().headers["Location"])
    line.close()
    return f"{back.path}?{back.query}"


def sign_in(server: Server, **cookies: str) -> Stranger:
    """Return a visitor who has signed in, as a browser does after the provider has sent it back."""
    before = Stranger(server.url, cookies)
    go(before, callback(before))
    before.close()
    return Stranger(server.url, before.cookies)


def test_who_signs_in_is_a_person_on_every_device(server: Server, provider: Provider) -> None:
    provider.user = {"sub": "anna", "email": "anna@school.example"}
    mine = server.store.create(SPEC, "mine", owner=mark_of(provider.url, "anna"))
    for _ in range(2):
        anna = sign_in(server)
        assert "signed in as **anna" in said(anna.show("you"))
        assert "read-only" not in said(anna.show("results", f"run={mine.id}"))
        anna.close()
    provider.user = {"sub": "ben"}
    ben = sign_in(server)
    assert "read-only" in said(ben.show("results", f"run={mine.id}"))
    ben.close()


def test_a_cookie_of_the_words_that_name_a_person_is_not_that_person(
    server: Server, provider: Provider
) -> None:
    mine = server.store.create(SPEC, "mine", owner=mark_of(provider.url, "anna"))
    for forged in (f"{provider.url} anna", f"{provider.url}%0Aanna", mine.owner or "", "anna"):
        thief = Stranger(server.url, {COOKIE: forged})
        assert "read-only" in said(thief.show("results", f"run={mine.id}"))
        thief.close()


def test_a_user_cookie_that_the_server_did_not_sign_signs_nobody_in(
    server: Server, provider: Provider
) -> None:
    provider.user = {"sub": "anna"}
    anna = sign_in(server)
    anna.close()
    for cookie in (anna.cookies[USER][:-4] + "AAAA", '{"is_logged_in": true, "sub": "anna"}', ""):
        thief = Stranger(server.url, {USER: cookie})
        assert "Sign in with school" in buttons(thief.show("you"))
        thief.close()


def test_an_answer_of_the_provider_that_another_browser_asked_for_signs_nobody_in(
    server: Server, provider: Provider
) -> None:
    """Or a link that somebody sends would sign its reader in as the sender."""
    provider.user = {"sub": "thief"}
    asked = Stranger(server.url)
    path = callback(asked)
    asked.close()
    reader = Stranger(server.url)
    go(reader, path)
    assert USER not in reader.cookies
    reader.close()


def test_what_a_forger_signed_signs_nobody_in(server: Server, provider: Provider) -> None:
    real, provider.user = provider.key, {"sub": "anna"}
    provider.key = type(real).generate_key(2048, {"kid": "one"})
    try:
        thief = sign_in(server)
    finally:
        provider.key = real
    assert "Sign in with school" in buttons(thief.show("you"))
    thief.close()


def test_a_link_to_another_device_is_used_up_by_a_click_and_not_by_those_who_look(server: Server) -> None:
    store, thief = server.store, Stranger(server.url)
    anna = Stranger(server.url, {COOKIE: "anna's"})
    shown = said(anna.show("you", "", buttons(anna.show("you"))["Make a link"]))
    word = shown.partition("?join=")[2].split('"')[0].split("\\")[0]
    anna.close()
    for _ in range(3):  # a messenger's preview, then one that runs the page
        assert thief.ask(f"/you?join={word}").status == 200
        assert thief.ask(f"/you?join={word}", "HEAD").status in (200, 405)
        assert "Did you make this link" in said(thief.show("you", f"join={word}"))
    assert thief.ask("/you").headers["referrer-policy"] == "same-origin"
    phone = Stranger(server.url, {COOKIE: "phone's"})
    label = "This is me: join"
    assert "is you, too" in said(phone.show("you", "", buttons(phone.show("you", f"join={word}"))[label]))
    assert "used up" in said(thief.show("you", "", buttons(thief.show("you", f"join={word}"))[label]))
    for visitor in (phone, thief):
        visitor.close()
    with pytest.raises(LinkError):
        store.follow_link(word, ["thief"])
    assert word not in server.log.read_text()


def test_a_click_without_a_link_that_holds_joins_nobody(server: Server) -> None:
    thief = Stranger(server.url, {COOKIE: "thief"})
    button = buttons(thief.show("you", "join=guessed"))["This is me: join"]
    run_id = saved(server.store, SPEC, "x")
    for word in ("guessed", "a" * 32, "%00", "<script>", "x" * 5_000):
        answer = said(thief.show("you", f"join={word}")) + said(thief.show("you", "", button))
        assert "used up" in answer
        assert "Something is broken" not in answer
    assert run_id
    thief.close()
