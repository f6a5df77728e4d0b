"""Archives that were unpacked and zipped again come in as what they are; others cost one sentence."""

import io
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data.members import read_members
from core.errors import DataError
from core.export.archive import pack, unpack
from core.export.rezipped import read_rezipped
from core.model.specs import RunSpec
from core.runs.store import RunStore
from tests.test_export_archive import assert_equal_runs, saved

LIMITS = {"run.json": 1_000, "history.csv": 1_000, "artifacts/test.npz": 1_000}
MEMBERS = {name: name.encode() for name in LIMITS}
FINDER = ("small/", "small/.DS_Store", "__MACOSX/", "__MACOSX/._small", "__MACOSX/small/._run.json")
WINDOWS = ("small\\", "small\\artifacts\\", "small\\Thumbs.db", "small\\desktop.ini")


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(content: bytes) -> dict[str, bytes]:
    return read_rezipped(content, LIMITS, "run.json", "The archive")


def refusal(content: bytes) -> str:
    with pytest.raises(DataError) as refused:
        read(content)
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 250
    return str(refused.value)


def inside(folder: str, notes: tuple[str, ...] = (), between: str = "/") -> dict[str, bytes]:
    moved = {(folder + name).replace("/", between): content for name, content in MEMBERS.items()}
    return dict.fromkeys(notes, b"?") | moved


@pytest.mark.parametrize(
    "members",
    [
        inside("small/"),
        inside("small/", FINDER),
        inside("", ("__MACOSX/._run.json", ".DS_Store", "artifacts/")),
        inside("small/", WINDOWS, "\\"),
        inside("./"),
        inside("my run (1)/ü é/", (".Trashes/x", "@eaDir/y", "my run (1)/.directory")),
    ],
)
def test_whatever_file_managers_put_around_a_run_does_not_count(members: dict[str, bytes]) -> None:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        assert read(zipped(members, method)) == MEMBERS


def test_a_run_that_was_zipped_twice_is_found_in_the_zip_within() -> None:
    for folder in ("", "small/"):
        twice = {f"{folder}small.ZIP": zipped(inside("small/", FINDER)), "__MACOSX/._small.zip": b"?"}
        assert read(zipped(twice)) == MEMBERS
    thrice = zipped({"b.zip": zipped({"a.zip": zipped(MEMBERS)})})
    assert refusal(thrice).startswith("The archive in it holds “a.zip”, which is none of run.json, ")


def test_several_runs_in_one_zip_are_asked_for_one_by_one() -> None:
    folders = refusal(zipped(inside("a/") | inside("b/")))
    assert folders == "The archive holds 2 runs, such as “b/run.json”: import one at a time."
    mixed = {"a.zip": b"", "b.zip": b"", "run.json": b""}
    assert refusal(zipped(mixed)).startswith("The archive holds 3 runs, such as “a.zip”")
    assert refusal(zipped({"train.csv": b"", "a.zip": b""})).startswith("The archive lacks run.json")
    model = zipped({"metadata.json": b"{}", "config.json": b"{}", "model.weights.h5": b""})
    assert refusal(model).startswith("The archive is a Keras model alone: expected a run")


@pytest.mark.parametrize(
    "name",
    [
        *("/run.json", "../run.json", "small/../../run.json", "C:/run.json", "C:\\evil.exe"),
        *("notes.txt", "other/history.csv", "run.json/x", "RUN.JSON", "artifacts/artifacts/test.npz"),
    ],
)
def test_what_does_not_belong_to_the_run_is_named(name: str) -> None:
    for members in (MEMBERS, inside("small/")):
        told = refusal(zipped(members | {name: b"?"}))
        assert f"“{name}”" in told or "2 runs" in told


def test_a_run_that_lies_outside_is_not_looked_for() -> None:
    for folder in ("../", "/", "small/../"):
        assert refusal(zipped(inside(folder))).startswith("The archive lacks run.json")


