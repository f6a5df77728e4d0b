"""`python -m core runs`."""

import argparse
import time

from core.runs.store import SILENCE, RunStore, open_store
from core.terminal.output import add_json, run_line, show, summary

GLANCE = 5.0
"""Seconds in which a run that lives gives two signs of it."""


def options(parser: argparse.ArgumentParser) -> None:
    add_json(parser)


def run(chosen: argparse.Namespace) -> int:
    """List the saved runs, the newest first."""
    store = open_store()
    _interrupt_silent(store)
    show([summary(each) for each in store.runs()], chosen.json, run_line)
    return 0


def _interrupt_silent(store: RunStore) -> None:
    """Mark what is dead as interrupted; where the clocks leave it open, see for a moment who gives a sign."""
    store.interrupt_silent()
    if any(each.is_live and abs(time.time() - each.heartbeat_at) > SILENCE for each in store.runs()):
        time.sleep(GLANCE)
        store.interrupt_silent(GLANCE)
