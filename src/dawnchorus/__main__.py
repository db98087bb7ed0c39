"""``python -m dawnchorus``."""

import sys

try:
    from dawnchorus.cli import main

    main()
except KeyboardInterrupt:  # before the command line could see to it
    sys.stderr.write("Interrupted; run the same command again to go on.\n")
    sys.exit(1)
