"""What visitors ask for: keeping an address, confirming it, and a message to try it with."""

import time

from core.errors import TellingError
from core.host import Mail, host
from core.runs.contacts import MAIL, Contact
from core.runs.store import RunStore
from core.telling import mail, webhook
from core.telling.addresses import checked, target
from core.telling.letter import Letter, link_to
from core.telling.pace import Pace

HOUR = 3600.0
ALL = "all"
_trials, _all_trials = Pace(10, HOUR), Pace(200, HOUR)
_confirmations, _all_confirmations = Pace(2, HOUR), Pace(50, HOUR)


def deliver(contact: Contact, letter: Letter) -> None:
    """Send a letter to an address that somebody keeps.

    Raises:
        TellingError: it was not taken there.
    """
    if contact.kind == MAIL:
        mail.send(mail_server(), contact.address, letter, link_to("", f"you?stop={contact.id}"))
    else:
        webhook.post(contact.address, letter, host().telling)


def mail_server() -> Mail:
    """Return what sends this host's e-mail.

    Raises:
        TellingError: nothing does.
    """
    if (server := host().mail) is None:
        raise TellingError("This server sends no e-mail: its host has named no mail server.")
    return server


def add_webhook(store: RunStore, owner: str, url: str, dashboard: str, minutes: float) -> Contact:
    """Keep an address to which messages are posted; it is looked up once, so that a wrong one is noticed.

    Raises:
        UserError: nothing may be posted there, or this person has as many addresses as one can.
    """
    _count(_trials, _all_trials, owner)
    rules, address = host().telling, url.strip()
    checked(target(address, rules), rules, time.monotonic() + webhook.SECONDS)
    return store.add_webhook(owner, address, dashboard, minutes)


def add_mail(store: RunStore, owner: str, text: str, minutes: float) -> Contact:
    """Keep an e-mail address and send the link there by which whoever reads it says that they want more.

    Raises:
        UserError: it is no address, was asked for too often, or the mail could not be sent.
    """
    server, address = mail_server(), mail.checked_address(text)
    _count(_confirmations, _all_confirmations, address.casefold())
    contact, word = store.add_mail(owner, address, minutes)
    try:
        mail.send(server, address, _confirmation(word))
    except TellingError:
        store.remove_contact(contact.id, owner)
        raise
    return contact


def try_out(contact: Contact) -> None:
    """Send a message now, so that its owner sees whether it arrives.

    Raises:
        TellingError: it did not, the address is not confirmed, or this was done too often.
    """
    if contact.confirmed_at is None:
        raise TellingError("The address is not confirmed yet: open the link that was sent there.")
    _count(_trials, _all_trials, contact.owner)
    text = "This is how the dashboard of handwritten digits tells you that a run is done."
    deliver(contact, Letter("A test", text, link_to(contact.dashboard, "you")))


def _confirmation(word: str) -> Letter:
    text = (
        "Somebody, probably you, asked the dashboard of handwritten digits to tell this address when their "
        "runs are done. If you want that, open the link below within a day and confirm it there. If not, do "
        "nothing: this address gets no further mail."
    )
    return Letter("Confirm that you want to be told", text, link_to("", f"you?confirm={word}"))


def _count(own: Pace, of_all: Pace, whose: str) -> None:
    own.take(whose)
    of_all.take(ALL)
