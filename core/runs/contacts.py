"""Where people want to be told that a run of theirs is done: addresses in the store, each its owner's.

Of the word by which an e-mail address is confirmed only the hash is kept. Who sends is `core/telling`.
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa

from core.errors import LinkError, StoreError
from core.runs import tables as t
from core.runs.datasets import Datasets

WEBHOOK, MAIL = "webhook", "e-mail"
MOST_CONTACTS = 3
"""So many addresses one person can keep."""
CONFIRM_SECONDS = 24 * 3600.0
"""For so long the link in a confirmation mail can be followed."""
SWEEP_SECONDS = 12 * 3600.0
"""For so long after its end a sweep may be told of. Deleted runs, which show that it was, stay for longer."""
_C, _R, _M, _G = t.contacts.c, t.runs.c, t.messages.c, t.groups.c
_SWEEP = "sweep"
_NONE = (
    "This link is used up, older than a day, or incomplete: delete the address on the page You, where it was "
    "added, and add it again."
)


@dataclass(frozen=True)
class Contact:
    """An address at which somebody wants to be told.

    Attributes:
        kind: `WEBHOOK` or `MAIL`.
        dashboard: where the owner's browser found the dashboard, for links; "": the host says, or nobody.
        minutes: a run is told of if it trained for as many.
        confirmed_at: when it was confirmed that its owner can read there; None: nothing is sent yet.
    """

    id: str
    owner: str
    kind: str
    address: str
    dashboard: str
    minutes: float
    created_at: float
    confirmed_at: float | None


COLUMNS = tuple(column for column in _C if column.name not in ("after", "word"))
"""What makes a `Contact`."""


class Contacts(Datasets):
    """The addresses in the database at `url`."""

    def add_webhook(self, owner: str, address: str, dashboard: str, minutes: float) -> Contact:
        """Keep an address to which messages are posted, and follow its owner's runs from now on.

        Raises:
            StoreError: this person has as many addresses as one can.
        """
        contact = Contact(_id(), owner, WEBHOOK, address, dashboard, minutes, self._now(), self._now())
        self._add(contact, None)
        return contact

    def add_mail(self, owner: str, address: str, minutes: float) -> tuple[Contact, str]:
        """Keep an e-mail address, and return with it the word that confirms it.

        Raises:
            StoreError: this person has as many addresses as one can.
        """
        word = secrets.token_urlsafe(24)
        contact = Contact(_id(), owner, MAIL, address, "", minutes, self._now(), None)
        self._add(contact, _hashed(word))
        return contact, word

    def confirm_contact(self, word: str) -> Contact:
        """Note that whoever reads at an address wants it, and return it; the word is used up.

        Raises:
            LinkError: it is no word any more.
        """
        holds = (_C.word == _hashed(word)) & (_C.created_at > self._now() - CONFIRM_SECONDS)
        confirmed = t.contacts.update().where(holds).values(word=None, confirmed_at=self._now())
        with self._begin() as connection:
            found = connection.execute(confirmed.returning(*COLUMNS)).mappings().first()
        if found is None:
            raise LinkError(_NONE)
        return Contact(**found)

    def stop_mail(self, contact_id: str) -> Contact:
        """Forget an e-mail address, as whoever reads there wants, and return it; each mail tells its id.

        Raises:
            LinkError: none has this id any more.
        """
        query = sa.select(*COLUMNS).where(_C.id == contact_id, _C.kind == MAIL)
        with self._begin() as connection:
            found = connection.execute(query).mappings().first() if contact_id.isascii() else None
        if found is None:
            raise LinkError("This address gets no mail any more, or the link is incomplete.")
        contact = Contact(**found)
        self.remove_contact(contact.id, contact.owner)
        return contact

    def contacts_of(self, owner: str) -> list[Contact]:
        """Return a person's addresses, the oldest first."""
        query = sa.select(*COLUMNS).where(_C.owner == owner).order_by(_C.created_at, _C.id)
        with self._begin() as connection:
            return [Contact(**row) for row in connection.execute(query).mappings()]

    def remove_contact(self, contact_id: str, owner: str) -> None:
        """Forget an address of a person, and what was to be told there."""
        mine = sa.select(_C.id).where(_C.id == contact_id, _C.owner == owner)
        with self._begin() as connection:
            connection.execute(t.messages.delete().where(_M.contact_id.in_(mine)))
            connection.execute(t.contacts.delete().where(_C.id.in_(mine)))

    def _add(self, contact: Contact, word: str | None) -> None:
        mine = sa.select(sa.func.count()).select_from(t.contacts).where(_C.owner == contact.owner)
        latest = sa.select(sa.func.coalesce(sa.func.max(_R.number), 0)).scalar_subquery()
        row = {name: getattr(contact, name) for name in Contact.__dataclass_fields__}
        with self._begin() as connection:
            if connection.execute(mine).scalar_one() >= MOST_CONTACTS:
                raise StoreError(f"One person can keep {MOST_CONTACTS} addresses here: delete one first.")
            connection.execute(t.contacts.insert().values(row | {"word": word, "after": latest}))
            follow(connection, self._now())


