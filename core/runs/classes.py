"""Classes in the store: the teacher's task, the pupils, and which runs they began in it."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from core.classes import word
from core.classes.nickname import nickname as kept_nickname
from core.classes.nickname import shape
from core.classes.records import Entry, Pupil, SchoolClass
from core.classes.task import Task, task
from core.errors import NotFoundError, StoreError
from core.host import host
from core.names import kept
from core.runs import tables as t
from core.runs.datasets import Datasets
from core.runs.rows import RUN_COLUMNS, new_id, to_run
from core.words import count

MOST_TRIES, WAIT = 5, 3600.0
"""So many words can be tried on a class, then nobody can for so many seconds."""
_CODE = "abcdefghjkmnpqrstuvwxyz23456789"
"""What a class' id is made of: no i, l, o, 0 and 1, which look alike on a blackboard."""
_C, _P, _E = t.classes.c, t.pupils.c, t.entries.c
_OWN = sa.select(t.pupils).where(_P.owner == sa.bindparam("owner")).order_by(_P.joined_at.desc())
_LAST = (
    sa.select(_C.deleted_at, _C.ends_at)
    .join(t.pupils, _P.class_id == _C.id)
    .where(_P.owner == sa.bindparam("owner"))
    .order_by(_P.joined_at.desc())
    .limit(1)
)
_COLUMNS = (_C.id, _C.name, _C.owner, _C.task, _C.created_at, _C.ends_at, _C.shown, _C.seen_at, _C.kept)


class ClassNotFoundError(NotFoundError):
    """No class has this id."""

    def __init__(self, class_id: str) -> None:
        shown = class_id[:40].encode("utf-8", "replace").decode()
        super().__init__(f"There is no class “{shown}” here: it was deleted, or the link is incomplete.")


