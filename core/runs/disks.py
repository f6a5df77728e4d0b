"""Whether a file lies on a disk of this machine: SQLite's fast mode needs one.

SQLite's write-ahead log is shared memory, which no network file system has between machines, and the locks
of many of them are unreliable (https://sqlite.org/wal.html, https://sqlite.org/howtocorrupt.html, 2.1). A
folder that a program copies to a cloud may be copied in the middle of a write.
"""

import ctypes
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath

NETWORK = re.compile(
    r"(fuse\.)?(nfs\d?|cifs|smb\w*|9p|afp?fs|webdav|davfs2?|ncpfs|ceph|glusterfs|lustre|gpfs|beegfs|sshfs|rclone|"
    r"s3fs|gcsfuse|drvfs|vboxsf|vmhgfs(-fuse)?|prl_fs|osxfs|grpcfuse|fakeowner)"
)
"""File systems that are another machine's, or a virtual machine's host's, as mount tables call them."""
CLOUDS = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "icloud": "iCloud Drive",
    "mobile documents": "iCloud Drive",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "my drive": "Google Drive",
    "nextcloud": "Nextcloud",
    "owncloud": "ownCloud",
}
"""How the name of a folder begins that a program copies to a cloud, in small letters → the program."""
_REMOTE = 4
"""What Windows' GetDriveTypeW calls a drive of another machine."""
_LINUX = re.compile(r"^\S+ (?P<place>\S+) (?P<kind>\S+) ", re.MULTILINE)
_MACOS = re.compile(r"^.+ on (?P<place>/.*) \((?P<kind>[^,)]+)", re.MULTILINE)
_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True)
class Elsewhere:
    """A place that is not only this machine's, and what to say of it.

    Attributes:
        shared: whether other machines write there too, so that SQLite must do without its write-ahead log.
        sentence: what this means for the runs kept there, and what to change.
    """

    shared: bool
    sentence: str


def elsewhere(file: Path) -> Elsewhere | None:
    """Return what is to be said of the place a database lies in, or None for an ordinary disk."""
    path = file.resolve()
    if kind := network(path):
        return Elsewhere(
            True,
            f"The runs are kept on a network share ({kind}), on which SQLite is slow and its locks may fail: "
            "set DIGITS_HOME to a folder on this machine's own disk, or DIGITS_STORE to a database server.",
        )
    if cloud := synced(path):
        return Elsewhere(
            False,
            f"The runs are kept in a folder that {cloud} copies to a cloud, which may damage them while they "
            "are written: set DIGITS_HOME to a folder outside it.",
        )
    return None


def network(path: PurePath) -> str | None:
    """Return the file system of a network share, as the system names it, or None if the path is on none."""
    if sys.platform == "win32":
        drive = path.drive
        remote = drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == _REMOTE
        return drive if remote else None
    kind = file_system(path, mount_table(), _MACOS if sys.platform == "darwin" else _LINUX)
    return kind if kind and NETWORK.fullmatch(kind) else None


def synced(path: PurePath) -> str | None:
    """Return the program that copies a folder to a cloud, told by the folder's name, or None."""
    for part in path.parent.parts:
        for begin, cloud in CLOUDS.items():
            if part.lower().startswith(begin):
                return cloud
    return None


def mount_table() -> str:
    """Return what is mounted where, in the system's own format; empty if it does not say."""
    try:
        if sys.platform == "darwin":
            return subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5).stdout
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""


def file_system(path: PurePath, table: str, line: re.Pattern[str] = _LINUX) -> str | None:
    """Return the kind of the innermost file system that holds `path`, by a table of Linux or macOS."""
    found, depth = None, 0
    for match in line.finditer(table):
        place = PurePath(_OCTAL.sub(lambda octal: chr(int(octal[1], 8)), match["place"]))
        sandboxed = match["kind"] == "9p" and place == PurePath("/")  # gVisor's own disk, shared with nobody
        if path.is_relative_to(place) and len(place.parts) >= depth:  # the last one mounted there counts
            found, depth = None if sandboxed else match["kind"], len(place.parts)
    return found
