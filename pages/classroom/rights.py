"""What only the teacher of a class may do."""

from core.classes.records import SchoolClass
from core.errors import StoreError
from pages.shared.services import store
from pages.shared.visitor import may_change


def check_teacher(class_id: str) -> SchoolClass:
    """Return the class if it is still this visitor's.

    Raises:
        StoreError: it was deleted, or taken over on another device since the page was drawn.
    """
    found = store().school_class(class_id)
    if not may_change(found):
        raise StoreError("This class was taken over on another device: go on there, or take it back.")
    return found