def test_a_member_that_is_there_twice_is_refused_however_it_is_written() -> None:
    for twin in ("small\\run.json", "./small/run.json"):
        assert refusal(zipped(inside("small/") | {twin: b"?"})) in (
            f"The archive holds “{twin}” twice.",
            f"The archive holds 2 runs, such as “{twin}”: import one at a time.",
        )
    buffer = io.BytesIO(zipped(MEMBERS))
    with zipfile.ZipFile(buffer, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("history.csv", b"?")
    assert refusal(buffer.getvalue()) == "The archive holds “history.csv” twice."


def test_a_link_a_password_and_other_packings_are_named() -> None:
    link = zipfile.ZipInfo("run.json")
    link.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, b"/etc/passwd")
    assert "has “run.json” as a link" in refusal(buffer.getvalue())
    locked = bytearray(zipped({"run.json": b"x"}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert "has “run.json” locked with a password" in refusal(bytes(locked))
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert "packed in an unusual way: expected plain deflate" in refusal(zipped(MEMBERS, method))


@pytest.mark.parametrize(
    ("begin", "name"),
    [
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"Rar!\x1a\x07\x00", "a RAR archive"),
        (b"BZh", "a bzip2 file"),
        (b'{"layers": []}', "JSON"),
        (b"<!doctype html>", "a web page"),
    ],
)
def test_another_kind_of_archive_is_named(begin: bytes, name: str) -> None:
    assert refusal(begin + bytes(100)) == f"The archive is {name}, expected a zip file."


def test_a_member_that_understates_its_size_takes_no_memory() -> None:
    content = bytearray(zipped({"run.json": bytes(80_000_000)}))
    at = content.index(b"PK\x01\x02") + 24
    assert struct.unpack_from("<I", content, at) == (80_000_000,)
    struct.pack_into("<I", content, at, 500)
    tracemalloc.start()
    told = refusal(bytes(content))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "damaged" in told
    assert peak < 2_000_000


def test_a_zip_of_the_large_kind_is_read() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in MEMBERS.items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
    assert read(buffer.getvalue()) == MEMBERS


def test_only_what_is_wanted_is_unpacked() -> None:
    content = zipped({"run.json": b"x", "history.csv": b"y" * 900})
    assert read_members(content, LIMITS, "It", only=["run.json", "artifacts/test.npz"]) == {"run.json": b"x"}


# --- whole runs ------------------------------------------------------------------------------------


@pytest.fixture
def other(tmp_path: Path) -> RunStore:
    return RunStore(f"sqlite:///{tmp_path / 'other.sqlite'}")


NAMES = st.sampled_from(["small", "my run (1)", "ü é", "a.b", "ملف", "x" * 60])
NOTES = st.sampled_from([".DS_Store", "__MACOSX/._x", "Thumbs.db", "desktop.ini", "artifacts/", "._run.json"])


@pytest.fixture
def packed(store: RunStore, small_spec: RunSpec) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(pack(store, saved(store, small_spec)))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_run_zipped_again_is_the_same_run_or_one_sentence(
    data: st.DataObject, packed: dict[str, bytes], store: RunStore, other: RunStore
) -> None:
    folder = "".join(f"{name}/" for name in data.draw(st.lists(NAMES, max_size=2)))
    slash = data.draw(st.sampled_from(["/", "\\"]))
    notes = data.draw(st.lists(NOTES, max_size=3))
    names = data.draw(st.permutations(sorted(packed)))
    again = {(folder + name).replace("/", slash): packed[name] for name in names}
    lost = data.draw(st.none() | st.sampled_from(["run.json", "history.csv", "steps.npz"]))
    if lost:
        del again[(folder + lost).replace("/", slash)]
    again |= {(folder + note).replace("/", slash): b"?" for note in notes}
    content = zipped(again, data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])))
    if lost:
        with pytest.raises(DataError, match=f"The archive lacks {lost}: "):
            unpack(other, content)
    else:
        assert_equal_runs(store, store.runs()[0].id, other, unpack(other, content).id)