def follow(connection: sa.Connection, now: float) -> None:
    """Have a message wait for the end of each run of which somebody is to be told.

    These are the runs that lived when the address was added, and those begun since; not those of repeats or
    of a sweep, which would be dozens: the last run of a sweep stands for its end, or the one before where it
    was deleted before it was told.
    """
    _forget_deleted(connection)
    begun = _R.ended_at.is_(None) | (_R.number > _C.after)
    alone = _R.group_id.is_(None) & _R.imported_at.is_(None) & _R.deleted_at.is_(None)
    known = sa.exists().where(_M.run_id == _R.id, _M.contact_id == _C.id)
    new = sa.select(_R.id, _C.id).where(_R.owner == _C.owner, begun, alone, ~known)
    _await(connection, new)
    _await(connection, _last_of_sweeps(now - SWEEP_SECONDS))


def _forget_deleted(connection: sa.Connection) -> None:
    """Take back what deleted runs of sweeps were to tell; what was told, or is being told, stays."""
    untold = (_M.done == 0) & ((_M.tries == 0) | (_M.outcome != ""))
    gone = sa.select(_R.id).where(_R.deleted_at.is_not(None), _R.group_id.is_not(None))
    found = sa.select(_M.run_id).where(untold, _M.run_id.in_(gone))
    if run_ids := connection.execute(found).scalars().all():
        connection.execute(t.messages.delete().where(untold, _M.run_id.in_(run_ids)))


def _last_of_sweeps(since: float) -> sa.Select[str, str]:
    """Return the last run of each sweep that ended since then and since an address was added, with that."""
    sibling = t.runs.alias().c
    here = (sibling.group_id == _G.id) & sibling.deleted_at.is_(None)
    last = sa.select(sa.func.max(sibling.number)).where(here).scalar_subquery()
    told = sa.exists().where(_M.contact_id == _C.id, _M.run_id == sibling.id, sibling.group_id == _G.id)
    ended = (_G.kind == _SWEEP) & (_G.ended_at > _C.created_at) & (_G.ended_at > since)
    whose = (_G.owner == _C.owner) & (_R.group_id == _G.id)
    return sa.select(_R.id, _C.id).where(ended, whose, _R.number == last, ~told)


def _await(connection: sa.Connection, new: sa.Select[str, str]) -> None:
    nothing = {"tries": 0, "done": 0, "outcome": ""}
    rows = [{"run_id": row[0], "contact_id": row[1]} | nothing for row in connection.execute(new)]
    if rows:
        connection.execute(t.messages.insert(), rows)


def _id() -> str:
    """Return an id that nobody guesses in any time: whoever knows it may stop the mail."""
    return secrets.token_hex(8)


def _hashed(word: str) -> str:
    return sha256(word.encode("utf-8", "replace")).hexdigest()
