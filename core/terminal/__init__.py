"""The commands of `python -m core`, a module each, and what several of them use."""
