"""Saved runs: their status, their records, and the store that keeps them."""
