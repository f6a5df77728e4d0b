"""Saved networks at work: predictions, feature maps, explanations; in a worker process of their own."""
