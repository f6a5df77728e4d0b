"""Downloads and imports on the pages: what is offered when, and that a wrong file costs one sentence."""

import io
import json
import re
import threading
import zipfile
from concurrent.futures import Future
from hashlib import sha256
from types import SimpleNamespace
from urllib.parse import unquote

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.errors import DataError, LimitError
from core.export.archive import pack
from core.model.presets import PRESETS
from core.model.specs import RunSpec, parse
from core.reach import own_address
from core.runs.artifacts import MODEL
from core.runs.records import EpochPoint, Progress
from core.runs.status import RunStatus
from core.runs.store import open_store
from pages.shared import asking
from pages.shared.exports import exported
from tests.pages.test_pages import opened, page, saved, texts

ALWAYS = ["configuration", "network", "script", "notebook", "history"]


def links(test: AppTest) -> list[str]:
    return [str(link.proto.url) for link in test.get("link_button")]


def uploader(test: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(element for element in test.file_uploader if label in element.label)


def test_an_ended_run_is_offered_as_every_file_it_has(small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec, "mine")
    open_store().put_artifact(run_id, MODEL, b"model")
    offered = [
        f"digits/runs/{run_id}/{key}"
        for key in (
            *("report", "archive", "configuration", "network", "model", "tflite", "script"),
            *("notebook", "history"),
        )
    ]
    test = page("results/page.py", run=run_id)
    assert not links(test), "a list that nobody has opened costs nothing"
    assert links(opened(test, f"download.{run_id}")) == offered


def test_the_link_to_a_run_stands_as_a_code_under_the_address_that_phones_find(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = saved(open_store(), small_spec, "mine")

    def link(seen_at: str) -> str:
        monkeypatch.setattr(type(st.context), "url", seen_at)
        return str(opened(page("results/page.py", run=run_id), f"qr.{run_id}").code[0].value)

    found_at = f"results?run={run_id}"
    assert link("https://school.example/digits/results") == f"https://school.example/digits/{found_at}"
    if own := own_address():
        assert link("http://localhost:8501/results") == f"http://{own}:8501/{found_at}"


def test_a_living_run_is_offered_as_what_exists(small_spec: RunSpec) -> None:
    run = open_store().create(small_spec, "x")
    test = opened(page("results/page.py", run=run.id), f"download.{run.id}")
    assert links(test) == [f"digits/runs/{run.id}/{key}" for key in ALWAYS]
    assert "follow once the run has ended" in texts(test)


def test_each_address_gives_its_file_under_a_safe_name(small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec, '../é "x"\r\n/etc; 日本')
    answer = exported(run_id, "history")
    plain, exact = re.findall("filename\\*?=(?:\"|UTF-8'')([^\";]+)", answer.headers["content-disposition"])
    assert plain == f"_-x-etc-__-{run_id}-history.csv"
    assert unquote(exact) == f"é-x-etc-日本-{run_id}-history.csv"
    assert list(pd.read_csv(io.BytesIO(bytes(answer.body)))["epoch"]) == [1, 2]
    assert parse(bytes(exported(run_id, "configuration").body)) == small_spec
    assert zipfile.is_zipfile(io.BytesIO(bytes(exported(run_id, "archive").body)))
    assert bytes(exported(run_id, "report").body).startswith(b"<!doctype html>")


@pytest.mark.parametrize("key", ["model", "predictions-test", "nope", "x" * 5000, "🙂"])
def test_a_file_that_does_not_exist_is_one_sentence(key: str, small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec, "mine")
    for answer in (exported(run_id, key), exported("nope", key)):
        assert answer.status_code == 404
        assert answer.media_type == "text/plain"
        assert len(bytes(answer.body)) < 200


def test_so_many_downloads_wait_for_the_networks_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_places", places := threading.BoundedSemaphore(1))
    with places, pytest.raises(LimitError, match="try it again in a minute"):
        asking.answer_within(1.0, int)
    unanswered: Future[int] = Future()
    monkeypatch.setattr(asking, "lane", lambda: SimpleNamespace(ask=lambda *_: unanswered))
    with pytest.raises(DataError, match="did not answer"):
        asking.answer_within(0.01, int)
    assert unanswered.cancelled()
    assert places.acquire(blocking=False)  # whoever has gone leaves the place


def test_a_run_is_imported_into_an_empty_dashboard_by_its_zip(small_spec: RunSpec) -> None:
    run_id = saved(open_store(), small_spec, "*mine*")
    content = pack(open_store(), run_id)
    open_store().delete([run_id])
    test = page("runs/page.py")
    assert "No run has been saved yet" in texts(test)
    uploader(test, "zip").set_value(("broken.zip", content[:-40], "application/zip")).run()
    assert [error.value for error in test.error] == [
        "The archive is no zip file or a damaged one\\: export it again."
    ]
    uploader(test, "zip").set_value(("run.zip", content, "application/zip")).run()
    assert not test.exception
    assert not test.error
    (run,) = open_store().runs()
    assert (run.name, run.id != run_id, run.spec) == ("*mine*", True, small_spec)
    assert run.owner == sha256(b"somebody").hexdigest()[:32]
    assert "“\\*mine\\*” was imported." in texts(test)
    assert list(test.dataframe[0].value["name"]) == ["*mine*"]
    test.run()
    assert len(open_store().runs()) == 1
    next(button for button in test.button if button.label == "Dismiss").click().run()
    assert "was imported" not in texts(test)


def test_a_configuration_is_imported_into_the_editor(small_spec: RunSpec) -> None:
    test = page()
    quick_start = PRESETS["quick-start"].spec
    missing = json.loads(small_spec.to_json())
    missing["data"]["source"] = "csv-0123456789abcdef"
    for content, sentence in (
        (b"{", "is not JSON"),
        (b"\xff\xfe{", "not a text file"),
        (b'{"layers": [], "epochs": 0}', "epochs"),
        (json.dumps(missing).encode(), "is not here"),
        (b" " * 2_000_000, "has 2.0 MB"),
    ):
        uploader(test, "JSON").set_value(("network.json", content, "application/json")).run()
        assert not test.exception
        (error,) = test.error
        assert sentence in error.value.replace("\\", "")
        assert test.session_state["draft"].spec() == quick_start
    good = b"\xef\xbb\xbf" + small_spec.to_json().encode()
    uploader(test, "JSON").set_value(("network.json", good, "application/json")).run()
    assert not test.error
    assert "network.json is in the editor." in texts(test)
    assert test.session_state["draft"].spec() == small_spec
    assert test.session_state["draft"].preset is None


def test_a_run_that_diverged_can_be_had_as_a_report(small_spec: RunSpec) -> None:
    store = open_store()
    run = store.create(small_spec, "x")
    store.record(run.id, Progress("training", 1, 3, 10), [], [EpochPoint(1, 3, *[float("nan")] * 6)])
    store.end(run.id, RunStatus.DIVERGED, "The loss was no longer finite.")
    assert "no longer finite" in bytes(exported(run.id, "report").body).decode()
