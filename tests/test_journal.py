"""The log in the form that the host wants: one JSON object a line, with the run's id and without secrets."""

import json
import logging
from collections.abc import Iterator

import pytest

from core import journal
from core.host import Log
from core.journal import AsJson, about_run, keep_journal


@pytest.fixture(autouse=True)
def loggers() -> Iterator[None]:
    """Leave the loggers as they were."""
    known = [logging.getLogger(name) for name in journal.LOGGERS]
    before = [(logger, logger.level, logger.handlers) for logger in known]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers = handlers


def test_each_line_is_an_object_with_the_id_of_its_run(capsys: pytest.CaptureFixture[str]) -> None:
    keep_journal(Log(form="json"))
    keep_journal(Log(form="json"))  # twice is not double
    log = logging.getLogger("core.training.job")
    log.info("Run %s has begun", "0123456789")
    with about_run("abcdefabcd"):
        log.warning("A line\nand “another”")
    log.info("About nothing")
    log.debug("Not at this level")
    first, second, third = map(json.loads, capsys.readouterr().err.splitlines())
    assert (first["run"], first["level"], first["message"]) == (
        "0123456789",
        "INFO",
        "Run 0123456789 has begun",
    )
    assert (second["run"], second["message"]) == ("abcdefabcd", "A line\nand “another”")
    assert "run" not in third
    assert first["time"].endswith("+00:00")


@pytest.mark.parametrize("form", ["plain", "json"])
def test_no_password_of_an_address_is_written(capsys: pytest.CaptureFixture[str], form: str) -> None:
    keep_journal(Log.model_validate({"form": form, "level": "WARNING"}))
    address = "postgresql+psycopg://anna:geheim@db/digits"
    try:
        raise ValueError(address)
    except ValueError as error:
        logging.getLogger("digits").error("No store at %s", address, exc_info=error)
    logging.getLogger("digits").info("Below the level")
    written = capsys.readouterr().err
    assert "geheim" not in written
    assert "postgresql+psycopg://db/digits" in written
    assert "Traceback" in written
    assert "Below" not in written


def test_of_a_lost_connection_only_what_the_app_says_is_written() -> None:
    psycopg = logging.getLogger("psycopg")
    psycopg.setLevel(logging.NOTSET)
    keep_journal(Log())
    assert not psycopg.isEnabledFor(logging.WARNING)  # "error ignored terminating Pipeline"
    assert psycopg.isEnabledFor(logging.ERROR)


def test_an_exception_stays_within_its_line() -> None:
    try:
        raise KeyError("// and @")
    except KeyError as error:
        record = logging.LogRecord("core", 40, "", 0, "x //a", (), (KeyError, error, error.__traceback__))
    line = AsJson().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "x //a"
    assert "KeyError" in json.loads(line)["exception"]
