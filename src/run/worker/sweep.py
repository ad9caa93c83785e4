"""Ends the processes of a worker on another host that its guard could not end, because code of the model has killed it.

The worker and what it started are found by a variable in their environment, and by their parents.
"""

import os
import signal
import sys


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:  # it has ended, or belongs to another user
        return b""


def found(mark):
    """The marked processes and all of their descendants."""
    names = filter(str.isdigit, os.listdir("/proc")) if os.path.isdir("/proc") else ()
    parents = {}
    for name in names:
        state, parent, *_ = *read(f"/proc/{name}/stat").rpartition(b")")[2].split()[:2], b"X", b"0"
        if state not in b"ZX" and int(name) != os.getpid():
            parents[int(name)] = int(parent)
    left = {process for process in parents if mark in read(f"/proc/{process}/environ").split(b"\0")}
    while more := {process for process, parent in parents.items() if parent in left} - left:
        left |= more
    return left


mark = sys.stdin.readline().strip().encode()
for _ in range(50 if mark else 0):
    processes = found(mark)
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except OSError:
            pass
    if not processes:
        break
