"""What somebody asks for held against what is here: one sentence, or nothing.

That is the limits of a host (`core.host.Limits`) and, of a run, its images and the processor. Whoever has the
server's shell is not limited: the terminal starts and keeps what it likes.
"""

from collections.abc import Sequence

from core.errors import LimitError
from core.host import MB, host
from core.model.precision import check_precision
from core.model.shapes import network_cost
from core.model.specs import RunSpec
from core.runs.pools import check_pool
from core.runs.store import RunStore
from core.words import count, so_many


def check_run(store: RunStore, spec: RunSpec) -> None:
    """Refuse at once a run that would have to be refused later.

    Raises:
        UserError: its data set is missing or too small, this server does not allow it, its processor cannot
            train it, or the store cannot be read.
    """
    check_pool(store, spec.data)
    check_spec(spec)
    check_precision(spec.precision)


def check_spec(spec: RunSpec) -> None:
    """Refuse a network or a run that is too large for this server.

    Raises:
        LimitError: it is.
    """
    limits = host().limits
    cost = network_cost(spec.layers)
    if limits.parameters and cost.parameters > limits.parameters:
        raise LimitError(
            f"The network has {cost.parameters:,} parameters, here it may have {limits.parameters:,}: use "
            "fewer filters or units."
        )
    if limits.work and work(spec) > limits.work:
        raise LimitError(
            f"The run would take {amount(work(spec))} multiply-adds (epochs × images × those of the "
            f"network), here it may take {amount(limits.work)}: choose fewer epochs, fewer images or a "
            "smaller network."
        )


def work(spec: RunSpec) -> float:
    """Return the multiply-adds of a run, forward: its new epochs × its images × those for one image."""
    done = spec.continued[-1].after if spec.continued else 0
    return float((spec.epochs - done) * spec.data.images * network_cost(spec.layers).multiply_adds)


def check_runs(store: RunStore, owner: str | None, specs: Sequence[RunSpec]) -> None:
    """Refuse runs that a person would start now, all of them or none.

    Raises:
        UserError: one cannot be trained here (`check_run`), too many of this person's wait, no room is left,
            or the store cannot be read.
    """
    for spec in specs:
        check_run(store, spec)
    most = host().limits.waiting_runs
    if most is not None and (waiting := store.waiting_of(owner)) + len(specs) > most:
        raise LimitError(
            f"One person may have {count(most, 'waiting run')} here, and {waiting:,} of yours wait: stop "
            "one, start fewer, or wait until one has begun."
        )
    check_room(store, owner)


def check_sweep(store: RunStore, owner: str | None, base: RunSpec, kind: str = "sweep") -> None:
    """Refuse a sweep that a person would start now.

    Raises:
        UserError: its first run could not be trained here (`check_run`), this person has as many sweeps as
            one may, or the store cannot be read.
    """
    check_run(store, base)
    most = host().limits.sweeps
    if most is not None and store.going_on(kind, owner) >= most:
        raise LimitError(
            f"One person may have {count(most, 'sweep')} under way here: stop one or wait for its end."
        )
    check_room(store, owner)


def check_upload(name: str, size: int) -> None:
    """Refuse a file of so many bytes before it is read.

    Raises:
        LimitError: it is too large.
    """
    most = host().limits.upload_megabytes
    if most is not None and size > most * MB:
        raise LimitError(f"{name} has {megabytes(size)}, a file may have {most:,} MB here.")


def check_dataset(store: RunStore, owner: str | None) -> None:
    """Refuse a data set that would be kept now.

    Raises:
        LimitError: this person has as many as one may, or no room is left.
        StoreError: the store cannot be read.
    """
    most = host().limits.uploads
    if most is not None and store.datasets_of(owner) >= most:
        raise LimitError(
            f"One person may keep {count(most, 'data set')} here: delete one of yours on the Data page."
        )
    check_room(store, owner)


def check_room(store: RunStore, owner: str | None) -> None:
    """Refuse to keep more where what is kept has reached its limit: the last one in may go beyond it.

    Raises:
        LimitError: a person's runs and data sets, or all, have as many bytes as they may.
        StoreError: the store cannot be read.
    """
    limits = host().limits
    own, everyone = limits.stored_megabytes, limits.stored_megabytes_in_all
    if own is not None and (kept := store.stored_bytes(owner)) >= own * MB:
        raise LimitError(
            f"Your runs and data sets have {megabytes(kept)} of the {own:,.0f} MB that one person may keep "
            "here: delete some first."
        )
    if everyone is not None and store.stored_bytes() >= everyone * MB:
        raise LimitError(
            f"This server keeps the {everyone:,.0f} MB that it may keep: delete runs or data sets of yours; "
            "their room is free a day later."
        )


def keep_house(store: RunStore) -> None:
    """Let what has grown too old go, where the host says so; to be called every few seconds.

    Raises:
        StoreError: the store cannot be written.
    """
    if days := host().limits.days:
        store.expire(days)
    if days := host().classes.days:
        store.expire_classes(days)


def told() -> list[str]:
    """Return what the host allows, one sentence a limit, for people; empty where nothing is limited."""
    limits = host().limits
    runs, sweeps, uploads = limits.waiting_runs, limits.sweeps, limits.uploads
    per_run, kept = limits.work and amount(limits.work), limits.stored_megabytes
    questions, classes = host().questions, host().classes
    said: dict[str, str | float | None] = {
        "One person may have {} at a time.": runs and count(runs, "waiting run"),
        "One run may take {} multiply-adds: its epochs × images × those of its network.": per_run,
        "One run may train for {}, what it continues included.": limits.minutes
        and so_many(limits.minutes, "minute"),
        "One network may have {:,} parameters.": limits.parameters,
        "One person may have {} under way.": sweeps and count(sweeps, "sweep"),
        "One uploaded file may have {:,} MB.": limits.upload_megabytes,
        "One person may keep {}.": uploads and count(uploads, "uploaded data set"),
        "Models, predictions and data sets of one person may have {:,.0f} MB.": kept,
        "All people together may keep {:,.0f} MB.": limits.stored_megabytes_in_all,
        "A run is deleted {} after it ended, unless it is pinned on the Runs page.": limits.days
        and so_many(limits.days, "day"),
        "A class is deleted {} after its last sign of life, unless it is kept.": classes.days
        and so_many(classes.days, "day"),
    }
    sentences = [text.format(value) for text, value in said.items() if value]
    if sentences:
        took = f"{so_many(questions.seconds, 'second')} and {questions.megabytes:,} MB of memory"
        sentences.append(f"One question to a saved network may take {took}.")
        most, pupils = count(classes.per_person, "class"), count(classes.pupils, "pupil")
        sentences.append(f"One person may keep {most}, and a class may have {pupils}.")
    return sentences


def amount(number: float) -> str:
    """Return a large number as people say it, such as "40.7 trillion"."""
    for name, size in (("trillion", 1e12), ("billion", 1e9), ("million", 1e6)):
        if number >= size:
            return f"{number / size:,.3g} {name}"
    return f"{number:,.0f}"


def megabytes(size: float) -> str:
    """Return bytes in MB, with a decimal where there are few."""
    return f"{size / MB:,.1f} MB" if size < 10 * MB else f"{size / MB:,.0f} MB"
