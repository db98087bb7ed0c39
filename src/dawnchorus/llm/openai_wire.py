"""Any OpenAI-compatible endpoint, through the official client over a transport of our own.

The client's own retries are off and it never sees a socket: what it is given has been read whole, within
the deadline and under the cap, from the configured host and no other. Redirects are not followed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import openai

from dawnchorus.llm.asking import Completion, Request
from dawnchorus.llm.faults import CallFault, NotServed, NotThisOne, OptionRefused, TryAgain
from dawnchorus.llm.keys import Secret
from dawnchorus.net import guard
from dawnchorus.net.transport import ENCODINGS, GuardedTransport, NotReadable, bounded
from dawnchorus.net.waits import asked_wait

MOST_BYTES: Final = 4_000_000
_AGAIN: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_TOO_LONG = re.compile(
    r"context.{0,20}(?:length|window|size)|too long|too many tokens|maximum.{0,20}tokens", re.I
)
_UNPAID = re.compile(
    r"insufficient.?(?:quota|balance|funds|credit)|billing|exceeded your current quota", re.I
)
# What may be left out of a request, and how servers name it when they do not take it.
_OPTIONS: Final = {
    "response_format": re.compile(
        r"response_format|json_schema|json_object|structured output|grammar", re.IGNORECASE
    ),
    "max_completion_tokens": re.compile(r"max_completion_tokens", re.IGNORECASE),
    "max_tokens": re.compile(r"max_tokens", re.IGNORECASE),
    "temperature": re.compile(r"temperature", re.IGNORECASE),
}
_LIMITS: Final = ("max_completion_tokens", "max_tokens")
_EXCERPT = 160


class OpenAIWire:
    """See ``wire.Wire``."""

    def __init__(self, *, base_url: str, key: Secret, user_agent: str) -> None:
        """Speak to the endpoint at ``base_url``, "https://api.openai.com/v1"; an empty ``key`` for none."""
        self._where = urlsplit(base_url).netloc
        # Others may take the newer name in silence and write on without end.
        openai_itself = (urlsplit(base_url).hostname or "").endswith(("openai.com", "openai.azure.com"))
        self._limits = _LIMITS if openai_itself else _LIMITS[::-1]
        self._key = key
        self._transport = _WholeAnswers(base_url)
        self._client = openai.OpenAI(
            base_url=base_url,
            api_key=key.reveal() or "none",
            max_retries=0,
            default_headers={"User-Agent": user_agent, "Accept-Encoding": ENCODINGS},
            http_client=httpx2.Client(transport=self._transport, trust_env=False, follow_redirects=False),
        )

    def complete(self, request: Request, *, seconds: float) -> Completion:
        """See ``wire.Wire``."""
        try:
            with guard.within(seconds):
                answer = self._client.chat.completions.with_raw_response.create(**self._payload(request))
        except openai.APIStatusError as error:
            raise self._refusal(error, request) from None
        except openai.APIConnectionError as error:
            raise self._broken(error) from None
        except openai.OpenAIError as error:
            raise TryAgain(f"{self._where}: {type(error).__name__}") from None
        return _completion(answer.http_response, where=self._where)

    def close(self) -> None:
        """See ``wire.Wire``."""
        self._client.close()

    def _payload(self, request: Request) -> dict[str, Any]:
        limit = next((name for name in self._limits if name not in request.left_out), self._limits[0])
        system = request.system
        payload: dict[str, Any] = {"model": request.model, limit: request.most_tokens}
        if "temperature" not in request.left_out:
            payload["temperature"] = request.temperature
        if request.form == "schema":
            shape = {"name": "answer", "strict": True, "schema": request.schema}
            payload["response_format"] = {"type": "json_schema", "json_schema": shape}
        else:
            system += "\n\n" + json.dumps(request.schema, ensure_ascii=False, sort_keys=True)
            if request.form == "object":
                payload["response_format"] = {"type": "json_object"}
        payload["messages"] = [
            {"role": "system", "content": system},
            {"role": "user", "content": request.user},
        ]
        return payload

    def _refusal(self, error: openai.APIStatusError, request: Request) -> CallFault:
        status, said = error.status_code, self._said(error.response)
        line = f"{self._where}: answered {status}{': ' + said if said else ''}"
        if status in (401, 402, 403, 404, 405) or (status in (400, 429) and _UNPAID.search(said)):
            return NotServed(line)
        if status in _AGAIN or status >= 500:
            wait = asked_wait(error.response.headers, now=datetime.now(UTC), resets=status == 429)
            return TryAgain(
                line,
                wait=None if wait is None else wait.total_seconds(),
                billed=status not in (429, 503, 529),
            )
        if status in (400, 422):
            if _TOO_LONG.search(said):
                return NotThisOne(line)
            for option, named in _OPTIONS.items():
                if option in self._payload(request) and named.search(said):
                    return OptionRefused(line, option=option)
        return NotThisOne(line) if status in (400, 413, 422) else NotServed(line)

    def _broken(self, error: openai.APIConnectionError) -> CallFault:
        cause = error.__cause__
        if isinstance(cause, guard.Refused):
            return NotServed(f"{self._where}: not asked: {cause}")
        if isinstance(cause, NotReadable):
            return TryAgain(f"{self._where}: {cause}")
        if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout):
            return TryAgain(f"{self._where}: no connection", billed=False)
        if isinstance(error, openai.APITimeoutError) or isinstance(cause, httpx2.TimeoutException):
            return TryAgain(f"{self._where}: no whole answer in time")
        return TryAgain(f"{self._where}: the connection broke off")

    def _said(self, response: httpx2.Response) -> str:
        """The server's own words: short, on one line, without the key."""
        text = " ".join(self._key.hide(response.text[:8192]).split())
        return "".join(letter for letter in text if letter.isprintable())[:_EXCERPT]


