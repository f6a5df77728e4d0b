"""Other systems, as far as they can be had on this one: by taking away what only POSIX has.

What names of the standard library Windows lacks is held by mypy too (`windows.ini`, `make lint`).
"""

import ast
import ctypes
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest

from core import memory
from core.errors import StoreError
from core.home import PROJECT, store_url
from core.runs import disks

TEXT = {"read_text", "write_text", "open"}
FILES = sorted(
    path for folder in ("core", "pages", "benchmarks") for path in (PROJECT / folder).rglob("*.py")
)

WITHOUT_POSIX = """
    import ctypes, os, signal, sys
    import app
    from core.terminal import main as terminal
    from core.memory import give_back, let_code_go, stay_small
    from core.model.presets import PRESETS
    from core.runs.store import open_store
    from core.training import engine

    OS = (
        "nice fork forkpty getuid geteuid getgid getegid getpgid getpgrp setpgid setsid killpg uname sysconf "
        "sched_getaffinity sched_setaffinity getpriority setpriority statvfs fchmod fchown chown mkfifo "
        "getloadavg wait3 wait4 pread"
    )
    SIGNALS = "SIGKILL SIGHUP SIGUSR1 SIGALRM SIGCHLD SIGPIPE alarm pause sigwait"

    # The library's own modules have been imported by now, and may have chosen their way for this system.
    for name in OS.split():
        delattr(os, name)
    for name in SIGNALS.split():
        delattr(signal, name)
    for name in ("fcntl", "resource", "termios", "tty", "pty", "pwd", "grp", "syslog"):
        sys.modules[name] = None

    def no_library(name, *arguments, **options):
        raise TypeError("there is no library without a name")

    ctypes.CDLL = no_library
    engine._become_a_worker(engine.NICENESS)
    import keras.config as k
    print(k.backend(), k.floatx(), k.epsilon(), k.image_data_format())
    from sklearn.model_selection import train_test_split
    print(*({"jax", "matplotlib", "pandas"} & set(sys.modules)))
    stay_small()
    give_back()
    let_code_go()
    run = open_store().create(PRESETS["quick-start"].spec, "a name with × and –")
    assert terminal.main(["runs"]) == 0
    assert terminal.main(["delete", run.id]) == 0
    print("all of it")
"""


KERAS_JSON = (
    '{"backend": "nowhere", "floatx": "float16", "epsilon": 0.1, "image_data_format": "channels_first"}'
)
"""What somebody may have set for other programs with Keras."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What a process without POSIX says, whose user has settings for Keras: one, as it imports TensorFlow."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / ".keras").mkdir()
    (folder / ".keras" / "keras.json").write_text(KERAS_JSON, encoding="utf-8")
    script = folder / "without_posix.py"
    script.write_text(textwrap.dedent(WITHOUT_POSIX), encoding="utf-8")
    own = {"PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": "cp1252", "DIGITS_HOME": str(folder / "home")}
    known = {name: value for name, value in os.environ.items() if not name.startswith("KERAS_")}
    done = subprocess.run(
        [sys.executable, script],
        capture_output=True,
        cwd=PROJECT,
        env=known | own | {"HOME": str(folder), "USERPROFILE": str(folder)},
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("cp1252").splitlines()


def test_what_runs_in_workers_terminal_and_server_needs_nothing_that_only_posix_has(told: list[str]) -> None:
    assert "a name with × and –" in told[2]
    assert told[-1] == "all of it"


def test_settings_that_somebody_made_for_other_programs_with_keras_change_nothing(told: list[str]) -> None:
    assert told[0].split() == ["tensorflow", "float32", "1e-07", "channels_last"]


def test_keras_and_what_splits_images_come_without_what_they_need_not_have(
    told: list[str],
) -> None:
    assert told[1] == ""


def test_text_files_are_read_and_written_as_utf_8_on_every_system() -> None:
    calls = [
        (path.relative_to(PROJECT).as_posix(), node)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _name(node) in TEXT
    ]
    assert calls
    unsaid = [(file, call.lineno) for file, call in calls if not (_has_encoding(call) or _is_binary(call))]
    assert unsaid == []


def _name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute) and _owner(function) in {"Image", "archive", "self"}:
        return ""  # pictures and members of a zip are no text
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _owner(function: ast.Attribute) -> str:
    return getattr(function.value, "id", "")


def _has_encoding(call: ast.Call) -> bool:
    return any(keyword.arg == "encoding" for keyword in call.keywords)


def _is_binary(call: ast.Call) -> bool:
    return any(isinstance(word, ast.Constant) and "b" in str(word.value) for word in call.args)


@pytest.fixture
def drives(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Windows, as far as it is asked: Z: is another machine's, C: is not."""
    kernel = SimpleNamespace(GetDriveTypeW=lambda root: {"Z:\\": 4}.get(root, 3))
    with monkeypatch.context() as windows:
        windows.setattr(disks.sys, "platform", "win32")
        windows.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
        yield


