"""A network as a picture, drawn as SVG from its layers alone."""
