"""The board of a class as CSV, at an address of its own."""

from starlette.requests import Request
from starlette.responses import Response

from core.names import file_words
from pages.classroom.standing import standing
from pages.shared.addresses import route
from pages.shared.exports import attachment
from pages.shared.services import store

FOLDER, DECIMAL, COMMA = "boards", "decimal", "comma"


def board_file(class_id: str, commas: bool = False) -> Response:
    """Answer with the board as CSV, or with one sentence that says why there is none."""
    from core.export.board import board_csv  # not before it is needed: the server is up sooner

    def make() -> tuple[bytes, str, str]:
        school_class = store().school_class(class_id)
        places, worse, _ = standing(school_class)
        return board_csv(places, worse, commas), f"board-{file_words(school_class.name, 40)}.csv", "text/csv"

    return attachment(make)


def _answer(request: Request) -> Response:
    return board_file(request.path_params["class_id"], request.query_params.get(DECIMAL) == COMMA)


BOARD_ROUTE = route(f"{FOLDER}/{{class_id}}", _answer)
"""Where the board is to be had as CSV by whoever has the class's link."""