@pytest.mark.usefixtures("drives")
@pytest.mark.parametrize(
    ("place", "share"),
    [
        (r"\\nas\class\runs.sqlite", r"\\nas\class"),
        (r"Z:\digits\runs.sqlite", "Z:"),
        (r"C:\Users\me\runs.sqlite", None),
    ],
)
def test_windows_drives_of_other_machines_are_shares(place: str, share: str | None) -> None:
    assert disks.network(PureWindowsPath(place)) == share


def test_macos_tells_its_mounts_by_its_own_command_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as macos:
        macos.setattr(disks.sys, "platform", "darwin")
        macos.setattr(subprocess, "run", lambda *_, **__: (_ for _ in ()).throw(FileNotFoundError("mount")))
        assert disks.mount_table() == ""
        assert disks.elsewhere(PROJECT) is None


def test_where_the_c_library_is_another_memory_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    assert memory._glibc() is None
    memory.stay_small()
    memory.give_back()


READ_AND_WRITTEN = """
    import ctypes, mmap, os, sys
    from core.memory import let_code_go

    def resident(path):
        parts = open("/proc/self/smaps").read().split(path)[1:]
        return [int(part.split("Rss:")[1].split()[0]) for part in parts]

    libc = ctypes.CDLL(None)
    libc.mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    read, written = (mmap.mmap(os.open(path, os.O_RDONLY), 0, mmap.MAP_PRIVATE, 3) for path in sys.argv[1:])
    assert read[:] == written[:] == b"x" * (1 << 20)
    written[5:8] = b"own"
    for area in (read, written):  # only to be read from now on, as code is once it has been loaded
        place = ctypes.addressof(ctypes.c_char.from_buffer(area))
        assert libc.mprotect(place, 1 << 20, 1) == 0
    assert resident(sys.argv[1]) == resident(sys.argv[2]) == [1024]
    let_code_go()
    print(resident(sys.argv[1]), resident(sys.argv[2]), read[:] == b"x" * (1 << 20), written[4:9])
"""


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="no list of what is in memory")
def test_what_was_only_read_leaves_memory_and_comes_back_and_what_was_written_stays(tmp_path: Path) -> None:
    files = [tmp_path / "read", tmp_path / "written"]
    for file in files:
        file.write_bytes(b"x" * (1 << 20))
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(READ_AND_WRITTEN), *files],
        capture_output=True,
        cwd=PROJECT,
        check=False,
    )
    assert done.stdout.decode() == "[0] [1024] True b'xownx'\n", done.stderr.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of folders are text")
def test_a_home_whose_name_is_in_no_encoding_is_refused_in_a_sentence_that_can_be_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_HOME", os.fsdecode(os.fsencode(tmp_path) + b"/h\xe4"))
    with pytest.raises(StoreError, match="its name is not in UTF-8, or the locale is not") as caught:
        store_url()
    assert str(caught.value).encode()
    assert not any(tmp_path.iterdir())
