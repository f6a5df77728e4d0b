"""The terms of art that people meet here, each with a plain sentence; the words stand in the TOML files.

Knows no page: how terms are marked in a page's text is `pages/glossary/hints.py`.
"""
