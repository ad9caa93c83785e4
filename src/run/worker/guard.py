"""The guard: forks the worker, which runs the user's code, and ends all processes that the worker started.

On Linux the guard is a subreaper (prctl(2)): a process whose parent ends becomes a child of the guard, even if it
changed its process group, session or environment. So the guard kills its children until it has none left. A thread of
the worker could not do this, because it waits for the interpreter lock, which C code may hold forever. The parent-death
signal is not enough either, because it ends only the worker. On other systems, the process group of the worker is
killed.

In a container the guard is process 1, so it is also the init of the container: it collects orphans and passes signals
on, and when it exits, the kernel ends all other processes of the container.

On another host, signals of the executor do not arrive. There the guard relays frames to the worker (relay.py), and frames
without a header are requests to the guard itself.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from _modelwright.relay import Relay  # type: ignore[import-not-found]

# Numbers of <linux/prctl.h>.
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36

CANCEL = signal.SIGUSR1  # the executor requests a SIGINT for the worker
HANDLED = (CANCEL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
IS_LINUX = sys.platform == "linux"
TIMEOUT = 5  # seconds until the guard gives up killing processes
MARK = "MODELWRIGHT_WORKER"  # an environment variable that only a worker and the processes that it starts have


def fork_worker(incoming: int, outgoing: int, relays: bool = False) -> int:
    """Forks, and returns only in the worker. The guard exits with the same status or signal as the worker.

    Returns the descriptor from which the worker reads frames. On Linux the worker has its own session, so that code that signals its own process group does not reach the guard.
    """
    is_reaper = prctl(PR_SET_CHILD_SUBREAPER, 1)
    # Resumes a guard that the user's code has stopped if the executor ends.
    prctl(PR_SET_PDEATHSIG, signal.SIGCONT)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
    relayed = os.pipe() if relays else None
    worker = os.fork()
    if worker == 0:
        if IS_LINUX:
            os.setsid()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        if relayed is None:
            return incoming
        os.close(incoming)
        os.close(relayed[1])
        return relayed[0]
    try:
        os.close(outgoing)
        relay = None
        if relayed is not None:
            from _modelwright.relay import Relay  # type: ignore[import-not-found]

            os.close(relayed[0])
            relay = Relay(incoming, relayed[1], cancel=lambda: send(worker, signal.SIGINT))
        with open(os.devnull, "r+b", buffering=0) as null:
            for descriptor in (0, 1, 2):
                os.dup2(null.fileno(), descriptor)
        status = None
        try:
            status = watch(worker, relay or Hangup(incoming), before)
        finally:
            if IS_LINUX:
                end_all(worker, is_reaper)
            elif status is None:
                os.killpg(0, signal.SIGKILL)
        if status is not None:
            exit_like(status, as_code=relays or os.getpid() == 1)
    finally:
        os._exit(1)  # the guard must never run the worker's code, even after an error


class Hangup:
    """Notices that the executor has closed the pipe to the worker: it has ended, or requests the end of the worker."""

    parent_is_executor = True

    def __init__(self, incoming: int) -> None:
        self._incoming = incoming

    def wait(self, wake: int) -> bool:
        """Waits for a signal or the end of the pipe. Returns whether the pipe is closed."""
        waiting = select.poll()
        waiting.register(self._incoming, 0)  # only the events that are always reported: hang-up and error
        waiting.register(wake, select.POLLIN)
        return any(descriptor == self._incoming for descriptor, _ in waiting.poll())


def watch(worker: int, executor: Hangup | Relay, mask: Iterable[int]) -> int | None:
    """Forwards signals to the worker until it ends, and returns its wait status.

    Returns None if the executor has ended, or if it requests the end of the worker.
    """
    wake, woken = os.pipe()
    for descriptor in (wake, woken):
        os.set_blocking(descriptor, False)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda number, _: None)
    parent = os.getppid() if executor.parent_is_executor else 0

    def forward(number: int, _: Any) -> None:
        if number == CANCEL:
            send(worker, signal.SIGINT)
        elif number != signal.SIGINT:
            send(worker, number)
        elif parent and os.getppid() == parent:
            send(parent, number)  # the user's code wants to interrupt the process that started the model

    for number in HANDLED:
        signal.signal(number, forward)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    status = None
    is_closed = False
    while status is None and not is_closed:
        # Before waiting, because the worker may have ended before the handler was installed.
        status = reap().get(worker)
        if status is None:
            is_closed = executor.wait(wake)
            drain(wake)
    for number in HANDLED:
        signal.signal(number, signal.SIG_IGN)
    return status


def end_all(worker: int, is_reaper: bool) -> None:
    """Ends the worker and all processes that it started: its process group, and as a subreaper also others."""
    start = time.monotonic()
    while (waited := time.monotonic() - start) < TIMEOUT:
        send(-worker, signal.SIGKILL)
        reap()
        left = children() if is_reaper else marked()
        sent = [send(process, signal.SIGKILL) for process in left]
        if not any(sent) and not (is_reaper and has_children()):
            break
        # Without a pause at first, because a process may exist only until it has forked the next one.
        time.sleep(0 if waited < 0.1 else 0.001)


def exit_like(status: int, as_code: bool) -> NoReturn:
    """Exits with the status or signal of another process, without a second core dump or crash report.

    A signal becomes an exit code where it could not be seen: process 1 of a container cannot end itself by a signal, and
    `ssh` does not tell which signal has ended a program.
    """
    if os.WIFSIGNALED(status) and as_code:
        os._exit(128 + os.WTERMSIG(status))
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
    """Sets an attribute of this process on Linux; False if that is not possible, as in a Python without ctypes."""
    if not IS_LINUX:
        return False
    try:
        import ctypes

        return ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), 0, 0, 0) == 0
    except Exception:  # noqa: BLE001 (it can fail in many ways, and the process group is the fallback)
        return False


def reap() -> dict[int, int]:
    """Reaps the children that have ended, and returns their wait statuses."""
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
    """The children of this process. When a child ends, its children become children of this process."""
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
    """The processes of the worker, found by their environment, which this process shares, if it is not a subreaper."""
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
    except OSError:  # the process has ended or belongs to another user
        return b""


def send(process: int, number: int) -> bool:
    """Sends a signal to a process or, with a negative id, to a process group. False if that fails."""
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
