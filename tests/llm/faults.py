"""Answers of the scripted server: a sound one, and every way in which a server fails.

Each is a function from the request to what goes over the wire. Names are those that a script uses.
"""

from __future__ import annotations

import json
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import cache
from typing import Any

NAME = "scripted-1"


@dataclass(kw_only=True)
class Answer:
    """What goes over the wire, and how."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    way: str = "whole"  # or "hang", "drip", "drip-headers", "reset", "reset-mid", "close", "short", "garbage"
    seconds: float = 30.0  # that a hang lasts, or between the bytes of a drip


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request, what its script knows of it, and the sound answer to it."""

    body: dict[str, Any]
    rule: dict[str, Any]
    text: str  # the actor's

    def completion(self, text: str | None = None, **changes: Any) -> dict[str, Any]:
        said = self.text if text is None else text
        asked = sum(len(str(message["content"])) for message in self.body["messages"])
        most = self.body.get("max_tokens") or self.body.get("max_completion_tokens") or 10_000
        tokens_in, tokens_out = asked // 3, min(len(said) // 3, most)
        message = {"role": "assistant", "content": said, **changes.pop("message", {})}
        choice = {"index": 0, "message": message, "finish_reason": changes.pop("finish", "stop")}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_770_000_000,
            "model": self.body.get("model", NAME),
            "choices": [choice],
            "usage": {
                "prompt_tokens": tokens_in,
                "completion_tokens": tokens_out,
                "total_tokens": tokens_in + tokens_out,
            },
        } | changes


def _json(value: Any, *, status: int = 200, way: str = "whole", **headers: str) -> Answer:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status=status, body=json.dumps(value, ensure_ascii=False).encode(), headers=named, way=way)


def _error(status: int, message: str, **headers: str) -> Callable[[Asked], Answer]:
    def answer(asked: Asked) -> Answer:
        said = asked.rule.get("say", message).replace("{key}", asked.rule["authorization"])
        return _json({"error": {"message": said, "type": "scripted", "code": None}}, status=status, **headers)

    return answer


def _refusing(
    option: str, holds: Callable[[Any], bool], message: str, *, status: int = 400
) -> Callable[[Asked], Answer]:
    """Refuse requests that have ``option`` set so that ``holds``; answer others."""

    def answer(asked: Asked) -> Answer:
        if option in asked.body and holds(asked.body[option]):
            return _error(status, message)(asked)
        return sound(asked)

    return answer


def sound(asked: Asked) -> Answer:
    return _json(asked.completion())


def _said(change: Callable[[str], str], **changes: Any) -> Callable[[Asked], Answer]:
    return lambda asked: _json(asked.completion(change(asked.text), **changes))


def _but(**changes: Any) -> Callable[[Asked], Answer]:
    return lambda asked: _json(asked.completion(**changes))


def _raw(body: bytes, *, status: int = 200, **headers: str) -> Callable[[Asked], Answer]:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return lambda asked: Answer(status=status, body=body, headers=named)


def _way(way: str, default: float = 30.0) -> Callable[[Asked], Answer]:
    def made(asked: Asked) -> Answer:
        answer = sound(asked)
        answer.way, answer.seconds = way, asked.rule.get("seconds", default)
        return answer

    return made


def _limited(asked: Asked) -> Answer:
    wait = asked.rule.get("seconds", 1)
    return _error(429, "Rate limit reached for requests", Retry_After=f"{wait:g}")(asked)


def _late(asked: Asked) -> Answer:
    when = formatdate(time.time() + asked.rule.get("seconds", 1), usegmt=True)
    return _error(429, "Rate limit reached", Retry_After=when)(asked)


def _redirect(asked: Asked) -> Answer:
    there = asked.rule.get("to", "http://localhost:1/v1/chat/completions")
    return Answer(status=asked.rule.get("status", 307), headers={"Location": there})


def _echo(asked: Asked) -> Answer:
    """A server that gives the key away: in its answer, in the model's name, in its reason."""
    key = asked.rule["authorization"]
    return _json(
        asked.completion(asked.text[:-1] + f', "note": "{key}"}}', model=f"model {key}"), x_request_id=key
    )


def _echo_escaped(asked: Asked) -> Answer:
    """The same, each letter as JSON can write it: the key is there once the answer is read."""
    key = "".join(f"\\u{ord(letter):04x}" for letter in asked.rule["authorization"])
    return _json(asked.completion(asked.text.replace('": "', f'": "{key} ').replace('["', f'["{key} ')))


def _called(asked: Asked) -> Answer:
    """The answer as what a function is to be called with."""
    function = {"name": "answer", "arguments": asked.text}
    call = {"id": "call_1", "type": "function", "function": function}
    message = {"content": None, "tool_calls": [call]}
    return _json(asked.completion(message=message, finish="tool_calls"))


