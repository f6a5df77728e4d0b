"""What earlier versions wrote, a folder each: `make.py` says how."""

from pathlib import Path

FOLDER = Path(__file__).parent
