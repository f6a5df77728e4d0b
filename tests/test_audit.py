"""What `make lint` says of the versions that the app is pinned to."""

from tests.audit import verdict


def test_an_audit_tells_weak_versions_from_advisories_that_cannot_be_asked() -> None:
    skipped = {"name": "a", "skip_reason": "not found"}
    sound = {"name": "b", "version": "1.0", "vulns": []}
    weak = {"name": "c", "version": "2.0", "vulns": [{"id": "CVE-1", "fix_versions": ["2.1"]}]}
    assert verdict([]) == verdict([skipped])
    assert verdict([skipped])[1] is False
    assert "not reachable" in verdict([skipped])[0]
    assert verdict([skipped, sound]) == ("Known weaknesses: 0 in 1 pinned versions.", False)
    sentence, is_weak = verdict([sound, weak])
    assert is_weak
    assert "c 2.0: CVE-1, mended in 2.1" in sentence
