"""How a class stands now."""

from core.classes.board import Place, board
from core.classes.records import SchoolClass
from core.classes.ties import behind
from pages.shared.services import store

Standing = tuple[list[Place], dict[str, bool | None], int]


def standing(school_class: SchoolClass) -> Standing:
    """Return the places of a board, which are surely worse than the first, and how many pupils there are.

    Raises:
        UserError: the store cannot be read, or saved predictions are damaged.
    """
    places = board(school_class, store().entries(school_class.id))
    pupils = sum(not pupil.hidden for pupil in store().pupils(school_class.id))
    return places, behind(store(), places), pupils
