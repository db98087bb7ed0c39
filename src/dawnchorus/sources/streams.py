"""Bytes of a file or pipe: unpacked, bounded, cut into lines or JSON values."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

import zstandard

from dawnchorus.sources.parse import LENIENT, harmless, loads

MAX_RECORD: Final = 32 * 2**20
"""Bytes that one line or JSON value may have."""

HEAD: Final = 2**16
_BLOCK = 4 * 2**20
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
# Larger windows would let a tiny file demand gigabytes.
_MAX_WINDOW = 2**27
# Unpacked at once: four bytes can become 128 KiB, so this becomes 64 MiB at worst.
_PACKED = 2**11
_BROKEN = (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError)


@dataclass(frozen=True, slots=True)
class Fault:
    """A place that could not be read."""

    line: int
    why: str


class Stream:
    """A reader that gives its beginning without consuming it.

    A damaged or cut-off compressed file ends where the damage begins; ``faults``
    then says so, and is shared by all streams made of one file.
    """

    def __init__(self, read: Callable[[int], bytes], *, faults: list[str] | None = None) -> None:
        self._read = read  # best one that gives what is there before it meets an error: read1
        self._head = b""
        self.faults: list[str] = [] if faults is None else faults

    def peek(self, size: int) -> bytes:
        """The next bytes, at least ``size`` unless the file ends."""
        while len(self._head) < size and (more := self._more(HEAD)):
            self._head += more
        return self._head

    def read(self, size: int) -> bytes:
        """The next bytes, few or many; none at the end."""
        return self.take_head() or self._more(size)

    def take_head(self) -> bytes:
        """What has been peeked at and not read."""
        head, self._head = self._head, b""
        return head

    def after(self, length: int) -> Stream:
        """What follows the next ``length`` bytes, which have been peeked at."""
        return Stream(as_file(self, skip=length).read1, faults=self.faults)

    def _more(self, size: int) -> bytes:
        try:
            return bytes(self._read(size))
        except _BROKEN as error:
            self.faults.append(f"damaged or cut off: {error}")
            return b""


def unpack(raw: BinaryIO) -> Stream:
    """``raw`` as it was before gzip or Zstandard, told by its first bytes."""
    packed = Stream(raw.read)
    magic = packed.peek(4)[:4]
    if magic.startswith(_GZIP):
        return Stream(gzip.GzipFile(fileobj=as_file(packed)).read1, faults=packed.faults)
    if magic == _ZSTD:
        return Stream(_Zstandard(as_file(packed)).read, faults=packed.faults)
    return packed


def utf8(stream: Stream) -> Stream:
    """``stream`` without byte order mark, from UTF-16 if that is what the mark says."""
    head = stream.peek(4)
    if head.startswith(codecs.BOM_UTF8):
        return stream.after(3)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        recoded = codecs.EncodedFile(as_file(stream), "utf-8", "utf-16", errors="replace")
        return Stream(recoded.read, faults=stream.faults)
    return stream


def text_lines(stream: Stream) -> Iterator[str]:
    """Lines with their ends, invalid bytes replaced."""
    return io.TextIOWrapper(as_file(stream), encoding="utf-8", errors="replace", newline="")


def are_lines(stream: Stream) -> bool:
    """Whether the file is JSON lines: some line near its beginning is a JSON object of its own.

    A bad first line does not hide that. An object over several lines never has
    a whole object from the first to the last column of a line.
    """
    size = HEAD
    head = stream.peek(size)
    while b"\n" not in head[:MAX_RECORD] and len(head) >= size and size < MAX_RECORD:
        size *= 4
        head = stream.peek(size)
    if b"\n" not in head and len(head) >= MAX_RECORD:
        return True
    lines = head.split(b"\n")
    whole = lines if len(head) < size else lines[:-1]
    return any(_is_object(line) for line in whole)


def _is_object(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(loads(line), dict)
    except ValueError:
        return False


def lines(stream: Stream) -> Iterator[tuple[int, list[bytes]] | Fault]:
    """Lines in blocks, with the number of the first; a line that is too long costs itself."""
    number = 1
    rest = b""
    skipping = False
    block = stream.read(_BLOCK)
    while block:
        following = stream.read(_BLOCK)  # so that the last line, if it has no end, is no block of its own
        if skipping and (end := block.find(b"\n")) >= 0:
            block, skipping = block[end + 1 :], False
            number += 1
        if not skipping:
            data = rest + block
            cut = data.rfind(b"\n") if following or data.endswith(b"\n") else len(data)
            if cut >= 0:
                found = data[:cut].split(b"\n")
                yield number, found
                number += len(found)
            rest = data[cut + 1 :]
            if len(rest) > MAX_RECORD:
                yield Fault(number, f"line of more than {MAX_RECORD >> 20} MiB")
                rest, skipping = b"", True
        block = following


def json_values(stream: Stream) -> Iterator[tuple[int, Any, int] | Fault]:
    """The values of a JSON text, with line and length; those of an outermost list one by one.

    Also takes several texts one after the other. What follows an error is lost.
    """
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    text, at, line, ended = "", 0, 1, False
    want = HEAD
    while True:
        while not ended and len(text) - at < want:
            block = stream.read(_BLOCK)
            ended = not block
            text, at = text[at:] + decode(block, ended), 0
        want = HEAD
        start = at
        while start < len(text) and text[start] in " \t\r\n,[];":
            start += 1
        line += text.count("\n", at, start)
        at = start
        if at == len(text):
            if ended:
                return
            continue
        if text[at] == "]":
            at += 1
            continue
        try:
            value, end = LENIENT.raw_decode(text, at)
            yield line, harmless(value) if "\\u" in text[at:end] else value, end - at
        except RecursionError:
            yield Fault(line, "nested too deep")
            return
        except ValueError as error:
            if ended or len(text) - at > MAX_RECORD:
                yield Fault(line, _why(error, ended=ended))
                return
            want = 2 * (len(text) - at) + 1  # the value may go on in what is not read yet
            continue
        line += text.count("\n", at, end)
        at = end


def _why(error: ValueError, *, ended: bool) -> str:
    if not ended:
        return f"not JSON, or a value of more than {MAX_RECORD >> 20} MiB; write it as JSON lines"
    return f"not JSON: {error.msg}" if isinstance(error, json.JSONDecodeError) else f"not JSON: {error}"


class _Zstandard:
    """Reads Zstandard frames; unlike the library's reader it notices when the last is cut off."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file = file
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
        self._frame: Any = None

    def read(self, _size: int) -> bytes:
        while packed := self._file.read(_PACKED):
            found = []
            while packed:
                self._frame = self._frame or self._decompressor.decompressobj()
                found.append(self._frame.decompress(packed))
                packed = self._frame.unused_data if self._frame.eof else b""
                if self._frame.eof:
                    self._frame = None
            if any(found):
                return b"".join(found)
        if self._frame is not None:
            self._frame = None
            raise EOFError("the file ends within a frame")
        return b""


class _Raw(io.RawIOBase):
    """A stream as a file of the standard library."""

    def __init__(self, stream: Stream, *, skip: int) -> None:
        self._left = stream.take_head()[skip:]
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = self._stream.read(_BLOCK)
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size


def as_file(stream: Stream, *, skip: int = 0) -> io.BufferedReader:
    """``stream`` as a file of the standard library, without its first ``skip`` bytes (peeked at)."""
    return io.BufferedReader(_Raw(stream, skip=skip), HEAD)
