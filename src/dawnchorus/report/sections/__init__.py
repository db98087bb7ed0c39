"""The sections of a report as the extractive writer fills them, a file each."""
