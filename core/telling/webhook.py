"""Posting a message to a webhook: JSON that Slack, Mattermost and Discord show, and others can read.

Slack and Mattermost show `text`, Discord `content` (their documentation of incoming webhooks); `run` is for
programs. Whatever answers has five seconds in all, is read up to 4 kB, and is not followed elsewhere.
"""

import json
import re
import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from core.errors import TellingError
from core.host import Telling
from core.telling.addresses import IP, Target, checked, target
from core.telling.letter import Letter

SECONDS = 5.0
"""For which one message may keep the sender, from looking its host up to the answer."""
MOST_READ = 4_096
"""Bytes of an answer that are read: its first line is what counts."""
MOST_SAID = 1_200
"""Signs of a letter's text: Discord takes 2,000 in all."""
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r\n]")
_NO_MARKUP = str.maketrans({"<": "‹", ">": "›", "@": "@\u2060", "`": "ˋ"})
"""What calls people in a chat, or ends a quotation, and stands in a run's name."""


def post(url: str, letter: Letter, rules: Telling) -> None:
    """Post a letter to an address.

    Raises:
        TellingError: it may not go there, or was not taken there within five seconds.
    """
    end = time.monotonic() + SECONDS
    if not rules.webhooks:
        raise TellingError("This server sends no messages to webhooks: its host has switched that off.")
    where = target(url, rules)
    found = checked(where, rules, end)
    try:
        with _connected(where, found, end) as line:
            line.sendall(_request(where, _body(letter)))
            status = _status(line, end)
    except (OSError, ValueError) as error:
        raise TellingError(f"“{where.host}” could not be reached: {_reason(error)}.") from None
    _check(status, where)


def _body(letter: Letter) -> bytes:
    said = f"{letter.subject}\n{letter.text[:MOST_SAID]}".translate(_NO_MARKUP)
    said += f"\n{letter.link}" if letter.link else ""
    calls_nobody: dict[str, list[str]] = {"parse": []}
    fields = {"text": said, "content": said, "allowed_mentions": calls_nobody, "run": letter.run}
    return json.dumps(fields).encode()


def _request(where: Target, body: bytes) -> bytes:
    head = (
        f"POST {where.path} HTTP/1.1",
        f"Host: {where.authority}",
        "User-Agent: digits-dashboard",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return "\r\n".join((*head, "", "")).encode("ascii") + body


@contextmanager
def _connected(where: Target, found: Sequence[IP], end: float) -> Iterator[socket.socket]:
    """Yield a line to the first of these addresses that answers."""
    with _opened(where, found, end) as plain:
        plain.settimeout(_left(end))
        if not where.is_encrypted:
            yield plain
            return
        with ssl.create_default_context().wrap_socket(plain, server_hostname=where.host) as line:
            line.settimeout(_left(end))
            yield line


def _opened(where: Target, found: Sequence[IP], end: float) -> socket.socket:
    refused: OSError = TimeoutError()
    for one in found:
        try:
            return socket.create_connection((str(one), where.port), timeout=_left(end))
        except OSError as error:
            refused = error
    raise refused


def _status(line: socket.socket, end: float) -> int:
    """Return an answer's status; each further piece of it has only what is left of the time."""
    read = b""
    while len(read) < MOST_READ and b"\n" not in read:
        line.settimeout(_left(end))
        piece = line.recv(MOST_READ - len(read))
        if not piece:
            break
        read += piece
    found = _STATUS.match(read)
    if not found:
        raise ValueError("it does not answer as a web server does")
    return int(found[1])


def _left(end: float) -> float:
    left = end - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _check(status: int, where: Target) -> None:
    if 300 <= status < 400:
        raise TellingError(f"“{where.host}” leads to another address ({status}), which is not followed.")
    if not 200 <= status < 300:
        raise TellingError(f"“{where.host}” did not take it: it answered {status}.")


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, TimeoutError):
        return f"it did not answer within {SECONDS:.0f} seconds"
    if isinstance(error, ssl.SSLError):
        return "no encrypted connection to it can be trusted"
    if isinstance(error, OSError):
        return "nothing answers there"
    return str(error)
