"""Saved runs as files: tables for other programs, an archive for another dashboard, a report for people."""
