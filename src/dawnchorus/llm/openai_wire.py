"""Any OpenAI-compatible endpoint, through the official client over a transport of our own.

The client's own retries are off and it never sees a socket: what it is given has been read whole, within
the deadline and under the cap, from the configured host and no other. Redirects are not followed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import openai

from dawnchorus.llm.asking import Completion, Request
from dawnchorus.llm.faults import CallFault, Kind, NotServed, NotThisOne, OptionRefused, TryAgain
from dawnchorus.llm.keys import Secret
from dawnchorus.net import guard
from dawnchorus.net.transport import ENCODINGS, GuardedTransport, NotReadable, bounded
from dawnchorus.net.waits import asked_wait

MOST_BYTES: Final = 4_000_000
_AGAIN: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_REFUSED: Final[Mapping[int, Kind]] = {401: "key", 403: "key", 404: "unknown", 405: "unknown"}
_TOO_LONG = re.compile(
    r"context.{0,20}(?:length|window|size)|too long|too many tokens|maximum.{0,20}tokens", re.I
)
_UNPAID = re.compile(
    r"insufficient.?(?:quota|balance|funds|credit)|exceeded your current quota|(?<!/)billing", re.I
)
_SOON = re.compile(
    r"\b(?:re)?try (?:again )?(?:in|after)\b|per.?minute", re.I
)  # a limit of its rate, not of money
_FLAGGED = re.compile(r"moderation|flagged|content.?(?:policy|filter)", re.I)
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
_THOUGHTS: Final = ("reasoning_content", "reasoning", "thinking")  # where servers put what led to an answer
_MOST_COUNTED: Final = 10**9  # tokens of a call
_EXCERPT = 160
_HEARD = 4000  # characters of a refusal that are looked at
# All that goes out with a request: not what the client tells of this machine, nor what it finds in its
# environment and that was meant for another host.
_HEADERS: Final = frozenset(
    {"host", "accept", "accept-encoding", "connection", "user-agent", "content-type", "content-length"}
)
_OF_OPENAI: Final = frozenset({"openai-organization", "openai-project"})


class OpenAIWire:
    """See ``wire.Wire``."""

    def __init__(
        self, *, base_url: str, key: Secret, user_agent: str, extra: Mapping[str, object] | None = None
    ) -> None:
        """Speak to the endpoint at ``base_url``, "https://api.openai.com/v1"; an empty ``key`` for none.

        ``extra`` are fields that each request has besides, such as one that turns thinking off.
        """
        self._extra = dict(extra or {})
        self._where = urlsplit(base_url).netloc
        # Others may take the newer name in silence and write on without end.
        openai_itself = (urlsplit(base_url).hostname or "").endswith(("openai.com", "openai.azure.com"))
        self._limits = _LIMITS if openai_itself else _LIMITS[::-1]
        self._key = key
        allowed = _HEADERS | _OF_OPENAI if openai_itself else _HEADERS
        self._transport = _WholeAnswers(base_url, key=key, allowed=allowed)
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
                answer = self._client.chat.completions.with_raw_response.create(
                    **self._payload(request), extra_body=self._extra
                )
        except openai.APIStatusError as error:
            raise self._refusal(error, request) from None
        except openai.APIConnectionError as error:
            raise self._broken(error) from None
        except openai.OpenAIError as error:
            raise TryAgain(f"{self._where}: {type(error).__name__}") from None
        except guard.Refused as why:
            raise NotServed(f"{self._where}: not asked: {why}", kind="elsewhere") from None
        except NotReadable as why:
            raise TryAgain(f"{self._where}: {why}") from None
        if fault := self._error_in(answer.http_response):
            raise fault
        completion = _completion(answer.http_response, where=self._where)
        # A server that tells the key again must not get it into what is kept. A key that the question has,
        # too, is none: "ollama", for a server that wants none.
        if self._key.stands_in(completion.text) and not self._key.stands_in(request.system + request.user):
            raise NotThisOne(f"{self._where}: the answer held the key", billed=True, kind="broken")
        return replace(completion, model=self._key.hide(completion.model)[:_EXCERPT])

    def close(self) -> None:
        """See ``wire.Wire``."""
        self._transport.abort()
        self._client.close()

    def _payload(self, request: Request) -> dict[str, Any]:
        limit = next((name for name in self._limits if name not in request.left_out), self._limits[0])
        system, user = _sendable(request.system), _sendable(request.user)
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
            {"role": "user", "content": user},
        ]
        return payload

    def _refusal(self, error: openai.APIStatusError, request: Request) -> CallFault:
        status, said = error.status_code, self._said(error.response)
        reason = self._reason(said)
        line = f"{self._where}: answered {status}{': ' + reason if reason else ''}"
        wait = asked_wait(error.response.headers, now=datetime.now(UTC), resets=status == 429)
        if status == 403 and _FLAGGED.search(said):
            return NotThisOne(line)
        unpaid = _UNPAID.search(said) and not (wait or _SOON.search(said))
        if status == 402 or (status in (400, 429) and unpaid):
            return NotServed(line, kind="unpaid")
        if status in _REFUSED:
            return NotServed(line, kind=_REFUSED[status])
        if option := self._refused_option(status, said, request):
            return OptionRefused(line, option=option)
        if status in _AGAIN or status >= 500:
            return TryAgain(
                line,
                wait=None if wait is None else wait.total_seconds(),
                billed=status not in (429, 503, 529),
                kind="slow" if status in (408, 504, 522, 524) else "busy",
            )
        return NotThisOne(line) if status in (400, 413, 422) else NotServed(line)

    def _refused_option(self, status: int, said: str, request: Request) -> str | None:
        """What of ``request`` the server does not take, if that is what it says."""
        sent = self._payload(request)
        if status in (400, 422) and not _TOO_LONG.search(said):
            return next(
                (name for name, named in _OPTIONS.items() if name in sent and named.search(said)), None
            )
        # llama-cpp-python's server calls a response_format it does not know a fault of its own.
        of_format = status == 500 and "response_format" in said and "response_format" in sent
        return "response_format" if of_format else None

    def _broken(self, error: openai.APIConnectionError) -> CallFault:
        cause = error.__cause__
        if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout):
            return TryAgain(f"{self._where}: no connection", billed=False, kind="unreachable")
        if isinstance(error, openai.APITimeoutError) or isinstance(cause, httpx2.TimeoutException):
            return TryAgain(f"{self._where}: no whole answer in time", kind="slow")
        return TryAgain(f"{self._where}: the connection broke off")

    def _error_in(self, response: httpx2.Response) -> CallFault | None:
        """The error that some routers wrap in an answer of status 200."""
        try:
            body = json.loads(response.content)
            error = None if body.get("choices") else body.get("error")
        except (ValueError, AttributeError, RecursionError):
            return None
        if not error:
            return None
        reason = self._reason(self._said(response))
        line = f"{self._where}: answered {response.status_code} with an error: {reason}"
        code = error.get("code") if isinstance(error, Mapping) else None
        kind = _REFUSED.get(code) if isinstance(code, int) else None
        if kind or code == 402 or _UNPAID.search(line):
            return NotServed(line, kind=kind or "unpaid")
        return TryAgain(line, kind="busy")

    def _said(self, response: httpx2.Response) -> str:
        """The beginning of the server's own words, without the key."""
        return self._key.hide(response.text)[:_HEARD]

    def _reason(self, said: str) -> str:
        """What a person should read of ``said``: short, on one line."""
        with suppress(ValueError, LookupError, TypeError, RecursionError):
            said = self._key.hide(str(json.loads(said)["error"]["message"]))
        text = " ".join(said.split())
        return "".join(letter for letter in text if letter.isprintable())[:_EXCERPT]


