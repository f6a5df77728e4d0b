"""What the curve doctor says of a run, below its curves: what they show, and what to try."""

import streamlit as st

from core.analysis.doctor import diagnose
from core.analysis.origin import Origin
from core.analysis.signs.findings import Finding, Kind, Remedy, Severity
from core.analysis.units import Units
from core.model.specs import RunSpec
from core.runs.artifacts import UNITS
from core.runs.records import History, Run
from pages.shared.layer_by_layer import vitals
from pages.shared.services import store
from pages.shared.spec_link import open_in_editor
from pages.shared.words import escape

ICONS = {
    Severity.BAD: ":red[:material/error:]",
    Severity.WARNING: ":orange[:material/warning:]",
    Severity.NOTE: ":blue[:material/info:]",
    Severity.GOOD: ":green[:material/check_circle:]",
}
WHILE_LIVE = 2
"""Findings shown while a run lives: whoever watches it looks at the curves."""


def diagnosed(run: Run, history: History) -> list[Finding]:
    """Return what the curves of a run show, so far if it still lives; nothing if it has none.

    Raises:
        StoreError: the store cannot be read.
    """
    if not history.epochs and not len(history.steps.step):
        return []
    units = None if run.is_live else _units(run.id, run.ended_at)
    origin = Origin.kept(run.data)
    return diagnose(run.spec, history, run.status, units, run.results, origin, vitals(run))


@st.cache_data(max_entries=256, show_spinner=False)
def _units(run_id: str, ended_at: float | None) -> Units | None:
    return Units.kept(store().artifact(run_id, UNITS))


def diagnosis(run: Run, findings: list[Finding]) -> None:
    """Draw the findings, the gravest first; of a living run the first two, without what to try."""
    if run.is_live:
        for finding in findings[:WHILE_LIVE]:
            if finding.kind is not Kind.TOO_EARLY:
                st.markdown(_in_words(finding))
        return
    if findings:
        st.markdown("##### What the curves show")
    told: set[str] = set()
    for finding in findings:
        remedy = finding.remedy
        _finding(run, finding, remedy if remedy and remedy.sentence not in told else None)
        told |= {remedy.sentence} if remedy else set()


def _in_words(finding: Finding) -> str:
    return f"{ICONS[finding.severity]} **{escape(finding.title)}.** {escape(finding.shows)}"


def _finding(run: Run, finding: Finding, remedy: Remedy | None) -> None:
    text = _in_words(finding)
    if remedy:
        text += f"  \n**What to try:** {escape(f'{remedy.sentence} {remedy.otherwise}'.strip())}"
    if remedy is None or remedy.spec is None:
        st.markdown(text)
        return
    words, button = st.columns([7, 1], vertical_alignment="bottom")
    words.markdown(text)
    with button:
        _try_it(run, finding.kind, remedy.sentence, remedy.spec)


def _try_it(run: Run, kind: Kind, change: str, spec: RunSpec) -> None:
    """Draw the button that opens the Train page on the changed configuration."""
    help_text = "Opens the Train page on this run's settings with that change."
    key = f"try.{kind}.{run.id}"
    if st.button("Try it", icon=":material/edit:", key=key, help=help_text, width="stretch"):
        open_in_editor(spec, run.preset, f"Changed below, ready to train: {change}")
