"""What the glossary holds: terms with a plain sentence each, in groups."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from core.glossary.forms import plain, plural

Words = Annotated[str, Field(min_length=1, max_length=60)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Term(_Frozen):
    """A term of art.

    Attributes:
        term: as it is written in the middle of a sentence, such as "batch size".
        means: one plain sentence, or two.
        also: other names and inflections; plurals follow by themselves.
        page: the address of a page that shows it; empty: none does.
        not_on: addresses of pages on which the word means something else.
        marked: whether it is marked in the pages' text; else, since everyday language is full of the word, it
            only stands in the list of a page's terms.
    """

    term: Words
    means: Annotated[str, Field(min_length=20, max_length=240)]
    also: tuple[Words, ...] = ()
    page: str = ""
    not_on: tuple[str, ...] = ()
    marked: bool = True

    @property
    def forms(self) -> Iterator[str]:
        """Yield how the term may be written in a text, as `plain` has it."""
        for name in (self.term, *self.also):
            yield plain(name)
            yield plural(plain(name))


class Group(_Frozen):
    """Terms that belong together, in the order in which they build on each other."""

    title: Words
    terms: tuple[Term, ...]
