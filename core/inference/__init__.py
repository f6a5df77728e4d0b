"""Saved networks at work: predictions, feature maps, explanations; in a worker process of their own.

Keras is imported inside functions only: pages name these functions as questions without calling them.
"""