class Classes(Datasets):
    """Classes, pupils and their runs in the database at `url`."""

    # --- classes -----------------------------------------------------------------------------------

    def create_class(
        self, name: str, asked: Task, owner: str, secret: str, ends_at: float | None = None
    ) -> SchoolClass:
        """Save a new class and return it; of `secret`, the teacher's word, only a hash is kept.

        Raises:
            UserError: no name, a word that is too short, an end in the past, or this teacher has as many as
                one can.
        """
        if ends_at is not None and ends_at <= self._now():
            raise StoreError("This class would be over at once: choose a later end, or none.")
        class_id = "".join(secrets.choice(_CODE) for _ in range(6))
        row = {
            "id": class_id,
            "name": _named(name),
            "owner": owner,
            "task": asked.model_dump(mode="json"),
            "word": word.hashed(secret),
            "created_at": self._now(),
            "ends_at": ends_at,
        }
        mine = sa.select(sa.func.count()).where(_C.owner == owner, _C.deleted_at.is_(None))
        most = host().classes.per_person
        with self._begin() as connection:
            if connection.execute(mine).scalar_one() >= most:
                raise StoreError(f"One person may keep {count(most, 'class')} here: delete one first.")
            connection.execute(t.classes.insert().values(row))
        return self.school_class(class_id)

    def school_class(self, class_id: str) -> SchoolClass:
        """Return one class.

        Raises:
            ClassNotFoundError: there is none with this id, or it was deleted.
        """
        for found in self._classes(_C.id == class_id) if _is_code(class_id) else ():
            return found
        raise ClassNotFoundError(class_id)

    def classes_of(self, owner: str) -> list[SchoolClass]:
        """Return a teacher's classes, the newest first."""
        return self._classes(_C.owner == owner)

    def change_class(self, class_id: str, name: str, asked: Task, ends_at: float | None) -> None:
        """Change what a class asks for; what counts on its board follows."""
        values = {"name": _named(name), "task": asked.model_dump(mode="json"), "ends_at": ends_at}
        self._change_class(class_id, values)

    def change_word(self, class_id: str, secret: str) -> None:
        """Replace the teacher's word; one that is too short is refused."""
        self._change_class(class_id, {"word": word.hashed(secret), "tries": 0})

    def show(self, class_id: str, run_id: str | None) -> None:
        """Have the projector show a run, or the board."""
        self._change_class(class_id, {"shown": run_id})

    def delete_class(self, class_id: str) -> None:
        """Hide a class from all; the runs of its pupils stay theirs. `restore_class` brings it back."""
        self._change_class(class_id, {"deleted_at": self._now()})

    def restore_class(self, class_id: str) -> None:
        self._change_class(class_id, {"deleted_at": None})

    def take_over(self, class_id: str, secret: str, owner: str) -> None:
        """Give a class to another browser of its teacher, who knows the word.

        Raises:
            StoreError: it is another word, or too many were tried.
        """
        self.school_class(class_id)
        now, this = self._now(), t.classes.update().where(_C.id == class_id)
        rested = sa.func.coalesce(_C.tried_at, 0.0) <= now - WAIT
        tried = {
            "tries": sa.case((rested, 1), else_=sa.func.coalesce(_C.tries, 0) + 1),
            "tried_at": sa.case((rested, now), else_=_C.tried_at),
        }
        may = rested | (sa.func.coalesce(_C.tries, 0) < MOST_TRIES)
        with self._begin() as connection:  # counted before it is looked at, so that none is tried for free
            if connection.execute(this.where(may).values(tried)).rowcount == 0:
                raise StoreError(
                    f"{MOST_TRIES} words were tried on this class: wait an hour, or use the browser that it "
                    "belongs to."
                )
        with self._begin() as connection:
            known = connection.execute(sa.select(_C.word).where(_C.id == class_id)).scalar_one()
        if not word.matches(secret, known):
            raise StoreError(f"This is not the word of the class; {MOST_TRIES} can be tried in an hour.")
        self._change_class(class_id, {"owner": owner, "tries": 0})

    # --- pupils ------------------------------------------------------------------------------------

    def join(self, class_id: str, nickname: str, owner: str) -> Pupil:
        """Let a browser into a class under a nickname; one that is in it already stays who it is.

        Raises:
            StoreError: the class is over, full or gone, or the nickname is empty, too long or taken.
        """
        school_class = self.school_class(class_id)
        if known := self._pupil_of(class_id, owner):
            return known
        if school_class.is_over(self._now()):
            raise StoreError("This class is over: nobody can join it any more.")
        name = kept_nickname(nickname)
        row = {"id": new_id(), "class_id": class_id, "owner": owner, "joined_at": self._now(), "hidden": 0}
        seen = (_P.class_id == class_id) & (_P.hidden == 0)
        counted = sa.select(sa.func.count()).select_from(t.pupils).where(seen)
        most = host().classes.pupils
        try:
            with self._begin() as connection:
                if connection.execute(counted).scalar_one() >= most:
                    raise StoreError(f"This class has the {count(most, 'pupil')} that it may have here.")
                with _taken(name):
                    connection.execute(t.pupils.insert().values(**row, **_name_columns(name)))
        except StoreError:
            if (known := self._pupil_of(class_id, owner)) is None:  # or a second click was as fast
                raise
            return known
        return _pupil(row | _name_columns(name))

    def pupils(self, class_id: str) -> list[Pupil]:
        """Return all pupils of a class in the order in which they came, hidden ones too."""
        query = sa.select(t.pupils).where(_P.class_id == class_id).order_by(_P.joined_at, _P.id)
        with self._begin() as connection:
            return [_pupil(row) for row in connection.execute(query).mappings()]

    def joined(self, owner: str) -> list[tuple[SchoolClass, Pupil]]:
        """Return the classes that a browser has joined and who it is there, the last joined first."""
        with self._begin() as connection:
            mine = [_pupil(row) for row in connection.execute(_OWN, {"owner": owner}).mappings()]
        if not mine:  # most people have joined none
            return []
        known = {found.id: found for found in self._classes(_C.id.in_([one.class_id for one in mine]))}
        return [(known[pupil.class_id], pupil) for pupil in mine if pupil.class_id in known]

    def has_lost_class(self, owner: str, since: float) -> bool:
        """Return whether the class that a browser joined last was deleted, or is over and was not at `since`.

        A deleted class is forgotten with all who were in it once it cannot be brought back any more.
        """
        with self._begin() as connection:
            found = connection.execute(_LAST, {"owner": owner}).one_or_none()
        if found is None:
            return False
        is_over: bool = found.ends_at is not None and since < found.ends_at < self._now()
        return found.deleted_at is not None or is_over

    def rename_pupil(self, pupil_id: str, nickname: str) -> None:
        """Give a pupil another nickname.

        Raises:
            StoreError: it is empty, too long, or taken in this class.
        """
        name = kept_nickname(nickname)
        change = t.pupils.update().where(_P.id == pupil_id).values(**_name_columns(name))
        with self._begin() as connection, _taken(name):
            connection.execute(change)

    def hide_pupil(self, pupil_id: str, hidden: bool = True) -> None:
        """Keep a pupil with all runs off board and projector, or let them back on the board."""
        with self._begin() as connection:
            connection.execute(t.pupils.update().where(_P.id == pupil_id).values(hidden=int(hidden)))
            if hidden:
                _show_no_more(connection, _E.pupil_id == pupil_id)

    # --- runs --------------------------------------------------------------------------------------

    def entries(self, class_id: str) -> list[Entry]:
        """Return the runs of a class that are not deleted, the last begun first, hidden ones too."""
        pupils = {pupil.id: pupil for pupil in self.pupils(class_id)}
        r = t.runs.c
        query = (
            sa.select(_E.pupil_id, _E.hidden, *RUN_COLUMNS)
            .join(t.runs, r.id == _E.run_id)
            .join(t.pupils, _P.id == _E.pupil_id)
            .where(_P.class_id == class_id, r.deleted_at.is_(None))
            .order_by(r.created_at.desc(), r.id)
        )
        with self._begin() as connection:
            rows = [tuple(row) for row in connection.execute(query)]
        return [Entry(to_run(row[2:]), pupils[row[0]], bool(row[1])) for row in rows if row[0] in pupils]

    def began(self, run_id: str) -> str | None:
        """Return which pupil began a run in a class, by id, or None."""
        with self._begin() as connection:
            return connection.execute(sa.select(_E.pupil_id).where(_E.run_id == run_id)).scalar()

    def hide_entries(self, run_ids: list[str], hidden: bool = True) -> None:
        """Keep runs off board and projector, or let them back on the board."""
        with self._begin() as connection:
            connection.execute(t.entries.update().where(_E.run_id.in_(run_ids)).values(hidden=int(hidden)))
            if hidden:
                _show_no_more(connection, _E.run_id.in_(run_ids))

    # --- inside ------------------------------------------------------------------------------------

    def _change_class(self, class_id: str, values: dict[str, Any]) -> None:
        with self._begin() as connection:
            connection.execute(t.classes.update().where(_C.id == class_id).values(values))

    def _pupil_of(self, class_id: str, owner: str) -> Pupil | None:
        return next((pupil for pupil in self.pupils(class_id) if pupil.owner == owner), None)

    def _classes(self, which: sa.ColumnElement[bool]) -> list[SchoolClass]:
        query = sa.select(*_COLUMNS).where(which, _C.deleted_at.is_(None)).order_by(_C.created_at.desc())
        with self._begin() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        return [SchoolClass(**row | {"task": task(row["task"]), "kept": bool(row["kept"])}) for row in rows]


