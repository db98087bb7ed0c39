"""Whole runs with a language model that are killed anywhere, and go on; see docs/kills.md."""
