"""`python -m tests.audit`: whether a version that the app is pinned to has a known weakness.

Asks the advisories of Python's package index (pip-audit). Where these cannot be reached it says so and is
content: a check that needs the network is none that every machine can pass. In CI a weakness is told
and fails nothing: what is published today must not refuse a change that has nothing to do with it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from core.home import PROJECT

REQUIREMENTS = "requirements-dev.txt"
"""Names all others that are installed for the tests."""
SECONDS = 60


def main() -> int:
    """Print what is known of the pinned versions; return 1 where one has a weakness, unless this is CI."""
    quiet = ("--disable-pip", "--no-deps", "--progress-spinner=off", "--timeout=5", "--format=json")
    try:
        told = subprocess.run(
            [sys.executable, "-m", "pip_audit", *quiet, f"--requirement={PROJECT / REQUIREMENTS}"],
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        audited = json.loads(told.stdout)["dependencies"]
    except (OSError, ValueError, LookupError, subprocess.TimeoutExpired):
        audited = []
    sentence, weak = verdict(audited)
    print(sentence)
    return int(weak and not os.environ.get("CI"))


def verdict(audited: Iterable[dict[str, Any]]) -> tuple[str, bool]:
    """Return what pip-audit's list of versions says in words, and whether one of them is weak."""
    asked = [one for one in audited if "skip_reason" not in one]
    weak = [(one, flaw) for one in asked for flaw in one["vulns"]]
    lines = [f"{one['name']} {one['version']}: {flaw['id']}, mended in {_mended(flaw)}" for one, flaw in weak]
    if not asked:
        return "Known weaknesses: the advisories are not reachable from here, nothing was asked.", False
    return "\n".join([*lines, f"Known weaknesses: {len(weak)} in {len(asked)} pinned versions."]), bool(weak)


def _mended(flaw: dict[str, Any]) -> str:
    return ", ".join(flaw.get("fix_versions", ())) or "no version yet"


if __name__ == "__main__":
    sys.exit(main())
