"""The parts of the curve doctor: what curves do, what that is a sign of, and what can be tried."""
