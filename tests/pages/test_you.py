"""Who somebody is: as a browser, on a second device, signed in, as an administrator; no browser is needed."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest

from core.host import VARIABLE
from core.model.specs import RunSpec
from core.reach import own_address
from core.runs import tables as t
from core.runs.store import open_store
from pages.shared.signed_in import mark_of, providers
from pages.shared.tokens import COOKIE
from pages.shared.visitor import look_again
from tests.pages.test_pages import page, saved, texts

ISSUER = "https://school.example"
SECRETS = """
[auth]
redirect_uri = "http://localhost:8501/oauth2callback"
cookie_secret = "not a secret: a test's"
[auth.school]
client_id = "digits"
client_secret = "none"
server_metadata_url = "https://school.example/.well-known/openid-configuration"
"""


@pytest.fixture
def login(tmp_path: Path) -> Iterator[None]:
    """Let this process be one whose host has set up signing in."""
    file, before = tmp_path / "secrets.toml", config.get_option("secrets.files")
    file.write_text(SECRETS)
    config.set_option("secrets.files", [str(file)])
    secrets_singleton._reset()
    providers.cache_clear()
    yield
    config.set_option("secrets.files", before)
    secrets_singleton._reset()
    providers.cache_clear()


def opened(name: str, user: dict[str, object] | None = None, **query: str) -> AppTest:
    """Open a page as somebody who has signed in, or as nobody who has."""
    test = page(name, **query)
    if user:
        test.user = {"is_logged_in": True, "iss": ISSUER, **user}
        test.run()
    assert not test.exception
    return test


def press(test: AppTest, label: str) -> AppTest:
    next(button for button in test.button if button.label == label).click().run()
    assert not test.exception
    return test


def labels(test: AppTest) -> set[str]:
    return {button.label for button in test.button}


def run_of(owner: str | None, spec: RunSpec) -> str:
    store = open_store()
    run_id = saved(store, spec, "x")
    with store._begin() as connection:
        connection.execute(t.runs.update().where(t.runs.c.id == run_id).values(owner=owner))
    return run_id


def may_change(run_id: str, user: dict[str, object] | None = None) -> bool:
    """Return whether a visitor may delete a run, as its Results page shows."""
    return "read-only" not in texts(opened("results/page.py", user, run=run_id))


def as_browser(cookies: dict[str, str], *tokens: str) -> tuple[str, ...]:
    """Be the browser that has these cookies, and return the names that runs know it by."""
    cookies.clear()
    cookies |= {f"{COOKIE}_{place}": token for place, token in enumerate(tokens)}
    look_again()
    return tuple(sha256(token.encode()).hexdigest()[:32] for token in tokens)


def link_of(test: AppTest) -> str:
    return press(test, "Make a link").code[0].value.partition("?join=")[2]


def test_without_signing_in_set_up_the_page_says_so_and_offers_another_device() -> None:
    test = page("you/page.py")
    assert "this browser is known by a cookie" in texts(test)
    assert labels(test) == {"Make a link", "Add"}
    assert not test.get("image")
    assert len(press(test, "Make a link").get("image")) == 1  # the link as a QR code


def test_the_link_for_another_device_is_the_address_that_it_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(st.context), "url", "http://localhost:8501/you")
    test = press(page("you/page.py"), "Make a link")
    if own := own_address():
        assert test.code[0].value.startswith(f"http://{own}:8501/you?join=")
        assert "in the same network" in texts(test)
    else:
        assert "opens on this computer only" in texts(test)


def test_a_user_that_nobody_has_set_up_signing_in_for_is_nobody(small_spec: RunSpec) -> None:
    run_id = run_of(mark_of(ISSUER, "anna"), small_spec)
    assert not may_change(run_id, {"sub": "anna"})


def test_a_second_device_with_several_cookies_is_the_same_person_from_the_click_on(
    cookies: dict[str, str], small_spec: RunSpec
) -> None:
    (laptop,) = as_browser(cookies, "laptop")
    run_id = run_of(laptop, small_spec)
    word = link_of(page("you/page.py"))
    phone = as_browser(cookies, "phone", "another tab's")
    own = run_of(phone[1], small_spec)
    test = page("you/page.py", join=word)
    assert "join" not in test.query_params
    assert "Did you make this link yourself" in texts(test)
    assert not may_change(run_id)  # to open it does nothing, as often as one likes
    press(test, "This is me: join")
    assert "This browser is you, too" in texts(test)
    assert may_change(run_id)
    assert may_change(own)
    test = page()
    press(test, "Train")
    begun = open_store().runs()[0]
    assert begun.owner == laptop
    as_browser(cookies, "another tab's")
    assert may_change(run_id)
    as_browser(cookies, "laptop")
    assert may_change(begun.id)
    assert not may_change(own)
    test = page("you/page.py")
    assert "One device joined" in texts(test)
    press(test, "Part with them")
    as_browser(cookies, "phone", "another tab's")
    assert not may_change(run_id)


def test_a_link_that_is_used_up_costs_a_sentence_and_no_is_an_answer(cookies: dict[str, str]) -> None:
    as_browser(cookies, "laptop")
    word = link_of(page("you/page.py"))
    as_browser(cookies, "phone")
    test = press(page("you/page.py", join=word), "No")
    assert "Did you make" not in texts(test)
    press(page("you/page.py", join=word), "This is me: join")
    as_browser(cookies, "thief")
    test = press(page("you/page.py", join=word), "This is me: join")
    assert "used up" in test.error[0].value
    assert "is known by a cookie" in texts(test)


def test_a_device_is_itself_again_and_takes_along_what_it_had(
    cookies: dict[str, str], small_spec: RunSpec
) -> None:
    as_browser(cookies, "laptop")
    word = link_of(page("you/page.py"))
    (phone,) = as_browser(cookies, "phone")
    had = run_of(phone, small_spec)
    assert "Begun in this browser" not in texts(page("you/page.py"))
    test = press(page("you/page.py", join=word), "This is me: join")
    assert "Begun in this browser before: **one run**" in texts(test)
    press(test, "Take it along")
    assert "is yours now" in texts(test)
    assert "Begun in this browser" not in texts(test)
    press(test, "Let this browser be itself again")
    assert not may_change(had)
    as_browser(cookies, "laptop")
    assert may_change(had)


def test_who_signs_in_owns_what_they_begin_and_a_browser_s_things_only_once_taken_along(
    login: None, cookies: dict[str, str], small_spec: RunSpec
) -> None:
    (browser,) = as_browser(cookies, "shared computer")
    before = run_of(browser, small_spec)
    assert "Sign in with school" in labels(page("you/page.py"))
    anna, ben = {"sub": "anna", "email": "anna@school.example"}, {"sub": "ben"}
    assert not may_change(before, anna)
    test = opened("you/page.py", anna)
    assert "signed in as **anna" in texts(test)
    assert labels(test) == {"Sign out", "Take it along", "Add"}
    press(test, "Take it along")
    assert open_store().get(before).owner == mark_of(ISSUER, "anna")
    assert may_change(before, anna)
    assert not may_change(before, ben)
    assert not may_change(before)
    as_browser(cookies, "at home")
    assert may_change(before, anna)
    test = press(opened("", anna), "Train")
    assert open_store().runs()[0].owner == mark_of(ISSUER, "anna")


def test_a_subject_of_another_provider_is_another_person() -> None:
    marks = {mark_of(ISSUER, "anna"), mark_of("https://other.example", "anna"), mark_of(ISSUER, "ben")}
    assert len(marks) == 3
    assert {len(mark) for mark in marks} == {32}


@pytest.mark.parametrize(
    ("named", "user", "may"),
    [
        ("Anna@school.example", {"sub": "1", "email": "anna@school.example", "email_verified": True}, True),
        ("anna@school.example", {"sub": "1", "email": "anna@school.example"}, False),
        ("anna@school.example", {"sub": "1", "email": "anna@school.example", "email_verified": "no"}, False),
        ("ben@school.example", {"sub": "1", "email": "anna@school.example", "email_verified": True}, False),
        (mark_of(ISSUER, "1"), {"sub": "1"}, True),
        (mark_of(ISSUER, "1"), {"sub": "2"}, False),
        (mark_of(ISSUER, "1"), {"sub": "1", "is_logged_in": False}, False),
    ],
)
def test_an_administrator_changes_everything_and_nobody_else_does(
    named: str,
    user: dict[str, object],
    may: bool,
    login: None,
    small_spec: RunSpec,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "host.toml").write_text(f'administrators = ["{named}"]')
    monkeypatch.setenv(VARIABLE, str(tmp_path / "host.toml"))
    assert may_change(run_of("somebody else", small_spec), user) == may
    assert ("administrator of this server" in texts(opened("you/page.py", user))) == may


def test_who_signed_in_has_no_use_for_a_link(login: None, cookies: dict[str, str]) -> None:
    as_browser(cookies, "laptop")
    word = link_of(page("you/page.py"))
    as_browser(cookies, "phone")
    test = page("you/page.py", join=word)
    test.user = {"is_logged_in": True, "iss": ISSUER, "sub": "anna"}
    test.run()
    assert "sign in on your other device, too" in test.warning[0].value
    assert "This is me: join" not in labels(test)


def test_a_browser_without_cookies_can_neither_make_nor_follow_a_link(cookies: dict[str, str]) -> None:
    cookies.clear()
    test = page("you/page.py", join="any")
    assert "it cannot become anybody" in test.warning[0].value
    assert labels(test) == set()
