"""Tells people that their runs are done: a thread of the server that finds in the store what is to be said.

No run waits for it, and whatever an address does, others are told after seconds. Servers that share a store
share the messages (`core/runs/messages.py`).
"""

import logging
import threading

from core.errors import SpecError, StoreError, TellingError
from core.runs.contacts import Contact
from core.runs.messages import Message
from core.runs.records import Run
from core.runs.store import RunStore
from core.telling.letter import Letter, is_news, letter_of
from core.telling.sending import deliver
from core.telling.sweeps import is_sweep_news, letter_of_sweep

log = logging.getLogger(__name__)

ROUND = 2.0
"""Seconds between two looks at what is to be told."""


class Teller:
    """Sends what is due, one message after another, until it is closed.

    An address that did not take one gets no other in the same round, so that a slow one keeps few waiting.
    """

    def __init__(self, store: RunStore) -> None:
        self._store, self._over = store, threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True, name="teller")
        self._thread.start()

    def close(self) -> None:
        """Begin no message any more; what is under way is seconds from its end, and counted."""
        self._over.set()
        self._thread.join(timeout=1)

    def _tell(self) -> None:
        while not self._over.wait(ROUND):
            try:
                self._round()
            except StoreError as error:
                log.warning("Messages wait for the store: %s", error)

    def _round(self) -> None:
        slow: set[str] = set()
        for message in self._store.due_messages():
            if self._over.is_set():
                return
            if message.contact.id not in slow and not tell(self._store, message):
                slow.add(message.contact.id)


def tell(store: RunStore, message: Message) -> bool:
    """Send one message, or leave it where nobody wants to hear of that end, and note what came of it.

    Returns:
        Whether there is nothing left to do for it: it was taken, is no news, or is another server's.

    Raises:
        StoreError: the store is away; what was sent is then not sent again before half a minute.
    """
    run, contact = message.run, message.contact
    letter = _letter(store, run, contact)
    if letter is None:
        store.end_message(message)
        return True
    if not store.take_message(message):
        return True
    sentence = ""
    try:
        deliver(contact, letter)
    except TellingError as error:
        sentence = str(error)
        log.info("A message by %s that run %s has ended was not taken", contact.kind, run.id)
    store.end_message(message, sentence)
    return not sentence


def _letter(store: RunStore, run: Run, contact: Contact) -> Letter | None:
    """Return what is told of the end of a run, or of the sweep whose last it is; None if it is no news."""
    if run.group_id is None:
        return letter_of(run, contact.dashboard) if is_news(run, contact.minutes) else None
    group, runs = store.group(run.group_id), store.runs(run.group_id)
    if not is_sweep_news(group, runs, contact.minutes):
        return None
    try:
        return letter_of_sweep(group, runs, contact.dashboard)
    except SpecError as error:
        log.warning("Of a sweep nobody is told, as it cannot be read any more: %s", error)
        return None