def _completion(response: httpx2.Response, *, where: str) -> Completion:
    try:
        body = json.loads(response.content)
        choice = body["choices"][0]
        message = choice["message"]
        text, refusal = message.get("content"), message.get("refusal")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise TryAgain(f"{where}: answered with something that is no completion") from None
    finish = choice.get("finish_reason")
    if refusal or finish == "content_filter":
        ended = "refused"
    elif finish in ("stop", "length"):
        ended = finish
    else:
        # Some servers name no reason; one that does not end was cut off on its way.
        ended = (
            "stop" if finish is None and isinstance(text, str) and text.rstrip().endswith("}") else "length"
        )
    usage = body.get("usage") if isinstance(body.get("usage"), Mapping) else {}
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, Mapping) else None
    return Completion(
        text=text if isinstance(text, str) else "",
        finish=ended,  # type: ignore[arg-type]
        model=str(body.get("model") or "")[:120],
        tokens_in=_count(usage.get("prompt_tokens")),
        tokens_out=_count(usage.get("completion_tokens")),
        tokens_cached=_count(cached) or 0,
    )


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


class _WholeAnswers(httpx2.BaseTransport):
    """Sends to one host only, and gives answers that have been read to their end."""

    def __init__(self, base_url: str) -> None:
        url = httpx2.URL(base_url)
        self._origin = (url.scheme, url.host, url.port)
        trusted = guard.hosts_in({"base_url": base_url})
        self._inner = GuardedTransport(guard.GuardedBackend(trusted=trusted))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if (request.url.scheme, request.url.host, request.url.port) != self._origin:
            raise guard.Refused("not the configured host")
        request.extensions["timeout"] = {"connect": guard.CONNECT_SECONDS}
        with closing(self._inner.handle_request(request)) as response:
            body = b"".join(bounded(response, most=MOST_BYTES))
        headers = [
            (name, value)
            for name, value in response.headers.multi_items()
            if name.lower() not in ("content-encoding", "content-length", "transfer-encoding")
        ]
        return httpx2.Response(response.status_code, headers=headers, content=body, request=request)

    def close(self) -> None:
        self._inner.close()
