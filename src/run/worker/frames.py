"""Encodes and decodes frames.

A frame is the length of the header (`u32`), the length of the body (`u64`), a JSON header and a binary body.
Integers are little-endian.
"""

from __future__ import annotations

import json
import os
import re
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

MARK = b"\0modelwright\n"  # the first bytes; output before it was printed during the start of Python
PREFIX = struct.Struct("<IQ")
ALIGNMENT = 8
ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
JOINED = 65536  # parts up to this size are copied into one write

# The executor rejects larger frames (src/run/worker/frame.ts). They are detected here, so that a batch can be split.
MAX_HEADER = 256 * 1024 * 1024
MAX_BODY = 1024 * 1024 * 1024

# The maximum number of values in a header, counted by punctuation as in src/run/worker/reply-limits.ts.
MAX_VALUES = 1_000_000
MARKS = (b",", b"[", b"{")
TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')


class RawArray(NamedTuple):
    """An array that is sent in the body. `path` is its position in the items of the header."""

    path: tuple[str | int, ...]
    dtype: str
    shape: list[int]
    data: memoryview
    is_list: bool = False  # whether it is sent in place of a list of numbers


class TooLarge(Exception):
    """The return value of `predict` for one batch is too large for a frame."""


class InvalidFrame(Exception):
    """The incoming data is not a valid frame."""


class Channel:
    """Reads and writes frames on two file descriptors."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming = open(incoming, "rb")  # noqa: SIM115 (it stays open until the process ends)
        self._outgoing = outgoing
        self._send(MARK)

    def read(self) -> dict[str, Any] | None:
        """The header of the next frame, with the body as `body`; None at the end. Raises `InvalidFrame`."""
        prefix = self._incoming.read(PREFIX.size)
        if len(prefix) < PREFIX.size:
            return None
        header_size, body_size = PREFIX.unpack(prefix)
        if header_size > MAX_HEADER or body_size > MAX_BODY:
            raise InvalidFrame("a frame exceeds the size limit")
        content = self._incoming.read(header_size)
        # Mutable memory of its own, because the arrays of the user's code are views of it.
        body = bytearray(body_size)
        rest = memoryview(body)
        while rest.nbytes:
            size = self._incoming.readinto(rest)
            if not size:
                return None
            rest = rest[size:]
        if len(content) < header_size:
            return None
        try:
            header = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise InvalidFrame(f"the header is not valid JSON: {error}") from None
        if not isinstance(header, dict):
            raise InvalidFrame("the header is not a JSON object")
        return {**header, "body": body}

    def write(self, parts: Sequence[bytes | memoryview]) -> None:
        """Writes the parts of one frame."""
        small: list[bytes | memoryview] = []
        size = 0
        for part in parts:
            nbytes = memoryview(part).nbytes
            if size + nbytes > JOINED:
                self._send(b"".join(small))
                small, size = [], 0
            if nbytes > JOINED:
                self._send(part)
            else:
                small.append(part)
                size += nbytes
        self._send(b"".join(small))

    def _send(self, data: bytes | memoryview) -> None:
        rest = memoryview(data)
        while rest.nbytes:
            rest = rest[os.write(self._outgoing, rest) :]


def frame(header: dict[str, Any], arrays: Sequence[RawArray] = ()) -> list[bytes | memoryview]:
    """Encodes a frame in several parts. Raises `TooLarge`."""
    body: list[bytes | memoryview] = []
    places = []
    end = 0
    for array in arrays:
        padding = -end % ALIGNMENT
        body += (bytes(padding), array.data)
        place = {"path": array.path, "dtype": array.dtype, "shape": array.shape, "offset": end + padding}
        places.append({**place, "list": True} if array.is_list else place)
        end += padding + array.data.nbytes
    if places:
        header = {**header, "arrays": places}
    encoded = ENCODER.encode(header).encode("ascii")
    for content, size, limit in (
        ("bytes of text", len(encoded), MAX_HEADER),
        ("bytes of arrays", end, MAX_BODY),
        ("values outside of arrays and lists of numbers", _count(encoded), MAX_VALUES),
    ):
        if size > limit:
            raise TooLarge(f"`predict` returned {size:,} {content} for one batch; the limit is {limit:,}")
    return [PREFIX.pack(len(encoded), end) + encoded, *body]


def _count(encoded: bytes) -> int:
    """Counts the values in JSON text."""
    marks = sum(map(encoded.count, MARKS))
    return marks if marks <= MAX_VALUES else sum(map(TEXT.sub(b"", encoded).count, MARKS))
