"""The glossary as a whole: read from the TOML files beside it, looked up by the form of a word."""

import tomllib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from core.errors import DataError
from core.glossary.forms import plain
from core.glossary.terms import Group, Term

FILES = ("data", "layers", "training", "optimizers", "results", "comparing", "app")
"""The groups, in the order in which they are read."""


@lru_cache(maxsize=1)
def glossary() -> tuple[Group, ...]:
    """Return all groups.

    Raises:
        DataError: a file is no glossary.
    """
    return tuple(read(Path(__file__).with_name(f"{name}.toml")) for name in FILES)


def read(path: Path) -> Group:
    """Return the group in a TOML file.

    Raises:
        DataError: the file is missing or damaged; the sentence names it and the first place.
    """
    try:
        return Group.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:  # pydantic's and TOML's errors are values that are wrong
        raise DataError(f"The glossary's {path.name} cannot be read: {_first(error)}.") from None


def _first(error: OSError | ValueError) -> str:
    if isinstance(error, ValidationError):
        found = error.errors()[0]
        return f"{'.'.join(map(str, found['loc']))}: {found['msg']}"
    return str(error)


@lru_cache(maxsize=1)
def by_form() -> dict[str, Term]:
    """Return every term by each of its forms; a name goes before what is only a plural."""
    terms = [term for group in glossary() for term in group.terms]
    found = {form: term for term in terms for form in term.forms}
    return found | {plain(name): term for term in terms for name in (term.term, *term.also)}


def matching(text: str) -> tuple[Group, ...]:
    """Return the groups with those terms that have `text` in a name; where none has, in their sentence."""
    wanted = plain(text).strip()
    by_name = _only(lambda term: any(wanted in form for form in term.forms))
    return by_name or _only(lambda term: wanted in plain(term.means))


def _only(wanted: Callable[[Term], bool]) -> tuple[Group, ...]:
    kept = (group.model_copy(update={"terms": tuple(filter(wanted, group.terms))}) for group in glossary())
    return tuple(group for group in kept if group.terms)