def _sendable(text: str) -> str:
    """``text`` as UTF-8 can carry it: half a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _completion(response: httpx2.Response, *, where: str) -> Completion:
    try:
        body = json.loads(response.content)
        choice = body["choices"][0]
        message = choice["message"]
        text, refusal = _text(message), message.get("refusal")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise TryAgain(f"{where}: answered with something that is no completion") from None
    finish = choice.get("finish_reason")
    if refusal or finish == "content_filter":
        ended = "refused"
    elif not text.strip() and any(message.get(name) for name in _THOUGHTS):
        ended = "thought"
    elif finish in ("stop", "length"):
        ended = finish
    else:
        # Some servers name no reason or one of their own; an answer that does not end was cut on its way.
        ended = "stop" if text.rstrip().endswith("}") else "length"
    usage = body.get("usage") if isinstance(body.get("usage"), Mapping) else {}
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, Mapping) else None
    return Completion(
        text=text,
        finish=ended,  # type: ignore[arg-type]
        model=str(body.get("model") or ""),
        tokens_in=_count(usage.get("prompt_tokens")),
        tokens_out=_count(usage.get("completion_tokens")),
        tokens_cached=_count(cached) or 0,
    )


def _text(message: Mapping[str, Any]) -> str:
    """What ``message`` says: as text, in parts of text, or as what a function is to be called with."""
    content, calls = message.get("content"), message.get("tool_calls")
    if isinstance(content, list):
        parts = [part for part in content if isinstance(part, Mapping) and part.get("type") == "text"]
        content = "".join(str(part.get("text") or "") for part in parts)
    if not content and isinstance(calls, list) and len(calls) == 1:
        # No function was offered: a model that calls one all the same gives it the answer.
        content = calls[0]["function"]["arguments"]
        content = json.dumps(content, ensure_ascii=False) if isinstance(content, Mapping) else content
    return content if isinstance(content, str) else ""


def _count(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        return None
    return min(value, _MOST_COUNTED)


def _is_heeded(header: str) -> bool:
    return header in ("content-type", "date", "retry-after") or "ratelimit" in header


class _WholeAnswers(httpx2.BaseTransport):
    """Sends to one host only, and gives answers that have been read to their end."""

    def __init__(self, base_url: str, *, key: Secret, allowed: frozenset[str]) -> None:
        self._key, self._allowed = key, allowed
        url = httpx2.URL(base_url)
        self._origin = (url.scheme, url.host, url.port)
        trusted = guard.hosts_in({"base_url": base_url})
        self._backend = guard.GuardedBackend(trusted=trusted)
        self._inner = GuardedTransport(self._backend)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if (request.url.scheme, request.url.host, request.url.port) != self._origin:
            raise guard.Refused("not the configured host")
        headers = {name: value for name, value in request.headers.items() if name in self._allowed}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key.reveal()}"
        sent = httpx2.Request(
            request.method,
            request.url,
            headers=headers,
            content=request.content,
            extensions={"timeout": {"connect": guard.CONNECT_SECONDS}},
        )
        with closing(self._inner.handle_request(sent)) as response:
            body = b"".join(bounded(response, most=MOST_BYTES))
        # What else a server tells goes no further: not into a log either.
        told = [(name, value) for name, value in response.headers.multi_items() if _is_heeded(name.lower())]
        return httpx2.Response(response.status_code, headers=told, content=body, request=request)

    def abort(self) -> None:
        """End what is under way."""
        self._backend.abort()

    def close(self) -> None:
        self._inner.close()
