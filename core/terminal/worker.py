"""`python -m core worker`: this machine trains what dashboards elsewhere have in their queue."""

import argparse

from core.errors import UserError


def options(parser: argparse.ArgumentParser) -> None:
    """It is told all by variables, as a server is."""


def run(chosen: argparse.Namespace) -> int:
    """Train runs for the scheduler that DIGITS_SCHEDULER names, until a signal ends it."""
    from core.training.cluster import SETTING, scheduler
    from core.training.cluster_worker import serve

    address = scheduler()
    if address is None:
        raise UserError(
            f"{SETTING} is not set: it names the scheduler to train for, as tcp://scheduler:8786."
        )
    serve(address)
    return 0
