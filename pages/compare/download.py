"""The report of a comparison, made when its address is asked for."""

from starlette.requests import Request
from starlette.responses import Response

from core.analysis.predictions import Predictions
from core.errors import DataError
from core.runs.artifacts import VALIDATION
from core.runs.records import Run
from pages.shared.addresses import address, route
from pages.shared.exports import attachment
from pages.shared.run_picker import MOST_COMPARED
from pages.shared.services import store

_FOLDER = "comparisons"


def comparison_address(run_ids: list[str]) -> str:
    """Return where the report of these runs is made, relative to any page."""
    return address(f"{_FOLDER}/{','.join(run_ids)}")


def comparison_file(run_ids: str) -> Response:
    """Answer with the report of runs "a,b,c", or with one sentence that says why there is none."""
    ids = list(dict.fromkeys(run_ids.split(",")))
    return attachment(lambda: (_report(ids).encode(), "comparison-report.html", "text/html"))


def _report(ids: list[str]) -> str:
    from core.export.comparison_report import comparison_report  # not before it is needed

    if not 2 <= len(ids) <= MOST_COMPARED:
        raise DataError(f"Expected 2 to {MOST_COMPARED} runs to compare, got {len(ids)}.")
    runs = [store().get(run_id) for run_id in ids]
    histories = {run.id: store().history(run.id) for run in runs}
    return comparison_report(runs, histories, [_answers(run) for run in runs])


def _answers(run: Run) -> Predictions | None:
    content = store().artifact(run.id, VALIDATION)
    return Predictions.from_bytes(content) if content else None


def _answer(request: Request) -> Response:
    return comparison_file(request.path_params["run_ids"])


COMPARISON_ROUTE = route(f"{_FOLDER}/{{run_ids}}", _answer)
