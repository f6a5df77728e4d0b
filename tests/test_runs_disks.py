"""Databases on network shares and in synced folders: recognised by what mount tables say, and said."""

import sqlite3
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from core.model.specs import RunSpec
from core.runs import disks
from core.runs.disks import NETWORK, elsewhere, file_system, synced
from core.runs.store import RunStore

LINUX = r"""/dev/sda1 / ext4 rw,relatime 0 0
tmpfs /tmp tmpfs rw 0 0
server:/export /home nfs4 rw,vers=4.2 0 0
//nas/class\040files /mnt/class\040files cifs rw 0 0
me@host:/data /home/me/remote fuse.sshfs rw 0 0
/dev/sdb1 /home/me/local xfs rw 0 0
C:\134 /mnt/c 9p rw,aname=drvfs 0 0
overlay /mnt/class\040files/own overlay rw 0 0
server:/other /tmp nfs rw 0 0
"""
MACOS = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled)
//me@nas._smb._tcp.local/class on /Volumes/class files (smbfs, nodev, nosuid, mounted by me)
server:/export on /Users/me/remote (nfs, asynchronous)
"""


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/var/digits/runs.sqlite", "ext4"),
        ("/home/me/runs.sqlite", "nfs4"),
        ("/homes/runs.sqlite", "ext4"),
        ("/mnt/class files/runs.sqlite", "cifs"),
        ("/mnt/class files/own/runs.sqlite", "overlay"),
        ("/home/me/remote/runs.sqlite", "fuse.sshfs"),
        ("/home/me/local/runs.sqlite", "xfs"),
        ("/mnt/c/Users/me/runs.sqlite", "9p"),
        ("/tmp/runs.sqlite", "nfs"),
    ],
)
def test_the_innermost_file_system_of_linux_counts(place: str, kind: str) -> None:
    assert file_system(PurePosixPath(place), LINUX) == kind
    assert bool(NETWORK.fullmatch(kind)) == (kind not in ("ext4", "xfs", "overlay"))


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/Users/me/runs.sqlite", "apfs"),
        ("/Users/me/remote/runs.sqlite", "nfs"),
        ("/Volumes/class files/a/runs.sqlite", "smbfs"),
    ],
)
def test_the_table_of_macos_is_read_too(place: str, kind: str) -> None:
    assert file_system(PurePosixPath(place), MACOS, disks._MACOS) == kind


def test_a_sandbox_whose_own_disk_is_called_9p_is_no_share() -> None:
    table = "none / 9p rw 0 0\nhost:/x /mnt/shared 9p rw 0 0\n"
    assert file_system(PurePosixPath("/home/runs.sqlite"), table) is None
    assert file_system(PurePosixPath("/mnt/shared/runs.sqlite"), table) == "9p"


@pytest.mark.parametrize(
    ("place", "cloud"),
    [
        (PureWindowsPath(r"C:\Users\me\OneDrive - School\digits\runs.sqlite"), "OneDrive"),
        (PurePosixPath("/Users/me/Library/Mobile Documents/com~apple~CloudDocs/runs.sqlite"), "iCloud Drive"),
        (PurePosixPath("/Users/me/Library/CloudStorage/Dropbox/var/runs.sqlite"), "Dropbox"),
        (PurePosixPath("/Users/me/Library/CloudStorage/GoogleDrive-me/My Drive/runs.sqlite"), "Google Drive"),
        (PurePosixPath("/home/dropped/boxes/runs.sqlite"), None),
        (PurePosixPath("/home/me/digits/dropbox.sqlite"), None),
    ],
)
def test_a_synced_folder_is_told_by_its_name(place: PureWindowsPath | PurePosixPath, cloud: str) -> None:
    assert synced(place) == cloud


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the mount table calls a network share."""
    folder = tmp_path.resolve() / "share"
    folder.mkdir()
    monkeypatch.setattr(disks.sys, "platform", "linux")
    monkeypatch.setattr(
        disks, "mount_table", lambda: f"/dev/sda1 / ext4 rw 0 0\nnas:/x {folder} nfs4 rw 0 0\n"
    )
    return folder


def mode(file: Path) -> str:
    connection = sqlite3.connect(file)
    try:
        return str(connection.execute("PRAGMA journal_mode").fetchone()[0])
    finally:
        connection.close()


def test_a_store_on_a_share_does_without_the_write_ahead_log_and_says_so(
    share: Path, small_spec: RunSpec
) -> None:
    store = RunStore(f"sqlite:///{share / 'runs.sqlite'}")
    assert mode(share / "runs.sqlite") == "delete"
    run = store.create(small_spec, "x")
    assert [found.id for found in RunStore(store.url).runs()] == [run.id]
    assert store.warning is not None
    assert "network share (nfs4)" in store.warning
    assert len(store.warning.splitlines()) == 1


def test_a_store_that_was_in_the_fast_mode_is_taken_out_of_it(share: Path, small_spec: RunSpec) -> None:
    file = share.parent / "runs.sqlite"
    run = RunStore(f"sqlite:///{file}").create(small_spec, "x")
    assert mode(file) == "wal"
    moved = share / "runs.sqlite"
    connection = sqlite3.connect(file)
    connection.execute("VACUUM INTO ?", (str(moved),))
    connection.close()
    connection = sqlite3.connect(moved)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    assert [found.id for found in RunStore(f"sqlite:///{moved}").runs()] == [run.id]
    assert mode(moved) == "delete"


def test_a_store_that_others_hold_in_the_fast_mode_can_still_be_used(
    share: Path, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.runs.database.BUSY_SECONDS", 0.1)
    file = share / "runs.sqlite"
    with monkeypatch.context() as local:
        local.setattr(disks, "mount_table", lambda: "/dev/sda1 / ext4 rw 0 0\n")
        other = RunStore(f"sqlite:///{file}")
    run = other.create(small_spec, "x")
    assert [found.id for found in RunStore(f"sqlite:///{file}").runs()] == [run.id]
    assert mode(file) == "wal"


def test_an_ordinary_disk_and_other_databases_are_not_spoken_of(store: RunStore) -> None:
    assert elsewhere(Path("/proc/mounts")) is None
    assert store.warning is None
    assert RunStore("sqlite://").warning is None
