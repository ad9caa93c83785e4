"""Feeds the frame reader of the worker with byte streams. Each stream arrives as a frame with its length.

Answers each with one line of JSON: null, or an exception that should not have been raised.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import tempfile
import traceback

incoming, answers = os.dup(0), os.dup(1)
os.dup2(os.open(os.devnull, os.O_RDWR), 0)
os.dup2(2, 1)
sys.path.insert(0, sys.argv[1])
import worker  # noqa: E402

worker.hide_from_user_code()
sys.modules.pop("__main__").__name__ = "fuzz"
nowhere = os.open(os.devnull, os.O_WRONLY)


def answer(stream: bytes) -> str | None:
    with tempfile.TemporaryFile() as file:
        file.write(stream)
        file.seek(0)
        try:
            worker.serve(os.dup(file.fileno()), nowhere)
        except SystemExit:
            return None
        except BaseException:
            return traceback.format_exc()
    return None


with open(incoming, "rb") as streams:
    while len(prefix := streams.read(4)) == 4:
        found = answer(streams.read(struct.unpack("<I", prefix)[0]))
        os.write(answers, json.dumps(found).encode() + b"\n")
