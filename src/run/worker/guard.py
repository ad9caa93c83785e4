"""The guard: the process that was started. It forks the worker, which runs the user's code, and leaves nothing of it.

On Linux the guard is a subreaper (prctl(2)): a process whose parent ends becomes a child of the guard, whatever it has
done about its group, its session and its environment. So nothing is left when the guard has no child left, and a guard
that kills its children until then has ended everything. A thread of the worker could not do that: it waits for the
interpreter lock, which C code may hold for ever. Nor could the parent-death signal: it ends the worker alone.
On other systems, what the worker has started is ended with its process group.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Iterable
from typing import Any, NoReturn

# Numbers of <linux/prctl.h>.
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36

CANCEL = signal.SIGUSR1  # with which the executor asks for a SIGINT in the worker
HANDLED = (CANCEL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
IS_LINUX = sys.platform == "linux"
PATIENCE = 5  # seconds in which what the worker has started must have ended
MARK = "MODELWRIGHT_WORKER"  # a variable of the environment that only a worker, and what it starts, has


def fork_worker(incoming: int, outgoing: int) -> None:
    """Forks, and returns in the worker alone. The guard ends as the worker does.

    On Linux the worker leads a session of its own, so that code which signals its own group does not reach the guard.
    """
    is_reaper = prctl(PR_SET_CHILD_SUBREAPER, 1)
    # Continues a guard that the user's code has stopped, when nobody else is left to end what there is.
    prctl(PR_SET_PDEATHSIG, signal.SIGCONT)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
    worker = os.fork()
    if worker == 0:
        if IS_LINUX:
            os.setsid()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return
    try:
        os.close(outgoing)
        with open(os.devnull, "r+b", buffering=0) as null:
            for descriptor in (0, 1, 2):
                os.dup2(null.fileno(), descriptor)
        status = None
        try:
            status = watch(worker, incoming, before)
        finally:
            if IS_LINUX:
                end_all(worker, is_reaper)
            elif status is None:
                os.killpg(0, signal.SIGKILL)
        if status is not None:
            end_as(status)
    finally:
        os._exit(1)  # whatever happens, a guard never runs the worker's code


def watch(worker: int, incoming: int, mask: Iterable[int]) -> int | None:
    """Forwards signals to the worker until it has ended; gives its wait status.

    Gives None when the other end of `incoming` is closed: the parent is gone, or wants the end of everything.
    """
    wake, woken = os.pipe()
    for descriptor in (wake, woken):
        os.set_blocking(descriptor, False)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, _: None)
    parent = os.getppid()

    def forward(number: int, _: Any) -> None:
        if number == CANCEL:
            send(worker, signal.SIGINT)
        elif number != signal.SIGINT:
            send(worker, number)
        elif os.getppid() == parent:
            send(parent, number)  # code that interrupts its parent means the process that has started its model

    for number in HANDLED:
        signal.signal(number, forward)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    waiting = select.poll()
    waiting.register(incoming, 0)  # of the events, only the unmaskable ones: hang-up and error
    waiting.register(wake, select.POLLIN)
    status = None
    is_closed = False
    while status is None and not is_closed:
        # Before the wait: the worker may have ended before there was a handler.
        status = reap().get(worker)
        if status is None:
            is_closed = any(descriptor == incoming for descriptor, _ in waiting.poll())
            drain(wake)
    for number in HANDLED:
        signal.signal(number, signal.SIG_IGN)
    return status


def end_all(worker: int, is_reaper: bool) -> None:
    """Ends the worker and all that it has started: its group, and as the subreaper also what has left the group."""
    start = time.monotonic()
    while (waited := time.monotonic() - start) < PATIENCE:
        send(-worker, signal.SIGKILL)
        reap()
        left = children() if is_reaper else marked()
        sent = [send(process, signal.SIGKILL) for process in left]
        if not any(sent) and not (is_reaper and has_children()):
            break
        # At first without a pause: a process may be there only until it has forked the next one.
        time.sleep(0 if waited < 0.1 else 0.001)


def end_as(status: int) -> NoReturn:
    """Ends this process as another one has ended, without a second core dump and report of the same crash."""
    if os.WIFSIGNALED(status):
        import faulthandler
        import resource

        faulthandler.disable()
        prctl(PR_SET_DUMPABLE, 0)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        number = os.WTERMSIG(status)
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (number,))
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))


def prctl(option: int, value: int) -> bool:
    """Sets an attribute of this process on Linux; False when that is not possible, as in a Python without ctypes."""
    if not IS_LINUX:
        return False
    try:
        import ctypes

        return ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), 0, 0, 0) == 0
    except Exception:  # noqa: BLE001 (what is missing is found in many ways, and the group is still there)
        return False


def reap() -> dict[int, int]:
    """Collects the children that have ended, with their wait statuses."""
    ended: dict[int, int] = {}
    try:
        while True:
            process, status = os.waitpid(-1, os.WNOHANG)
            if process == 0:
                break
            ended[process] = status
    except ChildProcessError:
        pass
    return ended


def has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def children() -> list[int]:
    """Our children. Those of one that has ended are ours the moment after."""
    ours = str(os.getpid())
    try:
        with open(f"/proc/{ours}/task/{ours}/children") as ids:
            return [int(process) for process in ids.read().split()]
    except OSError:  # a kernel without that file
        return [process for process in processes() if parent_of(process) == ours.encode()]


def parent_of(process: int) -> bytes:
    _, parent, *_ = *read(f"/proc/{process}/stat").rpartition(b")")[2].split(), b"", b""
    return parent


def marked() -> list[int]:
    """What a worker has started, as far as it can be known without a subreaper: by its environment, which is ours, too."""
    mark = f"{MARK}={os.environ.get(MARK)}".encode()
    return [process for process in processes() if mark in read(f"/proc/{process}/environ").split(b"\0")]


def processes() -> list[int]:
    try:
        ids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:  # not Linux
        return []
    return [process for process in ids if process != os.getpid()]


def read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:  # it has ended meanwhile, or is somebody else's
        return b""


def send(process: int, number: int) -> bool:
    """Sends a signal to a process or, negative, to a group; whether there was one that we may signal."""
    try:
        os.kill(process, number)
    except OSError:
        return False
    return True


def drain(descriptor: int) -> None:
    try:
        while os.read(descriptor, 4096):
            pass
    except BlockingIOError:
        pass
