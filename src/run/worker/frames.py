"""Frames: `u32` length of the header, `u64` length of the body, a JSON header, a raw body; little-endian."""

from __future__ import annotations

import json
import os
import re
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

MARK = b"\0modelwright\n"  # the first bytes; what comes before was printed by something that starts with Python
PREFIX = struct.Struct("<IQ")
ALIGNMENT = 8
ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False)
JOINED = 65536  # parts up to this size are copied into one write

# The other side refuses larger frames (src/run/worker/frame.ts); checked here first, so that a batch can be split instead.
MAX_HEADER = 256 * 1024 * 1024
MAX_BODY = 1024 * 1024 * 1024


# Values in a header, counted by their marks; the other side counts before it makes anything of them.
MAX_VALUES = 1_000_000
MARKS = (b",", b"[", b"{")
TEXT = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')


class RawArray(NamedTuple):
    """An array that travels in the body; `path` says where in the header's items it belongs."""

    path: tuple[str | int, ...]
    dtype: str
    shape: list[int]
    data: memoryview
    is_list: bool = False  # a list of numbers, which is to arrive as one


class TooLarge(Exception):
    """What predict returned for one batch does not fit into a frame."""


class NoFrame(Exception):
    """What comes in is not what the other side sends."""


class Channel:
    """Reads and writes frames on two descriptors."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming = open(incoming, "rb")  # noqa: SIM115 (it lives as long as the process)
        self._outgoing = outgoing
        self._send(MARK)

    def read(self) -> dict[str, Any] | None:
        """The header of the next frame, its body under `body`; None at the end. Raises `NoFrame`."""
        prefix = self._incoming.read(PREFIX.size)
        if len(prefix) < PREFIX.size:
            return None
        header_size, body_size = PREFIX.unpack(prefix)
        if header_size > MAX_HEADER or body_size > MAX_BODY:
            raise NoFrame("a frame is larger than the limit")
        content = self._incoming.read(header_size)
        # Memory of its own that may be changed: the user's arrays are views of it.
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
            raise NoFrame(f"a header is no JSON: {error}") from None
        if not isinstance(header, dict):
            raise NoFrame("a header is no object")
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
    """The parts of a frame; raises `TooLarge`."""
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
            raise TooLarge(f"predict returned {size:,} {content} for one batch; the limit is {limit:,}")
    return [PREFIX.pack(len(encoded), end) + encoded, *body]


def _count(encoded: bytes) -> int:
    """The values in a text of JSON."""
    marks = sum(map(encoded.count, MARKS))
    return marks if marks <= MAX_VALUES else sum(map(TEXT.sub(b"", encoded).count, MARKS))
