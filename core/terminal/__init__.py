"""The larger commands of `python -m core`, one module each."""
