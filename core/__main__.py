"""The terminal's way in: `python -m core COMMAND`; `--help` lists the commands (`core/terminal`)."""

import sys

from core.terminal.main import main

if __name__ == "__main__":
    sys.exit(main())
