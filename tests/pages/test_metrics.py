"""The page for Prometheus, read by Prometheus' own parser."""

from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.requests import Request

from core.host import VARIABLE
from core.model.specs import RunSpec
from core.runs.store import open_store
from pages.server.metrics import metrics

ASKED = Request({"type": "http"})


def test_it_answers_only_where_the_host_wants_it() -> None:
    assert metrics(ASKED).status_code == 404


def test_it_tells_who_waits_and_how_long_the_store_takes_and_no_name(
    small_spec: RunSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "host.toml").write_text("metrics = true")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "host.toml"))
    ids = [open_store().create(small_spec, "Geheim", owner="anna").id for _ in range(3)]
    open_store().claim(ids[0], {}, "a worker")
    open_store().delete(ids[1:2])
    answer = bytes(metrics(ASKED).body).decode()
    told = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer)
        for sample in family.samples
    }
    assert (told["digits_runs", "scheduled"], told["digits_runs", "running"]) == (1, 1)
    assert told["digits_runs", "paused"] == told["digits_uploads_bytes",] == 0
    assert told["digits_store_seconds_count",] >= 5
    assert told["digits_sessions",] == 0
    assert "digits_store_failures_total" in answer
    assert "Geheim" not in answer
    assert "anna" not in answer
