"""The writer that asks a language model, and what keeps it honest."""
