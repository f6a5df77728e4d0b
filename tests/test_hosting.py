"""The files for hosts, held against the project: what they start, copy, install and say must be there."""

import os
import re
import shlex
import shutil
import subprocess
import urllib.request
import venv
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from streamlit import config

from core import cgroups
from core.errors import UserError
from core.home import PROJECT
from core.terminal.main import COMMANDS
from core.training.capacity import cores, free_memory, threads, workers
from core.training.cluster import scheduler
from tests.cluster import SCHEDULER
from tests.patience import SECONDS, until
from tests.ports import free_port

DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE = (PROJECT / "compose.yaml").read_text(encoding="utf-8")
GUIDE = (PROJECT / "docs" / "hosting.md").read_text(encoding="utf-8")
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def instructions(name: str) -> list[list[str]]:
    """Return the words of each of the Dockerfile's instructions of a name."""
    return [shlex.split(line) for line in re.findall(rf"^{name} (.+)$", DOCKERFILE, re.MULTILINE)]


def as_list(words: str) -> list[str]:
    """Return a command that is written as a list."""
    found: list[str] = yaml.safe_load(words)
    return found


START = as_list(re.findall(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)[0])
HEALTH = as_list(re.findall(r"^HEALTHCHECK .*?CMD (.+)$", DOCKERFILE, re.MULTILINE)[0])


def interpolated(text: str, given: Mapping[str, str]) -> str:
    """Return compose's text with its variables in place: those given, or what stands behind `-`.

    With `:-` and `:?` one that is given as nothing counts as not given.
    """

    def value(found: re.Match[str]) -> str:
        name, colon, kind, rest = found.groups()
        is_given = bool(given.get(name)) if colon else name in given
        assert kind == "-" or is_given, f"{name} must be given: {rest}"
        return given[name] if is_given else rest

    return re.sub(r"\$\{(\w+)(:?)([-?])([^}]*)\}", value, text)


