"""The page You, where somebody says how they want to be told that a run is done."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.host import VARIABLE
from core.model.specs import RunSpec
from core.reach import own_address
from core.runs.store import open_store
from core.telling.teller import tell
from tests.hook import hook, mail_server
from tests.pages.test_pages import page, texts
from tests.pages.test_you import as_browser, labels, press

pytestmark = pytest.mark.usefixtures("unhurried")


def be_host(folder: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    (folder / "host.toml").write_text(said, encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(folder / "host.toml"))


def add(test: AppTest, address: str, minutes: float = 0) -> AppTest:
    """Fill the form in and send it."""
    next(one for one in test.text_input if one.label.endswith("address")).set_value(address)
    test.number_input[0].set_value(minutes)
    return press(test, "Add")


def test_a_webhook_is_added_tried_told_and_deleted(
    cookies: dict[str, str], small_spec: RunSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (owner,) = as_browser(cookies, "laptop")
    with hook() as server:
        rules = f'ports = [{server.port}]\nallow_private = ["127.0.0.1"]'
        be_host(tmp_path, monkeypatch, f'address = "https://digits.example"\n[telling]\n{rules}')
        test = add(page("you/page.py"), server.url)
        assert not test.error
        assert "0.0.1** · all runs" in texts(test)
        assert "/hook" not in texts(test)  # whoever knows it can write there
        press(test, "Try it")
        assert "The test was taken" in test.success[0].value
        assert b"how the dashboard of handwritten digits tells you" in server.heard[0]
        store = open_store()
        run_id = store.create(small_spec, "Mine *", owner=owner).id
        store.end(run_id, store.get(run_id).status.FAILED, "It had no images.")
        tell(store, store.due_messages()[0])
        assert f"https://digits.example/results?run={run_id}".encode() in server.heard[1]
    assert "Told last: “" in texts(page("you/page.py"))
    test = press(page("you/page.py"), "Try it")
    assert "nothing answers there" in test.error[0].value
    press(test, "Delete")
    assert open_store().contacts_of(owner) == []
    assert "Try it" not in labels(test)


@pytest.mark.parametrize("alone", [False, True])
def test_the_link_in_a_message_is_the_address_that_other_devices_find_or_there_is_none(
    alone: bool, cookies: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_browser(cookies, "laptop")
    monkeypatch.setattr(type(st.context), "url", "http://localhost:8501/digits/you")
    options = st.get_option
    monkeypatch.setattr(
        st, "get_option", lambda key: "127.0.0.1" if alone and key == "server.address" else options(key)
    )
    found = None if alone else own_address()
    with hook() as server:
        be_host(tmp_path, monkeypatch, f'[telling]\nports = [{server.port}]\nallow_private = ["127.0.0.1"]')
        press(add(page("you/page.py"), server.url), "Try it")
        (heard,) = server.heard
    assert b"localhost" not in heard
    assert (f"http://{found}:8501/digits/you".encode() in heard) == (found is not None)


def test_an_address_within_the_host_s_network_costs_a_sentence_and_is_not_kept(
    cookies: dict[str, str],
) -> None:
    (owner,) = as_browser(cookies, "laptop")
    test = page("you/page.py")
    for near in ("http://127.0.0.1/", "http://169.254.169.254/latest/meta-data", "http://[::1]/"):
        add(test, near)
        assert "no public host that can be found" in test.error[0].value
    assert open_store().contacts_of(owner) == []
    assert "no mail server" in texts(test)


def test_an_e_mail_address_is_confirmed_by_a_click_on_the_page_that_its_link_opens(
    cookies: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (owner,) = as_browser(cookies, "laptop")
    with mail_server() as (mail, taken):
        said = f'server = "{mail.server}"\nport = {mail.port}\nencryption = "none"\nsender = "{mail.sender}"'
        be_host(tmp_path, monkeypatch, f'address = "https://digits.example"\n[mail]\n{said}\n')
        test = page("you/page.py")
        test.segmented_control[0].set_value("e-mail").run()
        add(test, "anna@school.example")
        assert "Not confirmed yet" in texts(test)
        assert "Try it" not in labels(test)
        word = taken[0].replace("=\n", "").partition("confirm=")[2].split()[0].removeprefix("3D")
    as_browser(cookies, "phone")
    test = page("you/page.py", confirm=word)
    assert "confirm" not in test.query_params
    assert "Do you want e-mail" in texts(test)
    assert open_store().contacts_of(owner)[0].confirmed_at is None  # to open it does nothing
    press(test, "Yes, tell me")
    assert "is told when runs are done" in test.success[0].value
    assert open_store().contacts_of(owner)[0].confirmed_at is not None
    test = press(page("you/page.py", confirm=word), "Yes, tell me")
    assert "used up" in test.error[0].value
    (contact,) = open_store().contacts_of(owner)
    test = page("you/page.py", stop=contact.id)
    assert open_store().contacts_of(owner) == [contact]
    press(test, "No more of it")
    assert "gets no more mail" in test.success[0].value
    assert open_store().contacts_of(owner) == []


def test_where_the_host_wants_none_of_it_the_page_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    be_host(tmp_path, monkeypatch, "[telling]\nwebhooks = false")
    test = page("you/page.py")
    assert "This server sends nothing" in texts(test)
    assert "Add" not in labels(test)
