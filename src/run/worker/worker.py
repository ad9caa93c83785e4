"""The Python side of a run: one process that loads one model and predicts with it.

Standard input and output carry frames (frames.py) to and from the process that started us. Before anything of the
user's is imported, both move to descriptors that the user's code does not know, descriptor 0 becomes the null device
and descriptor 1 becomes 2: whatever the user's code, its libraries or its subprocesses print is log, never protocol.
"""

from __future__ import annotations

import os
import sys

PROTOCOL = 1
ROUNDS = 100  # of looking for processes that are left; two are usual


def main() -> None:
    incoming, outgoing = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as null:
        os.dup2(null.fileno(), 0)
    os.dup2(2, 1)
    if os.getpgrp() != os.getpid():
        os.setsid()
    post_guard(incoming, outgoing)
    hide_from_user_code()
    serve(incoming, outgoing)


def post_guard(incoming: int, outgoing: int) -> None:
    """Leaves a process in our group that kills the group when the parent is gone.

    A thread could not: it waits for the interpreter lock, which C code may hold for ever. Nor could the parent-death
    signal of Linux: it ends this process, but not the processes that this one has started. The guard is nobody's
    child, so that `os.wait()` in the user's code never meets it, and it needs nothing but its end of the pipe.
    """
    import select
    import signal

    first = os.fork()
    if first:
        os.waitpid(first, 0)
        return
    if os.fork():
        os._exit(0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    for descriptor in (0, 1, 2, outgoing):
        os.close(descriptor)
    hang_up = select.poll()
    hang_up.register(incoming, 0)  # of the events, only the unmaskable ones: hang-up and error
    hang_up.poll()
    kill_marked()
    os.killpg(0, signal.SIGKILL)


def kill_marked() -> None:
    """Ends the worker and all that it has started, also what has left our group.

    On Linux they are known by a variable of their environment, which is ours, too. What one of them starts while we look
    is found in the next round.
    """
    import signal
    import time

    mark = f"MODELWRIGHT_WORKER={os.environ.get('MODELWRIGHT_WORKER')}".encode()
    ours = str(os.getpid())
    for _ in range(ROUNDS if os.path.isdir("/proc") else 0):
        is_over = True
        for name in os.listdir("/proc"):
            if not name.isdigit() or name == ours:
                continue
            try:
                with open(f"/proc/{name}/environ", "rb") as environment:
                    if mark in environment.read().split(b"\0"):
                        os.kill(int(name), signal.SIGKILL)
                        is_over = False
            except OSError:  # it has ended meanwhile, or is somebody else's
                continue
        if is_over:
            break
        time.sleep(0.01)


def hide_from_user_code() -> None:
    """Makes the process look as if the user's code had been started directly."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != here]
    # Our files belong to a package of our own name, so that the user's `frames.py` stays importable.
    package = type(sys)("_modelwright")
    package.__path__ = [here]
    sys.modules[package.__name__] = package
    # A process that `multiprocessing` spawns would otherwise begin by running this file.
    del sys.modules["__main__"].__file__
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


def serve(incoming: int, outgoing: int) -> None:
    from _modelwright.frames import Channel, NoFrame, frame  # type: ignore[import-not-found]
    from _modelwright.model import Model  # type: ignore[import-not-found]

    channel = Channel(incoming, outgoing)
    model = Model()
    handlers = {"import": model.import_code, "load": model.load, "predict": model.predict}
    try:
        version = "{}.{}.{}".format(*sys.version_info[:3])
        channel.write(frame({"type": "hello", "protocol": PROTOCOL, "python": version}))
        while True:
            message = channel.read()
            kind = None if message is None else message.get("type")
            if message is None or kind == "shutdown":
                break
            if not isinstance(kind, str) or kind not in handlers:
                raise NoFrame("a message is of a type that nobody knows")
            channel.write(handlers[kind](message))
            if model.cancelled:
                break
    except (KeyboardInterrupt, BrokenPipeError):  # cancelled between two messages, or the parent is gone
        pass
    except NoFrame as error:
        sys.exit(f"modelwright: what the worker was sent is no message: {error}")


if __name__ == "__main__":
    main()
