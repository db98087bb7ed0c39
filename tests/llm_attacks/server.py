"""The scripted server of ``tests.llm`` with the models that obey: python -m tests.llm_attacks.server LOG"""

from __future__ import annotations

import sys

from tests.llm.server import ScriptedServer, main
from tests.llm_attacks import obeying as obeying


class ObeyingServer(ScriptedServer):
    """Knows the actors of ``obeying`` too."""

    module = __name__


if __name__ == "__main__":
    main(sys.argv[1])
