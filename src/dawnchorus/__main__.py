"""``python -m dawnchorus``."""

from dawnchorus.cli import main

main()
