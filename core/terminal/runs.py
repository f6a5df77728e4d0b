"""`python -m core runs`."""

import argparse
import time

from core.runs.leases import SILENCE
from core.runs.store import RunStore, open_store
from core.terminal.output import add_json, run_line, show, summary

GLANCE = 5.0
"""Seconds in which a run that lives gives two signs of it."""


def options(parser: argparse.ArgumentParser) -> None:
    add_json(parser)


def run(chosen: argparse.Namespace) -> int:
    """List the saved runs, the newest first."""
    store = open_store()
    _take_back_silent(store)
    show([summary(each) for each in store.runs()], chosen.json, run_line)
    return 0


def _take_back_silent(store: RunStore) -> None:
    """Take back what is dead; where the clocks leave it open, see for a moment who gives a sign."""
    store.take_back_silent()
    held = [each for each in store.runs() if each.is_live and each.holder]
    if any(abs(time.time() - each.heartbeat_at) > SILENCE for each in held):
        time.sleep(GLANCE)
        store.take_back_silent(GLANCE)