def _thought(asked: Asked) -> Answer:
    """All tokens went into thinking."""
    return _json(asked.completion("", message={"reasoning_content": asked.text}))


def _streamed(asked: Asked) -> Answer:
    """A stream that nobody asked for, cut before it says why it ends."""
    pieces = [asked.text[start : start + 40] for start in range(0, len(asked.text) // 2, 40)]
    chunks = [{"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces]
    lines = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks)
    return Answer(body=lines.encode(), headers={"Content-Type": "text/event-stream"})


def _duplicated(asked: Asked) -> Answer:
    body = json.dumps(asked.completion(), ensure_ascii=False)
    first = json.dumps(asked.completion('{"stories": 1}'), ensure_ascii=False)
    return Answer(body=(first[:-1] + ", " + body[1:]).encode())


@cache
def _bomb() -> bytes:
    """Half a gigabyte of zeros: one megabyte, compressed so that it can stand any number of times."""
    packer = zlib.compressobj(9, wbits=31)
    head = packer.compress(b"\0" * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b"\0" * (1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * 511


def _extra(text: str) -> str:
    """``text``, JSON, with keys that nobody asked for, some twice."""
    return '{"thoughts": "…", "thoughts": {"a": [1]}, ' + text.lstrip()[1:] if len(text) > 2 else text


def _quoted_number(found: re.Match[str]) -> str:
    return found[1] or f'"{found[2]}"'


def _deep(text: str) -> str:
    return '{"stories": ' + "[" * 20_000 + "]" * 20_000 + "}"


FAULTS: dict[str, Callable[[Asked], Answer]] = {
    # The server says no.
    "400": _error(400, "Bad request"),
    "400-schema": _refusing(
        "response_format",
        lambda value: value.get("type") == "json_schema",
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
    ),
    "400-object": _refusing("response_format", bool, "This response_format type is unavailable now"),
    "400-temperature": _refusing(
        "temperature", lambda value: True, "Unsupported value: 'temperature' does not support 0.0"
    ),
    "400-max-tokens": _refusing(
        "max_tokens",
        lambda value: True,
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use"
        " 'max_completion_tokens' instead.",
    ),
    "400-context": _error(400, "This model's maximum context length is 2048 tokens"),
    "401": _error(401, "Incorrect API key provided"),
    "402": _error(402, "Insufficient Balance"),
    "403": _error(403, "Your project does not have access to this model"),
    "403-flagged": _error(403, "Your chosen model requires moderation and your input was flagged"),
    "404": _error(404, "The model does not exist"),
    "408": _error(408, "Request timeout"),
    "409": _error(409, "Conflict"),
    "413": _error(413, "Request too large"),
    "422": _error(422, "Unprocessable"),
    "429": _error(429, "Rate limit reached for requests"),
    "429-after": _limited,
    "429-date": _late,
    "429-absurd": _error(429, "Rate limit reached", Retry_After="86400000"),
    "429-nonsense": _error(429, "Rate limit reached", Retry_After="soon; nan"),
    "429-quota": _error(429, "You exceeded your current quota, please check your plan and billing details."),
    "429-minute": _error(
        429,
        "You exceeded your current quota, please check your plan and billing details. Please retry in 7s.",
    ),
    "500": _error(500, "The server had an error"),
    "500-schema": _refusing(
        "response_format",
        bool,
        "1 validation error: response_format.type: Input should be 'text'",
        status=500,
    ),
    "502": _raw(b"<html>Bad gateway</html>", status=502, Content_Type="text/html"),
    "503": _error(503, "The engine is overloaded"),
    "504": _raw(b"", status=504),
    "529": _error(529, "Overloaded"),
    "no-json": _said(lambda text: "It was a busy day in the town."),
    "redirect": _redirect,
    # The way breaks.
    "hang": _way("hang"),
    "drip": _way("drip", 0.5),
    "drip-headers": _way("drip-headers", 0.5),
    "reset": _way("reset"),
    "reset-mid": _way("reset-mid"),
    "close": _way("close"),
    "truncated": _way("short"),
    "garbage": _way("garbage"),
    "slow": _way("slow", 0.05),
    # HTTP is sound, what it carries is not.
    "html": _raw(b"<!doctype html><title>Just a moment</title>", Content_Type="text/html"),
    "empty-body": _raw(b""),
    "no-content": _raw(b"", status=204),
    "not-json": _raw(b"{'choices': nonsense"),
    "bad-utf8": _raw(b'{"choices": [{"message": {"content": "\xff\xfe"}}]}'),
    "array": _raw(b"[1, 2]"),
    "null": _raw(b"null"),
    "error-200": _raw(b'{"error": {"message": "upstream failed", "code": 502}}'),
    "no-choices": _but(choices=[]),
    "odd-choices": _but(choices="none"),
    "no-message": _but(choices=[{"index": 0, "finish_reason": "stop"}]),
    "null-message": _but(choices=[{"index": 0, "message": None, "finish_reason": "stop"}]),
    "null-content": _but(message={"content": None}),
    "odd-content": _but(message={"content": [{"type": "text", "text": "{}"}]}),
    "cut-json": lambda asked: Answer(body=sound(asked).body[:-40]),
    "stream": _streamed,
    "duplicate-keys": _duplicated,
    "bomb": lambda asked: Answer(body=_bomb(), headers={"Content-Encoding": "gzip"}),
    "broken-gzip": _raw(b"\x1f\x8b\x08\x00" + b"oops" * 20, Content_Encoding="gzip"),
    "brotli": _raw(b"\x0b\x02\x80abc\x03", Content_Encoding="br"),
    "huge": lambda asked: _json(asked.completion("x" * 5_000_000)),
    # A completion, but not what was asked for.
    "length": _said(lambda text: text[: len(text) // 2], finish="length"),
    "length-empty": _said(lambda text: "", finish="length"),
    "no-finish": _said(lambda text: text[: len(text) // 2], finish=None),
    "odd-finish": _but(finish={"why": ["eos"]}),
    "refusal": _but(message={"content": None, "refusal": "I can't help with that."}),
    "content-filter": _but(finish="content_filter", message={"content": ""}),
    "prose": _said(
        lambda text: f"Sure! Here is the answer you asked for:\n\n{text}\n\nLet me know {{}} more."
    ),
    "fence": _said(lambda text: f"```json\n{text}\n```"),
    "open-fence": _said(lambda text: "```json" + " " * 300_000),
    "blank": _said(lambda text: "{" + "\n" * 300_000, finish="length"),
    "comma": _said(lambda text: text.replace("]", ", ]").replace("}", ",}").replace("[, ]", "[]")),
    "extra-keys": _said(_extra),
    "deep": _said(_deep),
    "nan": _said(lambda text: '{"stories": [{"story": NaN, "title": Infinity}]}'),
    "long-number": _said(lambda text: '{"stories": ' + "9" * 6000 + "}"),
    "other-shape": _said(lambda text: '{"items": [], "stories": {"story": "one"}}'),
    "surrogates": _said(
        lambda text: text.replace('"text": "', '"text": "\\ud800').replace('"words": "', '"words": "\\ud800')
    ),
    "lost-characters": _said(lambda text: text.replace('"text": "', '"text": "\ufffd')),
    "empty-answer": lambda asked: _json(asked.completion("{}")),
    "no-usage": _but(usage=None),
    "absurd-usage": _but(usage={"prompt_tokens": 10**30, "completion_tokens": -5}),
    "zero-usage": _but(usage={"prompt_tokens": 0, "completion_tokens": 0}),
    "thinking": _but(usage={"prompt_tokens": 40, "completion_tokens": 7000}),
    "odd-usage": _but(usage={"prompt_tokens": "many", "completion_tokens": 1.5, "prompt_tokens_details": 3}),
    "verbose": _said(lambda text: text + " " * 100_000, usage=None),
    "big-usage": _but(usage={"prompt_tokens": 900_000, "completion_tokens": 900_000}),
    "parts": lambda asked: _json(
        asked.completion(
            message={
                "content": [
                    {"type": "thinking", "thinking": "{}"},
                    {"type": "text", "text": asked.text[:20]},
                    {"type": "text", "text": asked.text[20:]},
                ]
            }
        )
    ),
    "function-call": _called,
    "thought-only": _thought,
    "think-block": _said(lambda text: f'<think>Is it {{"words": ["emu"]}} or {{}}?</think>\n\n{text}'),
    "think-open": _said(lambda text: f"<think>{text}"),
    "braces": _said(lambda text: f"Here {{is}} the {{JSON}} that you asked for: {text} Any {{more}}?"),
    "string-numbers": _said(lambda text: re.sub(r'("(?:\\.|[^"\\])*")|(\d+)', _quoted_number, text)),
    "null-lists": _said(lambda text: text.replace(": []", ": null").replace(": [{", ": [null, {")),
    "other-model": _but(model="somebody-else-9b"),
    "echo": _echo,
    "echo-escaped": _echo_escaped,
    "echo-name": lambda asked: _json(asked.completion(model=f"model {asked.rule['authorization']}")),
}
"""All faults by name; those of actors ("lying", …) come by a rule's ``actor``."""
