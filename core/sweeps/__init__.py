"""Sweeps: many runs that search for good settings; what may vary, what to try next, who conducts it."""
