"""The ideas behind a convolutional network, computed in NumPy: small enough to be watched step by step."""
