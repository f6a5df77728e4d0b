"""Training: the fit itself, its callbacks, the worker's whole job, and the engine that runs jobs."""
