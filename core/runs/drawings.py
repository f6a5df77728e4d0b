"""Digits that visitors drew and kept with their labels: each visitor's own small test set."""

import time

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.errors import StoreError
from core.runs import tables as t
from core.runs.datasets import Datasets
from core.runs.rows import new_id

MOST = 1000
"""Drawings that one visitor can keep."""


class Drawings(Datasets):
    """Kept drawings in the database; those of no owner belong to all who have none."""

    def keep_drawing(self, image: NDArray[np.uint8], label: int, owner: str | None) -> str:
        """Keep an image uint8 (28, 28) with its label, 0 to 9, and return its id.

        Raises:
            StoreError: this visitor has as many as can be kept, or the store cannot be written.
        """
        drawing = new_id()
        with self._begin() as connection:
            counted = sa.select(sa.func.count()).select_from(t.drawings).where(_of(owner))
            if connection.execute(counted).scalar_one() >= MOST:
                raise StoreError(f"{MOST:,} drawings are kept here already: remove some first.")
            row = {"id": drawing, "owner": owner, "label": int(label), "created_at": time.time()}
            connection.execute(t.drawings.insert().values(**row, image=image.tobytes()))
        return drawing

    def drawings(self, owner: str | None) -> tuple[list[str], Dataset]:
        """Return the ids of a visitor's drawings, the oldest first, and their images and labels."""
        query = sa.select(t.drawings).where(_of(owner)).order_by(t.drawings.c.created_at, t.drawings.c.id)
        with self._begin() as connection:
            rows = connection.execute(query).all()
        images = np.frombuffer(b"".join(row.image for row in rows), np.uint8).reshape(-1, 28, 28)
        labels = np.array([row.label for row in rows], np.uint8)
        return [row.id for row in rows], Dataset("your drawings", images, labels)

    def remove_drawing(self, drawing: str, owner: str | None) -> None:
        """Remove one of a visitor's drawings; another's, or one that is gone, stays as it is."""
        with self._begin() as connection:
            connection.execute(t.drawings.delete().where(t.drawings.c.id == drawing, _of(owner)))


def _of(owner: str | None) -> sa.ColumnElement[bool]:
    return t.drawings.c.owner.is_(None) if owner is None else t.drawings.c.owner == owner
