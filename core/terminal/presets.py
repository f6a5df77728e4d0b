"""`python -m core presets`."""

import argparse

from core.model.presets import PRESETS
from core.model.shapes import network_cost
from core.terminal.output import add_json, show


def options(parser: argparse.ArgumentParser) -> None:
    add_json(parser)


def run(chosen: argparse.Namespace) -> int:
    """List the presets."""
    rows = [
        {
            "name": preset.name,
            "title": preset.title,
            "description": preset.description,
            "parameters": network_cost(preset.spec.layers).parameters,
            "epochs": preset.spec.epochs,
            "images": preset.spec.data.images,
        }
        for preset in PRESETS.values()
    ]
    show(
        rows,
        chosen.json,
        lambda row: f"{row['name']:24} {row['parameters']:>9,} parameters  {row['description']}",
    )
    return 0