def services(**given: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = yaml.safe_load(
        interpolated(COMPOSE, {"POSTGRESQL_PASSWORD": "word"} | given)
    )["services"]
    return found


SERVICES = services()
KNOWN = {option.key for option in config.get_config_options().values()}
OURS = ("scheduler", "worker", "dashboard")


def copied() -> Iterator[Path]:
    for *sources, _ in instructions("COPY"):
        yield from (PROJECT / source for source in sources)


def test_what_the_image_copies_is_there_is_sent_to_the_builder_and_is_all_that_the_app_is() -> None:
    sent = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = [line.removeprefix("!") for line in sent if line.startswith("!")]
    names = [path.name for path in copied()]
    for path in copied():
        assert path.exists(), path
        assert any(path.match(pattern) for pattern in allowed), path
    assert {"app.py", "core", "pages", "assets", ".streamlit", "requirements.txt"} <= set(names)
    assert ".streamlit/secrets.toml" in sent


def test_the_image_installs_every_requirement_under_the_name_without_gpus(tmp_path: Path) -> None:
    changing, installing = re.findall(r"^RUN (if .+|pip .+)$", DOCKERFILE, re.MULTILINE)
    for path in PROJECT.glob("requirements*.txt"):
        shutil.copy(path, tmp_path)
    subprocess.run(changing.replace("$(uname -m)", "x86_64"), shell=True, check=True, cwd=tmp_path)  # noqa: S602
    before, after = ((folder / "requirements.txt").read_text() for folder in (PROJECT, tmp_path))
    assert after == re.sub(r"^tensorflow==", "tensorflow-cpu==", before, flags=re.MULTILINE) != before
    files = [word for word in shlex.split(installing) if word.endswith(".txt")]
    assert set(files) <= {path.name for path in copied()}
    assert {"requirements.txt", "requirements-cluster.txt", "requirements-login.txt"} == set(files)


def test_the_image_runs_as_nobody_special_and_is_asked_for_its_health_where_it_listens() -> None:
    (user,) = instructions("USER")
    assert user != ["root"]
    (port,) = instructions("EXPOSE")[0]
    assert f"--server.port={port}" in START
    assert f"http://127.0.0.1:{port}/_stcore/health" in HEALTH[-1]
    compile(HEALTH[-1], "HEALTHCHECK", "exec")
    assert SERVICES["dashboard"]["ports"] == [f"{port}:{port}"]
    for word in START:
        if option := re.match(r"--([a-z]+\.[A-Za-z]+)=", word):
            assert option[1] in KNOWN


def test_compose_wants_a_password_and_starts_what_there_is() -> None:
    with pytest.raises(AssertionError, match="POSTGRESQL_PASSWORD must be given"):
        interpolated(COMPOSE, {})
    assert set(OURS) | {"postgresql"} == set(SERVICES)
    assert SERVICES["worker"]["command"] == ["python", "-m", "core", "worker"]
    assert "core.terminal.worker" in {command.__name__ for command in COMMANDS}
    assert SERVICES["scheduler"]["command"][:4] == ["python", *SCHEDULER]  # as the cluster's tests do
    assert " ".join(("python", *SCHEDULER)) in GUIDE
    assert "command" not in SERVICES["dashboard"]  # the image's own
    assert all(SERVICES[name]["image"] == "digits" for name in OURS)


def test_compose_has_limits_for_a_class_unless_none_are_wished() -> None:
    for name in ("dashboard", "worker"):
        told = [services(**given)[name]["environment"] for given in ({}, {"DIGITS_HOST": ""})]
        assert [one["DIGITS_HOST"] for one in told if isinstance(one, dict)] == [".streamlit/host.toml", ""]


def test_compose_waits_for_what_says_that_it_is_ready() -> None:
    # The image of PostgreSQL makes its database with a server that opens no port, and then starts another.
    assert "--host=127.0.0.1" in SERVICES["postgresql"]["healthcheck"]["test"]
    for service in SERVICES.values():
        for other, wanted in dict(service.get("depends_on", {})).items():
            assert wanted == {"condition": "service_healthy"}
            assert "test" in SERVICES[other]["healthcheck"]


def test_compose_lets_nobody_outside_reach_the_scheduler_or_the_database() -> None:
    assert yaml.safe_load(COMPOSE)["networks"]["inside"] == {"internal": True}
    for name in ("postgresql", "scheduler", "worker"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]


@pytest.mark.parametrize("name", ["dashboard", "worker"])
def test_compose_gives_settings_that_are_explained_and_understood(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = SERVICES[name]["environment"]
    assert isinstance(given, dict)
    for variable, value in given.items():
        assert f"`{variable}`" in README
        monkeypatch.setenv(variable, value)
    address, store = scheduler(), sa.make_url(os.environ["DIGITS_STORE"])
    assert address is not None
    assert address.rpartition(":")[0] == "tcp://scheduler"
    assert f"--port={address.rpartition(':')[2]}" in SERVICES["scheduler"]["command"]
    made = SERVICES["postgresql"]["environment"]
    assert isinstance(made, dict)
    assert (store.host, store.username, store.password) == ("postgresql", made["POSTGRES_USER"], "word")
    assert store.database == made["POSTGRES_USER"]  # which is what PostgreSQL calls it


def test_what_the_guide_names_is_there() -> None:
    for name in re.findall(r"\]\((?!http)([^)#]+)\)", GUIDE):
        assert (PROJECT / "docs" / name).exists(), name
    for option in re.findall(r"--([a-z]+\.[A-Za-z]+)", GUIDE):
        assert option in KNOWN, option
    for variable in set(re.findall(r"\bDIGITS_[A-Z_]+", GUIDE)):
        assert f"`{variable}`" in README, variable


@pytest.mark.slow
def test_the_steps_of_the_image_end_in_a_dashboard_that_is_healthy(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    for path in copied():
        (shutil.copytree if path.is_dir() else shutil.copy)(path, app / path.name)
    venv.create(tmp_path / "venv", with_pip=True)
    own = {"PATH": f"{tmp_path / 'venv' / 'bin'}:{os.environ['PATH']}", "DIGITS_HOME": str(tmp_path / "home")}
    for step in re.findall(r"^RUN (if .+|pip .+)$", DOCKERFILE, re.MULTILINE):
        subprocess.run(step, shell=True, check=True, cwd=app, env=os.environ | own)  # noqa: S602
    port = str(free_port())
    started = [re.sub(r"address=.+", "address=127.0.0.1", word).replace("8501", port) for word in START]
    dashboard = subprocess.Popen(started, cwd=app, env=os.environ | own)
    try:
        health = [word.replace("8501", port) for word in HEALTH]
        until(lambda: subprocess.run(health, env=os.environ | own, check=False).returncode == 0)
        assert urllib.request.urlopen(f"http://127.0.0.1:{port}/").status == 200
    finally:
        dashboard.terminate()
        dashboard.wait(timeout=SECONDS)


def test_a_server_with_little_memory_may_train_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for nought in ("0", "0 "):  # as Windows' "set DIGITS_WORKERS=0 && …" sets it
        monkeypatch.setenv("DIGITS_WORKERS", nought)
        assert (workers(), threads(0)) == (0, None)
    for wrong in ("65", "-1", "many"):
        monkeypatch.setenv("DIGITS_WORKERS", wrong)
        with pytest.raises(UserError, match="from 0 to 64"):
            workers()


def container(monkeypatch: pytest.MonkeyPatch, folder: Path, groups: str, files: Mapping[str, str]) -> None:
    """Be in a container, on a machine of eight cores.

    Args:
        groups: what `/proc/self/cgroup` says.
        files: what those below `/sys/fs/cgroup` say, by path.
    """
    trees = folder / str(len(list(folder.iterdir())))
    for name, text in {"mine": groups, **files}.items():
        (trees / name).parent.mkdir(parents=True, exist_ok=True)
        (trees / name).write_text(text)
    monkeypatch.setattr(cgroups, "TREES", trees)
    monkeypatch.setattr(cgroups, "MINE", trees / "mine")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    monkeypatch.delenv("DIGITS_WORKERS", raising=False)


SECOND = "0::/\n"
FIRST = "9:name=systemd:/docker/ab\n4:memory:/docker/ab\n1:cpu,cpuacct:/docker/ab\n0::/docker/ab\n"
"""Version 1 as Docker shows it: the container's own group is at the root of each tree."""
QUOTA, PERIOD = "cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"
LIMIT, USED = "memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"


@pytest.mark.parametrize(
    ("groups", "files", "seen"),
    [
        (SECOND, {"cpu.max": "max 100000"}, (8, None, 4)),
        (SECOND, {"cpu.max": "150000 100000"}, (1, 1, 1)),
        (SECOND, {"cpu.max": "400000 100000"}, (4, 4, 2)),
        (FIRST, {QUOTA: "300000", PERIOD: "100000"}, (3, 3, 1)),
        (FIRST, {QUOTA: "-1", PERIOD: "100000"}, (8, None, 4)),
        ("0::/a/b\n", {"a/b/cpu.max": "200000 100000", "a/cpu.max": "max 100000"}, (2, 2, 1)),
        ("0::/a/b\n", {"a/b/cpu.max": "max 100000", "a/cpu.max": "200000 100000"}, (2, 2, 1)),
        ("", {}, (8, None, 4)),
    ],
)
def test_workers_compute_with_no_more_threads_than_a_container_has_cores(
    groups: str,
    files: dict[str, str],
    seen: tuple[int, int | None, int],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    container(monkeypatch, tmp_path, groups, files)
    assert (cores(), threads(1), threads(2)) == seen


def test_there_are_as_many_workers_as_a_container_has_memory_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    container(monkeypatch, tmp_path, SECOND, {"memory.max": "2147483648", "memory.current": "147483648"})
    assert (free_memory(), workers()) == (2_000_000_000, 1)
    container(monkeypatch, tmp_path, SECOND, {"memory.max": "1000000000", "memory.current": "2000000000"})
    assert (free_memory(), workers()) == (0, 1)
    container(monkeypatch, tmp_path, SECOND, {"memory.max": "max", "memory.current": "2000"})
    assert free_memory() > 1_000_000
    container(monkeypatch, tmp_path, FIRST, {LIMIT: str(2**63 - 4096), USED: "400"})
    assert free_memory() > 1_000_000


@pytest.mark.parametrize(
    ("groups", "files", "count"),
    [
        (SECOND, {"memory.max": "690000000", "memory.current": "1000"}, 0),
        (SECOND, {"memory.max": "1000000000", "memory.current": "1000"}, 1),
        (FIRST, {LIMIT: "690000000", USED: "1000"}, 0),
        ("0::/a/b\n", {"a/b/memory.max": "max", "a/memory.max": "690000000"}, 0),
    ],
)
def test_a_server_held_to_less_memory_than_a_worker_needs_trains_only_where_it_is_told_to(
    groups: str, files: dict[str, str], count: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    container(monkeypatch, tmp_path, groups, files)
    assert workers() == count
    monkeypatch.setenv("DIGITS_WORKERS", "1")
    assert workers() == 1


def test_files_that_a_container_has_read_leave_room_for_workers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = {LIMIT: "1000", USED: "400", "memory/memory.stat": "rss 300\ntotal_inactive_file 100\n"}
    container(monkeypatch, tmp_path, FIRST, first)
    assert free_memory() == 700
    second = {"memory.max": "1000", "memory.current": "400", "memory.stat": "anon 340\ninactive_file 60\n"}
    container(monkeypatch, tmp_path, SECOND, second)
    assert free_memory() == 660


def test_without_control_groups_the_machine_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cgroups, "MINE", tmp_path / "nowhere")
    assert list(cgroups.quotas()) == list(cgroups.memory_left()) == []
