"""People with several devices: the links by which one device joins another, and what passes between owners.

A link is a word that only its maker is told; the store keeps its hash. Who follows it is from then on the
same person as its maker. It holds for ten minutes and for one device.
"""

import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from core.errors import LinkError
from core.runs import tables as t
from core.runs.classes import unite_pupils
from core.runs.datasets import Datasets

LINK_SECONDS = 600.0
"""For so long a link can be followed."""
_NONE = (
    "This link is used up, older than ten minutes, or incomplete: make a new one on the device that you come "
    "from."
)
_HERE = "This is the link for another device: here you are that person already. It can still be used there."
_OWNED = [
    table for table in t.metadata.sorted_tables if "owner" in table.c and table not in (t.links, t.devices)
]


class People(Datasets):
    """Owners in the database; a device is known by the names of its browser's cookies."""

    def make_link(self, owner: str) -> str:
        """Return the word of a new link to a person; their older ones hold no longer."""
        word, now = secrets.token_urlsafe(24), self._now()
        row = {"word": _hashed(word), "owner": owner, "expires_at": now + LINK_SECONDS}
        with self._begin() as connection:
            links = t.links.c
            connection.execute(t.links.delete().where((links.owner == owner) | (links.expires_at <= now)))
            connection.execute(t.links.insert().values(row))
        return word

    def follow_link(self, word: str, names: Sequence[str]) -> None:
        """Make a device, by all its names, one of the person whose link this is; the link is used up.

        Raises:
            LinkError: it is no link any more, or this device is that person's already.
        """
        links, devices, now = t.links.c, t.devices.c, self._now()
        holds = (links.word == _hashed(word)) & (links.expires_at > now)
        with self._begin() as connection:
            maker = connection.execute(t.links.delete().where(holds).returning(links.owner)).scalar()
            if maker is None:
                raise LinkError(_NONE)
            owner = connection.execute(_person([maker])).scalar() or maker
            if owner in (*names, connection.execute(_person(names)).scalar()):
                raise LinkError(_HERE)
            connection.execute(t.devices.delete().where(devices.name.in_(names)))
            rows = [{"name": name, "owner": owner, "since": now} for name in names]
            connection.execute(t.devices.insert(), rows)

    def person_of(self, names: Sequence[str]) -> str | None:
        """Return the person whom a device has joined, or None."""
        with self._begin() as connection:
            found: str | None = connection.execute(_person(names)).scalar()
        return found

    def devices_of(self, owner: str) -> int:
        """Return how many devices have joined a person; names given at once are one device."""
        moments = sa.select(sa.func.count(t.devices.c.since.distinct())).where(t.devices.c.owner == owner)
        with self._begin() as connection:
            return connection.execute(moments).scalar_one()

    def part(self, owner: str) -> None:
        """Let the devices that have joined a person, and a link that is still out, be theirs no longer."""
        with self._begin() as connection:
            for table in (t.devices, t.links):
                connection.execute(table.delete().where(table.c.owner == owner))

    def be_alone(self, names: Sequence[str]) -> None:
        """Let a device be itself again."""
        with self._begin() as connection:
            connection.execute(t.devices.delete().where(t.devices.c.name.in_(names)))

    def belongings(self, names: Sequence[str]) -> dict[str, int]:
        """Return how much owners of these names have in each table; deleted runs do not count."""
        counts = {}
        with self._begin() as connection:
            for table in _OWNED:
                theirs = sa.select(sa.func.count()).select_from(table).where(table.c.owner.in_(names))
                if "deleted_at" in table.c:
                    theirs = theirs.where(table.c.deleted_at.is_(None))
                counts[table.name] = connection.execute(theirs).scalar_one()
        return counts

    def take_along(self, names: Sequence[str], owner: str) -> None:
        """Give a person all that these names own; in a class they are one pupil then."""
        with self._begin() as connection:
            for name in names:
                unite_pupils(connection, name, owner)
                for table in _OWNED:
                    connection.execute(table.update().where(table.c.owner == name).values(owner=owner))


def _person(names: Sequence[str]) -> sa.Select[Any]:
    d = t.devices.c
    return sa.select(d.owner).where(d.name.in_(names)).order_by(d.since, d.name).limit(1)


def _hashed(word: str) -> str:
    return sha256(word.encode("utf-8", "replace")).hexdigest()
