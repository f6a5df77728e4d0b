"""E-mail goes to a real mail server on this machine, and to nobody who has not asked for it."""

from email import message_from_string, policy
from pathlib import Path

import pytest

from core.errors import TellingError, UserError
from core.host import VARIABLE, Mail
from core.model.specs import RunSpec
from core.runs.records import Results
from core.runs.status import RunStatus
from core.runs.store import RunStore
from core.telling import sending
from core.telling.letter import Letter
from core.telling.mail import checked_address, send
from core.telling.pace import Pace
from core.telling.teller import tell
from tests.hook import hook, mail_server

pytestmark = pytest.mark.usefixtures("unhurried")
LETTER = Letter("✓ 99.2% · Mine", "It is done.", "https://digits.example/results?run=1")


def be_host(folder: Path, monkeypatch: pytest.MonkeyPatch, mail: Mail) -> None:
    """Let this process be one whose host sends e-mail."""
    file = folder / f"host-{mail.port}.toml"
    said = f'server = "{mail.server}"\nport = {mail.port}\nencryption = "none"\nsender = "{mail.sender}"'
    file.write_text(f'address = "https://digits.example/class"\n[mail]\n{said}\n', encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(file))


def test_a_mail_says_what_it_is_about_and_where_to_read_on() -> None:
    with mail_server() as (mail, taken):
        send(mail, "anna@school.example", LETTER)
    message = message_from_string(taken[0], policy=policy.default)
    assert (message["From"], message["To"]) == ("digits@school.example", "anna@school.example")
    assert message["Subject"] == "✓ 99.2% · Mine"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().split() == ["It", "is", "done.", "https://digits.example/results?run=1"]


def test_a_name_with_ends_of_lines_makes_no_header() -> None:
    with mail_server() as (mail, taken):
        send(mail, "anna@school.example", Letter("x\r\nBcc: ben@school.example\n\nBuy", "y"))
    message = message_from_string(taken[0], policy=policy.default)
    assert message["Bcc"] is None
    assert message["Subject"] == "x Bcc: ben@school.example Buy"


@pytest.mark.parametrize(
    "text",
    [
        *("", "anna", "anna@", "@school.example", "anna@school", "a b@school.example"),
        *("anna@school.example, ben@school.example", "anna@school.example\r\nBcc: ben@school.example"),
        *("<anna@school.example>", "anna@school.example>", "ännä@school.example", f"{'a' * 65}@x.example"),
        *("anna@[127.0.0.1]", f"anna@{'x.' * 130}example"),
    ],
)
def test_what_is_no_single_address_costs_a_sentence(text: str) -> None:
    with pytest.raises(TellingError, match="no e-mail address"):
        checked_address(text)


def test_a_mail_server_that_says_no_or_is_away_costs_a_sentence() -> None:
    with mail_server(refuse=b"RCPT") as (mail, _), pytest.raises(TellingError, match="does not send to this"):
        send(mail, "anna@school.example", LETTER)
    with mail_server(refuse=b"MAIL") as (mail, _), pytest.raises(TellingError, match="refused it"):
        send(mail, "anna@school.example", LETTER)
    with pytest.raises(TellingError, match="cannot be used at the moment"):
        send(mail, "anna@school.example", LETTER)


def test_a_server_without_the_encryption_that_is_wanted_gets_neither_password_nor_mail() -> None:
    with mail_server() as (mail, taken):
        wants = mail.model_copy(update={"encryption": "starttls", "user": "digits"})
        with pytest.raises(TellingError, match="refused it"):
            send(wants, "anna@school.example", LETTER)
    assert taken == []


