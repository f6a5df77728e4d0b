"""What is to be told to whom, in the store: one message for each run and address, sent by one server.

Whoever sends counts the attempt first, and only if nobody else has counted it: so two servers send once. The
next attempt follows when this process has seen the count unchanged for some time by its own clock; so it
matters neither what other clocks say nor whether whoever made the attempt is still there.
"""

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.runs import tables as t
from core.runs.contacts import COLUMNS, Contact, Contacts, follow
from core.runs.records import Run
from core.runs.rows import RUN_COLUMNS, to_run
from core.runs.watch import Watch

WAITS = (0.0, 30.0, 300.0)
"""Seconds before each attempt to send a message; more than these are not made."""
_C, _R, _M = t.contacts.c, t.runs.c, t.messages.c


@dataclass(frozen=True)
class Message:
    """That a run has ended, for one address.

    Attributes:
        ended_at: the end that `tries` and the outcome are about; a run that was resumed ends again.
        tries: attempts to send it.
    """

    contact: Contact
    run: Run
    ended_at: float | None
    tries: int

    @property
    def is_last_try(self) -> bool:
        """Whether an attempt after this one, counted or not, is not made."""
        return self.tries + 1 >= len(WAITS)


@dataclass(frozen=True)
class Outcome:
    """What came of the last message to an address.

    Attributes:
        run: the run's name.
        sentence: why it was not taken; "" if it was.
        tries: attempts that were made.
        is_done: whether no further attempt follows.
    """

    run: str
    sentence: str
    tries: int
    is_done: bool


class Messages(Contacts):
    """The messages in the database at `url`."""

    @cached_property
    def _attempts(self) -> Watch:
        return Watch(self._clock, self._now)

    def due_messages(self) -> list[Message]:
        """Return what is to be sent now, first what was not tried yet; to be called every few seconds."""
        self._follow()
        messages = self._unsent()
        signs = {_key(message): float(message.tries) for message in messages}
        due: list[Message] = []
        for tries, wait in enumerate(WAITS):
            rested = set(self._attempts.unchanged(signs, wait))
            due += [one for one in messages if one.tries == tries and _key(one) in rested]
        return due

    def take_message(self, message: Message) -> bool:
        """Count an attempt to send a message; return False where another server has made it."""
        is_new = message.ended_at != message.run.ended_at  # of an end not told of yet the count begins anew
        free = _same(message.ended_at) & (sa.true() if is_new else _M.tries == message.tries)
        values = {"tries": message.tries + 1, "ended_at": message.run.ended_at, "done": 0, "outcome": ""}
        counted = t.messages.update().where(self._this(message), free).values(values)
        with self._begin() as connection:
            return connection.execute(counted).rowcount == 1

    def end_message(self, message: Message, sentence: str = "") -> None:
        """Note what came of an attempt: it was taken, or why not, and whether another follows."""
        done = not sentence or message.is_last_try
        values = {"ended_at": message.run.ended_at, "done": int(done), "outcome": sentence}
        with self._begin() as connection:
            connection.execute(t.messages.update().where(self._this(message)).values(values))

    def last_outcome(self, contact_id: str) -> Outcome | None:
        """Return what came of the last message to an address, or None if there was none."""
        tried = (_M.contact_id == contact_id) & (_M.tries > 0)
        query = sa.select(_R.name, _M.outcome, _M.tries, _M.done).join_from(t.messages, t.runs).where(tried)
        with self._begin() as connection:
            row = connection.execute(query.order_by(_M.ended_at.desc()).limit(1)).first()
        return Outcome(row[0], row[1], row[2], bool(row[3])) if row else None

    def _follow(self) -> None:
        with self._begin() as connection, suppress(IntegrityError), connection.begin_nested():
            follow(connection, self._now())  # unless another server did just now: then in the next round

    def _unsent(self) -> list[Message]:
        """Return the messages about runs that have ended, of which not all attempts were made."""
        again = _M.ended_at.is_(None) | (_M.ended_at != _R.ended_at)
        unsent = again | ((_M.done == 0) & (_M.tries < len(WAITS)))
        ended = _R.ended_at.is_not(None) & _R.deleted_at.is_(None) & _C.confirmed_at.is_not(None)
        contact = [column.label(f"contact_{column.name}") for column in COLUMNS]
        query = sa.select(*RUN_COLUMNS, *contact, _M.ended_at.label("told"), _M.tries)
        query = query.join_from(t.messages, t.runs).join(t.contacts).where(unsent, ended)
        with self._begin() as connection:
            return [_to_message(tuple(row)) for row in connection.execute(query.order_by(_R.ended_at))]

    @staticmethod
    def _this(message: Message) -> sa.ColumnElement[bool]:
        return (_M.run_id == message.run.id) & (_M.contact_id == message.contact.id)


def _same(ended_at: float | None) -> sa.ColumnElement[bool]:
    return _M.ended_at.is_(None) if ended_at is None else _M.ended_at == ended_at


def _to_message(row: tuple[object, ...]) -> Message:
    run, contact = to_run(row[: len(RUN_COLUMNS)]), Contact(*row[len(RUN_COLUMNS) : -2])  # type: ignore[arg-type]
    told, tries = row[-2:]
    assert isinstance(tries, int)
    assert told is None or isinstance(told, float)
    return Message(contact, run, told, tries if told == run.ended_at else 0)


def _key(message: Message) -> str:
    return f"{message.run.id} {message.contact.id} {message.run.ended_at}"
