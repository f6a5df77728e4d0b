"""What to build: layers and specs as values, presets, shapes and cost, and the Keras model itself."""
