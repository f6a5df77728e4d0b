"""What whoever runs a server allows: limits for people, foreign frames, the log; all in one TOML file.

`DIGITS_HOST` names the file; without it, as on a laptop, nothing is limited. `.streamlit/host.toml` is one
for a class of thirty, with a word on each setting. Not known here: who somebody is, or what a run is.
"""

import os
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from core.errors import HostError

VARIABLE = "DIGITS_HOST"
MB = 1_000_000
Count = Annotated[int | None, Field(ge=1)]
Amount = Annotated[float | None, Field(gt=0, allow_inf_nan=False)]
Port = Annotated[int, Field(ge=1, le=65_535)]
Origin = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.*-]+(:(\d{1,5}|\*))?$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


class Limits(_Frozen):
    """What one person may use; None: as much as they like.

    Attributes:
        waiting_runs: of one person that have not begun.
        work: multiply-adds of one run, forward: its epochs × its images × its network's for one image.
        minutes: for which one run may train, what it continues included; then it is stopped, and its best
            weights are kept.
        parameters: of one network.
        sweeps: of one person that go on at the same time.
        upload_megabytes: of one uploaded file.
        uploads: data sets of one person that are kept.
        stored_megabytes: of one person's models, predictions and data sets.
        stored_megabytes_in_all: the same of all people, what was deleted less than a day ago included.
        days: after which a run that has ended is deleted, unless it is pinned.
    """

    waiting_runs: Count = None
    work: Amount = None
    minutes: Amount = None
    parameters: Count = None
    sweeps: Count = None
    upload_megabytes: Count = None
    uploads: Count = None
    stored_megabytes: Amount = None
    stored_megabytes_in_all: Amount = None
    days: Amount = None


class Classes(_Frozen):
    """What a teacher may keep; the first two hold everywhere.

    Attributes:
        per_person: classes of one person.
        pupils: of one class, those whom the teacher has hidden left out.
        days: after which a class goes that nobody joined, trained in or looked after; None: it stays.
    """

    per_person: Annotated[int, Field(ge=1)] = 30
    pupils: Annotated[int, Field(ge=1)] = 200
    days: Amount = None


class Questions(_Frozen):
    """What one question to a saved network may use: also on a laptop one must not take the others along.

    Attributes:
        seconds: after which its worker is ended, and the next question gets a fresh one.
        megabytes: of memory beside what the worker has at its start (where the system can limit that).
    """

    seconds: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 120.0
    megabytes: Annotated[int, Field(ge=100)] = 4_000


class Log(_Frozen):
    """How the server's log is written: its least level, and as plain lines or as one JSON object a line."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    form: Literal["plain", "json"] = "plain"


class Mail(_Frozen):
    """The server that takes this host's e-mail.

    Attributes:
        server, port: where it listens.
        encryption: "starttls" (as port 587 wants), "tls" (as 465), or "none", within one machine.
        user: as whom to sign in there; "": as nobody.
        password_file: the file whose first line is the password.
        sender: the address from which the mail comes.
    """

    server: Annotated[str, Field(min_length=1)]
    port: Port = 587
    encryption: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    sender: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")]


class Telling(_Frozen):
    """Where messages that a run is done may go, beside people's e-mail (`core/telling`).

    Attributes:
        webhooks: whether this server sends any to addresses that visitors give.
        ports: those that such an address may name.
        allow_private: names of hosts, or networks such as "10.0.0.0/8", that may be reached although they are
            not public.
    """

    webhooks: bool = True
    ports: tuple[Port, ...] = (80, 443)
    allow_private: tuple[Annotated[str, Field(min_length=1)], ...] = ()


class Host(_Frozen):
    """All that a host's file may say.

    Attributes:
        administrators: who of those that have signed in may change everything: e-mail addresses that the
            provider has verified, or the marks that the page "You" shows.
        frame_ancestors: origins of the pages, beside the app's own, that may show the app in a frame.
        waiting_megabytes: of all people's uploads together that wait in memory until they are read.
        metrics: whether `digits/metrics` answers; it names nobody, but tells all how busy the server is.
        address: where browsers find the dashboard, for links in messages; "": where whoever asked for them
            found it.
        mail: what sends e-mail; None: nothing does. It needs `address`: what a browser says of where it is
            may be made up, and would stand in mail to somebody else.
    """

    administrators: tuple[Annotated[str, Field(min_length=3)], ...] = ()
    frame_ancestors: tuple[Origin, ...] = ()
    waiting_megabytes: Annotated[int, Field(ge=10)] = 1_000
    metrics: bool = False
    address: Annotated[str, Field(pattern=r"^(https?://[^\s?#@]+)?$")] = ""
    mail: Mail | None = None
    telling: Telling = Telling()
    limits: Limits = Limits()
    classes: Classes = Classes()
    questions: Questions = Questions()
    log: Log = Log()

    @field_validator("mail")
    @classmethod
    def _has_links(cls, mail: Mail | None, info: ValidationInfo) -> Mail | None:
        if mail and not info.data.get("address"):
            raise ValueError("e-mail needs links, so “address” must say where the dashboard is")
        return mail


def host() -> Host:
    """Return what this process' host allows; the file is read once.

    Raises:
        HostError: it cannot be read, or says what it cannot say. Nothing is served without limits then.
    """
    return _read(os.environ.get(VARIABLE, "").strip())  # Windows' “set X=file && …” keeps the space


@lru_cache(maxsize=4)
def _read(name: str) -> Host:
    """Return what a file says, or without one what holds where nobody has said anything."""
    if not name:
        return Host()
    try:
        said: dict[str, Any] = tomllib.loads(Path(name).expanduser().read_text(encoding="utf-8-sig"))
        return Host.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        what = first["msg"].removeprefix("Value error, ")
        raise HostError(f"{VARIABLE} ({name}): “{place}”: {what}.") from None
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise HostError(f"{VARIABLE} ({name}) cannot be read: {reason}.") from None
