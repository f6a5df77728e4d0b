"""E-mail, by the server that the host's file names."""

import re
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

from core.errors import TellingError
from core.host import Mail
from core.telling.letter import Letter

SECONDS = 10.0
"""For which each answer of the mail server is waited for."""
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
"""What HTML calls a valid e-mail address, with a dot in its host."""


def checked_address(text: str) -> str:
    """Return an e-mail address without the blanks around it.

    Raises:
        TellingError: it is none, or more than one.
    """
    address = text.strip()
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise TellingError("This is no e-mail address: expected one such as anna@example.org.")
    return address


def send(mail: Mail, to: str, letter: Letter, stop: str = "") -> None:
    """Send a letter to one address.

    Args:
        stop: the link by which whoever reads there gets no more; "": there is nothing to stop.

    Raises:
        TellingError: the mail server did not take it.
    """
    message = _message(mail, checked_address(to), letter, stop)
    try:
        with _server(mail) as server:
            if mail.encryption == "starttls":
                server.starttls(context=ssl.create_default_context())
            if mail.user:
                server.login(mail.user, _password(mail))
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused:
        raise TellingError("The mail server of this host does not send to this address.") from None
    except smtplib.SMTPException as error:
        raise TellingError("The mail server of this host refused it.") from error
    except (OSError, ValueError) as error:  # a file of the password, too, that is not there or no text
        raise TellingError("The mail server of this host cannot be used at the moment.") from error


def _message(mail: Mail, to: str, letter: Letter, stop: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = mail.sender, to
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=mail.sender.partition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    if stop:
        message["List-Unsubscribe"] = f"<{stop}>"
    end = f"\nNo more of these mails: {stop}\n" if stop else ""
    message.set_content(f"{letter.text}\n\n{letter.link}\n{end}")
    return message


def _server(mail: Mail) -> smtplib.SMTP:
    own = mail.sender.partition("@")[2]  # or smtplib looks for a name of this machine, which may take long
    if mail.encryption == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(mail.server, mail.port, own, timeout=SECONDS, context=context)
    return smtplib.SMTP(mail.server, mail.port, own, timeout=SECONDS)


def _password(mail: Mail) -> str:
    lines = Path(mail.password_file).expanduser().read_text(encoding="utf-8-sig").splitlines()
    return lines[0] if lines else ""
