"""`run.json`: all of a run but its curves and artifacts, with limits for what strangers may put into it."""

import time
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from core.errors import DataError
from core.model.presets import PRESETS
from core.model.refusal import refusal
from core.model.specs import MOST_EPOCHS, RunSpec
from core.names import UNTITLED, isolated, kept, kept_tags
from core.notes import LONGEST_NOTE, kept_note
from core.runs.records import DatasetRecord, Progress, Results, Run
from core.runs.status import UNFINISHED, Command, RunStatus

YEAR_2100 = 4_102_444_800.0
MOST_SECONDS = 1e9
MOST_LOSS = 3.4028234663852886e38
"""The largest float32."""
HOUR = 3600.0
"""By how much the clock of another computer may be ahead before it is told of."""

Moment = Annotated[float, Field(ge=0, le=YEAR_2100)]
Seconds = Annotated[float, Field(ge=0, le=MOST_SECONDS)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Share = Annotated[float, Field(ge=0, le=1)]
Loss = Annotated[float, Field(ge=0, le=MOST_LOSS)]
Text = Annotated[str, StringConstraints(max_length=2000)]
Name = Annotated[str, StringConstraints(max_length=200)]
Note = Annotated[str, StringConstraints(max_length=LONGEST_NOTE)]
Scalar = Name | Annotated[int, Field(ge=-(2**53), le=2**53)] | float | bool | None
Facts = Annotated[dict[Name, Scalar], Field(max_length=60)]


FUTURE = "Its times lay in the future; they were set to the moment of its import."


class Strict(BaseModel):
    """Values of exactly these types, finite, without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class ProgressFacts(Strict):
    stage: Annotated[str, StringConstraints(pattern=r"^[a-z ]{1,20}$")]
    epoch: Count
    batch: Count
    batches: Count
    images_per_second: Annotated[float, Field(ge=0, le=1e12)]
    seconds: Seconds
    seconds_left: Seconds | None


class ResultFacts(Strict):
    best_epoch: Annotated[int, Field(ge=1, le=MOST_EPOCHS)]
    val_loss: Loss
    val_accuracy: Share
    val_images: Annotated[int, Field(ge=1, le=1_000_000)]
    test_loss: Loss
    test_accuracy: Share
    test_images: Annotated[int, Field(ge=1, le=1_000_000)]


class DatasetFacts(Strict):
    """The uploaded data set that the run was trained on; its images are a member of their own."""

    name: Name
    dropped: Count


class Manifest(Strict):
    """A run that has ended, as `run.json` holds it."""

    format: Literal["digits run"]
    version: Literal[1]
    name: Name
    preset: Name | None
    tags: Annotated[list[Name], Field(max_length=50)]
    status: RunStatus
    message: Text
    created_at: Moment
    started_at: Moment | None
    ended_at: Moment
    progress: ProgressFacts
    results: ResultFacts | None
    data: Facts
    environment: Facts
    dataset: DatasetFacts | None
    spec: dict[str, Any]
    note: Note = ""
    """Left out where there is none: so did versions that knew no notes, and they read no other keys."""

    @model_validator(mode="after")
    def _has_ended(self) -> "Manifest":
        if self.status in UNFINISHED:
            raise ValueError(f"The run is {self.status}: only one that has ended can be imported")
        return self

    def run(self, run_id: str, owner: str | None, spec: RunSpec, parameters: int, doubt: str) -> Run:
        """Return the run as imported now, under its new id and owner; texts are freed of control characters.

        No time of it lies in the future, where it would be the newest run for ever, or before one that must
        precede it.

        Args:
            doubt: why its network is not believed, or "".
        """
        now = time.time()
        created = min(self.created_at, now)
        started = None if self.started_at is None else min(max(self.started_at, created), now)
        ended = min(max(self.ended_at, started or created), now)
        future = max(self.created_at, self.started_at or 0.0, self.ended_at) > now + HOUR
        return Run(
            id=run_id,
            number=None,
            name=kept(self.name) or UNTITLED,
            preset=self.preset if self.preset in PRESETS else None,
            owner=owner,
            group_id=None,
            tags=tuple(kept_tags(self.tags)),
            status=self.status,
            message=" ".join(filter(None, (_clean(self.message), FUTURE if future else ""))),
            command=Command.RUN,
            spec_json=spec.to_json(),
            created_at=created,
            started_at=started,
            ended_at=ended,
            heartbeat_at=ended,
            progress=Progress(**self.progress.model_dump()),
            parameters=parameters,
            results=Results(**self.results.model_dump()) if self.results else None,
            data=_plain(self.data),
            environment=_plain(self.environment),
            imported_at=now,
            doubt=doubt,
            note=kept_note(self.note),
        )

    def to_json(self) -> bytes:
        return self.model_dump_json(indent=2, exclude=None if self.note else {"note"}).encode()


def manifest_of(run: Run, dataset: DatasetRecord | None) -> Manifest:
    """Return what `run.json` says of an ended run; its owner and its group stay at home.

    Raises:
        DataError: the run has not ended, or has numbers that no archive may hold.
    """
    if run.is_live:
        name = isolated(run.name)
        raise DataError(f"The run “{name}” is still {run.status}: it can be exported once it has ended.")
    values = asdict(run) | {
        "format": "digits run",
        "version": 1,
        "tags": list(run.tags),
        "message": run.message[:2000],
        "data": _plain(run.data),
        "environment": _plain(run.environment),
        "dataset": {"name": kept(dataset.name) or UNTITLED, "dropped": dataset.dropped} if dataset else None,
        "spec": run.spec.model_dump(mode="json"),
    }
    try:
        return Manifest.model_validate({key: values[key] for key in Manifest.model_fields})
    except ValidationError as error:
        raise DataError(f"The run “{run.name}” cannot be exported: {refusal(error)}") from None


def read_manifest(content: bytes) -> Manifest:
    """Return what `run.json` holds.

    Raises:
        DataError: one sentence that names the place and what was expected.
    """
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "json_invalid":
            raise DataError(f"The archive's run.json is not JSON: {first['ctx']['error']}.") from None
        raise DataError(f"The archive's run.json cannot be used: {refusal(error)}") from None


def _clean(text: str) -> str:
    """Return a message on one line, without control characters and halves of characters."""
    return kept(text, most=2000)


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    return {kept(k): kept(v) if isinstance(v, str) else v for k, v in facts.items()}
