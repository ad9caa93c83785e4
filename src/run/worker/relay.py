"""Relays frames from the executor to the worker, for a guard on another host.

A frame without a header is a request to the guard, and the size of its body says which one. So a request arrives while
the code of the model is running. The executor sends such a frame at least every few seconds. If none arrives for a long
time, the connection is lost: the other side of a network connection that was cut closes nothing.
"""

from __future__ import annotations

import os
import select
import struct
import time
from collections import deque
from collections.abc import Callable

PREFIX = struct.Struct("<IQ")
CANCEL = 1  # requests a SIGINT for the worker
ALIVE = 2  # the executor is running

CHUNK = 1024 * 1024
MAX_WAITING = 64 * CHUNK  # bytes that the worker has not yet read; beyond that, nothing more is read
SILENCE = 120  # seconds without a byte until the connection counts as lost


class Relay:
    """Copies frames from one descriptor to another. `cancel` is called for each request to cancel."""

    parent_is_executor = False

    def __init__(self, source: int, target: int, cancel: Callable[[], object]) -> None:
        self._source = source
        self._target = target
        self._cancel = cancel
        self._prefix = b""  # the beginning of a prefix
        self._rest = 0  # the bytes of the current frame that have not arrived yet
        self._chunks: deque[memoryview] = deque()
        self._waiting = 0  # the number of bytes in the chunks
        self._heard = time.monotonic()
        os.set_blocking(target, False)

    def wait(self, wake: int) -> bool:
        """Waits for a signal, or for a frame and relays it. Returns whether the connection is closed or lost."""
        polled = select.poll()
        polled.register(wake, select.POLLIN)
        polled.register(self._source, select.POLLIN if self._waiting < MAX_WAITING else 0)
        if self._chunks:
            polled.register(self._target, select.POLLOUT)
        for descriptor, _ in polled.poll(SILENCE * 1000):
            if descriptor == self._source and not self._receive():
                return True
            if descriptor == self._target:
                self._send()
        return time.monotonic() - self._heard > SILENCE

    def _receive(self) -> bool:
        try:
            data = os.read(self._source, CHUNK)
        except OSError:
            data = b""
        self._heard = time.monotonic()
        self._split(memoryview(data))
        return len(data) > 0

    def _split(self, data: memoryview) -> None:
        while data:
            if self._rest == 0:
                size = PREFIX.size - len(self._prefix)
                self._prefix += data[:size].tobytes()
                data = data[size:]
                if len(self._prefix) == PREFIX.size:
                    self._begin(self._prefix)
                    self._prefix = b""
            else:
                part = data[: self._rest]
                data = data[self._rest :]
                self._rest -= len(part)
                self._pass_on(part)

    def _begin(self, prefix: bytes) -> None:
        header, body = PREFIX.unpack(prefix)
        if header > 0:
            self._rest = header + body
            self._pass_on(memoryview(prefix))
        elif body == CANCEL:
            self._cancel()

    def _pass_on(self, part: memoryview) -> None:
        self._chunks.append(part)
        self._waiting += len(part)
        self._send()

    def _send(self) -> None:
        while self._chunks:
            first = self._chunks[0]
            try:
                sent = os.write(self._target, first)
            except BlockingIOError:
                return
            except OSError:  # the worker reads no more; its end is noticed elsewhere
                sent = len(first)
            self._waiting -= sent
            if sent == len(first):
                self._chunks.popleft()
            else:
                self._chunks[0] = first[sent:]
