"""The figures of the pages on data and ideas."""
