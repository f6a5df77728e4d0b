"""A message is posted to a real server; what answers wrongly costs a sentence and little time."""

import json
import socket
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import repeat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from core.errors import TellingError
from core.host import Telling
from core.telling import webhook
from core.telling.letter import Letter
from core.telling.webhook import post
from tests.hook import LOOPBACK, hook

pytestmark = pytest.mark.usefixtures("unhurried")
LETTER = Letter(
    "✓ 99.2% · Mine", "It is done.", "https://digits.example/results?run=1", {"status": "finished"}
)


def test_what_is_posted_is_shown_by_chats_and_read_by_programs() -> None:
    with hook() as server:
        post(server.url, LETTER, server.rules)
    head, _, body = server.heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook HTTP/1.1\r\nHost: 127.0.0.1:")
    said = json.loads(body)
    text = "✓ 99.2% · Mine\nIt is done.\nhttps://digits.example/results?run=1"
    assert said["text"] == said["content"] == text
    assert said["run"] == {"status": "finished"}


def test_a_name_calls_nobody_in_a_chat() -> None:
    with hook() as server:
        post(server.url, Letter("<!channel> @everyone", "x" * 9_000), server.rules)
    said = json.loads(server.heard[0].partition(b"\r\n\r\n")[2])
    assert said["allowed_mentions"] == {"parse": []}
    assert "<" not in said["text"]
    assert "@everyone" not in said["text"]
    assert len(said["content"]) < 2_000


def test_without_the_host_s_word_this_machine_is_not_reached() -> None:
    with hook() as server, pytest.raises(TellingError, match="no public host"):
        post(server.url, LETTER, Telling(ports=(server.port,)))
    assert server.heard == []


def test_a_host_may_switch_webhooks_off() -> None:
    with hook() as server, pytest.raises(TellingError, match="switched that off"):
        post(server.url, LETTER, server.rules.model_copy(update={"webhooks": False}))
    assert server.heard == []


def test_a_redirect_is_not_followed() -> None:
    with hook() as inner:
        with (
            hook(f"HTTP/1.1 307 Go\r\nLocation: {inner.url}\r\n\r\n".encode()) as server,
            pytest.raises(TellingError, match=r"another address \(307\)"),
        ):
            post(server.url, LETTER, Telling(ports=(server.port, inner.port), allow_private=(LOOPBACK,)))
        assert inner.heard == []


def test_a_refusal_names_the_status_and_nothing_that_the_server_said() -> None:
    with hook(b"HTTP/1.1 404 Not\r\n\r\nsecret") as server, pytest.raises(TellingError) as refused:
        post(server.url, LETTER, server.rules)
    assert str(refused.value) == "“127.0.0.1” did not take it: it answered 404."


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"\0" * 10_000, b"HTTP/1.1 abc\r\n"])
def test_what_is_no_web_server_costs_a_sentence(answer: bytes) -> None:
    with (
        hook(answer) as server,
        pytest.raises(TellingError, match=r"does not answer as a web server|nothing"),
    ):
        post(server.url, LETTER, server.rules)


def test_an_answer_without_end_is_left_unread() -> None:
    def pour(line: socket.socket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        for piece in repeat(b"x" * 65_536):
            line.sendall(piece)  # until whoever asked has gone

    with hook(pour) as server:
        post(server.url, LETTER, server.rules)


@pytest.mark.parametrize("piece", [b"", b"x"])
def test_who_is_silent_or_trickles_is_left_when_the_time_is_over(
    piece: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trickle(line: socket.socket) -> None:
        line.settimeout(0.02)
        while True:
            line.sendall(piece)
            try:
                if not line.recv(1):
                    return
            except TimeoutError:
                continue

    monkeypatch.setattr(webhook, "SECONDS", 2.0)
    with hook(trickle) as server, pytest.raises(TellingError, match="did not answer within"):
        post(server.url, LETTER, server.rules)


def test_nothing_listening_costs_a_sentence() -> None:
    with hook() as server:
        url, rules = server.url, server.rules
    with pytest.raises(TellingError, match="nothing answers there"):
        post(url, LETTER, rules)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with a key and a certificate that it has signed itself, for this machine."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), False)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(pem + made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    return file


def test_https_wants_a_certificate_that_is_trusted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hook(certificate=certificate) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(TellingError, match="no encrypted connection to it can be trusted"):
            post(url, LETTER, server.rules)
        assert server.heard == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        post(url, LETTER, server.rules)
        assert len(server.heard) == 1


def test_a_name_is_looked_up_once_and_what_was_checked_is_what_is_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, real = [], socket.getaddrinfo

    def look_up(host: str, *args: object, **more: object) -> object:
        """Answer as a name that leads elsewhere from the second time on."""
        if host != "hook.example":
            return real(host, *args, **more)  # type: ignore[arg-type]
        asked.append(host)
        return real(LOOPBACK if len(asked) == 1 else "127.0.0.2", *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with hook() as server:
        post(server.url.replace(LOOPBACK, "hook.example"), LETTER, server.rules)
    assert len(asked) == len(server.heard) == 1
    assert b"Host: hook.example:" in server.heard[0]
