"""How a class stands now."""

from core.classes.board import Place, board
from core.classes.records import Pupil, SchoolClass
from core.classes.ties import behind
from pages.shared.services import store

Standing = tuple[list[Place], dict[str, bool | None], list[Pupil]]


def standing(school_class: SchoolClass) -> Standing:
    """Return the places of a board, which are surely worse than the first, and all pupils but hidden ones.

    Raises:
        UserError: the store cannot be read, or saved predictions are damaged.
    """
    places = board(school_class, store().entries(school_class.id))
    pupils = [pupil for pupil in store().pupils(school_class.id) if not pupil.hidden]
    return places, behind(store(), places), pupils
