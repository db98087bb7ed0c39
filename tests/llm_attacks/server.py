"""The scripted server of ``tests.llm`` with a model that obeys, and servers that tell the key again.

python -m tests.llm_attacks.server LOG
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from tests.llm import actors, faults
from tests.llm.faults import Answer, Asked
from tests.llm.server import ScriptedServer, main
from tests.llm_attacks.obeying import obey

STATUSES = (200, 400, 401, 403, 429, 500)


class ObeyingServer(ScriptedServer):
    """Knows the actor "obeying all" and the faults "tells 200", "tells 400", …"""

    module = __name__ if __name__ != "__main__" else "tests.llm_attacks.server"


def _telling(status: int) -> Callable[[Asked], Answer]:
    """The key in body and headers of an answer of ``status``."""

    def answer(asked: Asked) -> Answer:
        key = asked.rule["authorization"]
        said = {"error": {"message": f"Incorrect API key provided: {key}. {key}", "type": key, "code": key}}
        if status == 200:
            text = asked.text[:-1] + f', "note": "{key}", "{key}": 1}}'
            said = asked.completion(text, model=f"model {key}", id=key, system_fingerprint=key)
        headers = {
            "X-Request-Id": key,
            "Set-Cookie": f"key={key}",
            "Retry-After": key,
            "Www-Authenticate": key,
        }
        return Answer(status=status, body=json.dumps(said).encode(), headers=headers)

    return answer


if __name__ == "__main__":  # only in the server's own process: other tests count actors and faults
    actors.ACTORS["obeying all"] = obey
    faults.FAULTS.update({f"tells {status}": _telling(status) for status in STATUSES})
    main(sys.argv[1])