@pytest.mark.parametrize(("encoding", "newline"), [("utf-8", "\n"), ("utf-8-sig", "\r\n")])
def test_the_password_is_read_from_its_file(encoding: str, newline: str, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_bytes(f"a word{newline}".encode(encoding))
    with mail_server(user=b"digits", password=b"a word") as (mail, taken):
        send(mail.model_copy(update={"password_file": str(file)}), "anna@school.example", LETTER)
        assert len(taken) == 1
        with pytest.raises(TellingError, match="cannot be used"):
            send(mail.model_copy(update={"password_file": "none"}), "anna@school.example", LETTER)


def test_a_stranger_gets_one_link_to_confirm_and_nothing_of_what_the_asker_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: RunStore, small_spec: RunSpec
) -> None:
    with mail_server() as (mail, taken):
        be_host(tmp_path, monkeypatch, mail)
        contact = sending.add_mail(store, "anna", " ben@school.example ", 0)
        with pytest.raises(TellingError, match="not confirmed"):
            sending.try_out(contact)
        store.end(store.create(small_spec, "BUY THIS", owner="anna").id, RunStatus.FINISHED)
        assert store.due_messages() == []
    (mail_text,) = taken
    assert "BUY" not in mail_text
    text = message_from_string(mail_text, policy=policy.default).get_content()
    assert "https://digits.example/class/you?confirm=" in text


def test_an_address_is_asked_to_confirm_a_few_times_in_an_hour_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: RunStore
) -> None:
    monkeypatch.setattr(sending, "_all_confirmations", Pace(100, 3600))
    with mail_server() as (mail, taken):
        be_host(tmp_path, monkeypatch, mail)
        for owner in ("one", "two", "four"):
            sending.add_mail(store, owner, "ben@school.example", 0)
        with pytest.raises(TellingError, match="too often"):
            sending.add_mail(store, "three", "BEN@school.example", 0)
        sending.add_mail(store, "three", "carl@school.example", 0)
    assert len(taken) == 4


def test_an_address_that_the_mail_server_refuses_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: RunStore
) -> None:
    with mail_server(refuse=b"RCPT") as (mail, _):
        be_host(tmp_path, monkeypatch, mail)
        with pytest.raises(UserError, match="does not send to this address"):
            sending.add_mail(store, "anna", "anna@school.example", 0)
    assert store.contacts_of("anna") == []


def test_a_run_s_end_arrives_with_its_result_and_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: RunStore, small_spec: RunSpec
) -> None:
    with mail_server() as (mail, taken):
        be_host(tmp_path, monkeypatch, mail)
        _, word = store.add_mail("anna", "anna@school.example", 0)
        store.confirm_contact(word)
        run_id = store.create(small_spec, "Mine", owner="anna").id
        store.end(run_id, RunStatus.FINISHED, results=Results(2, 0.2, 0.992, 100, 0.21, 0.91, 10_000))
        (message,) = store.due_messages()
        tell(store, message)
        tell(store, message)  # as a second server would
    (mail_text,) = taken
    said = message_from_string(mail_text, policy=policy.default)
    assert said["Subject"] == "✓ 99.2% · Mine"
    assert "Validation accuracy 99.20%, test accuracy 91.00%." in said.get_content()
    assert f"https://digits.example/class/results?run={run_id}" in said.get_content()
    stop = said["List-Unsubscribe"].strip("<>").removeprefix("https://digits.example/class/you?stop=")
    assert store.stop_mail(stop).address == "anna@school.example"
    assert store.contacts_of("anna") == []


def test_short_runs_and_stops_that_were_asked_for_are_no_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: RunStore, small_spec: RunSpec
) -> None:
    with hook() as server:
        file = tmp_path / "host.toml"
        near = f'ports = [{server.port}]\nallow_private = ["127.0.0.1"]'
        file.write_text(f"[telling]\n{near}\n", encoding="utf-8")
        monkeypatch.setenv(VARIABLE, str(file))
        sending.add_webhook(store, "anna", server.url, "https://digits.example", 1)
        sending.add_webhook(store, "anna", server.url, "https://digits.example", 0)
        store.end(store.create(small_spec, "short", owner="anna").id, RunStatus.FAILED, "It had no images.")
        stopped = store.create(small_spec, "stopped", owner="anna").id
        store.ask(stopped, store.command(stopped).STOP)
        for message in store.due_messages():
            tell(store, message)
    (heard,) = server.heard
    assert b"It had no images." in heard
    assert store.due_messages() == []