def remove_classes(connection: sa.Connection, ids: Sequence[str]) -> None:
    """Remove classes for good, with all nicknames; the runs of their pupils stay."""
    pupils = sa.select(_P.id).where(_P.class_id.in_(ids))
    connection.execute(t.entries.delete().where(_E.pupil_id.in_(pupils)))
    connection.execute(t.pupils.delete().where(_P.class_id.in_(ids)))
    connection.execute(t.classes.delete().where(_C.id.in_(ids)))


def unite_pupils(connection: sa.Connection, name: str, owner: str) -> None:
    """Where both owners are in a class, give the runs of the first to the second, who stays in it alone."""
    first, second = t.pupils.alias(), t.pupils.alias()
    same = (first.c.class_id == second.c.class_id) & (first.c.owner == name) & (second.c.owner == owner)
    both = sa.select(first.c.id, second.c.id).select_from(first.join(second, same))
    for goes, stays in connection.execute(both).all():
        connection.execute(t.entries.update().where(_E.pupil_id == goes).values(pupil_id=stays))
        connection.execute(t.groups.update().where(t.groups.c.pupil == goes).values(pupil=stays))
        connection.execute(t.pupils.delete().where(_P.id == goes))


def _show_no_more(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    """Have projectors that show one of these entries' runs go back to the board."""
    runs = sa.select(_E.run_id).where(which)
    connection.execute(t.classes.update().where(_C.shown.in_(runs)).values(shown=None))


def _is_code(text: str) -> bool:
    return text.isascii() and text.isalnum()


def _named(name: str) -> str:
    if not (title := kept(name, 80)):
        raise StoreError("The class has no name: it needs at least one visible character.")
    return title


def _name_columns(name: str) -> dict[str, str]:
    return {"nickname": name, "look": shape(name)}


@contextmanager
def _taken(name: str) -> Iterator[None]:
    """Say so where somebody else in the class has a nickname that looks the same."""
    try:
        yield
    except sa.exc.IntegrityError:
        said = f"Somebody in this class is called {name} already: choose another nickname."
        raise StoreError(said) from None


def _pupil(row: Any) -> Pupil:
    columns = ("id", "class_id", "owner", "nickname", "joined_at")
    return Pupil(**{name: row[name] for name in columns}, hidden=bool(row["hidden"]))
