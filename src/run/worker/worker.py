"""The worker: a process that loads one model and predicts with it.

Frames (frames.py) are received on standard input and sent on standard output. Before the user's code is imported,
both are moved to other file descriptors. Descriptor 0 becomes the null device, and descriptor 1 a copy of 2. So the
output of the user's code, its libraries and its subprocesses goes to the log and cannot be mistaken for frames.
"""

from __future__ import annotations

import os
import sys

PROTOCOL = 1
RELAY = "relay"  # the argument of a worker on another host


def main() -> None:
    incoming, outgoing = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as null:
        os.dup2(null.fileno(), 0)
    os.dup2(2, 1)
    relays = sys.argv[1:] == [RELAY]
    hide_from_user_code()

    from _modelwright.guard import fork_worker  # type: ignore[import-not-found]

    incoming = fork_worker(incoming, outgoing, relays)
    serve(incoming, outgoing)


def hide_from_user_code() -> None:
    """Removes traces of this program, as if the user's code had been started directly."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != here]
    # Our files are in a package, so that the user's code can have its own module `frames`.
    package = type(sys)("_modelwright")
    package.__path__ = [here]
    sys.modules[package.__name__] = package
    # Otherwise, a process that `multiprocessing` spawns would run this file.
    del sys.modules["__main__"].__file__
    del sys.argv[1:]
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


def serve(incoming: int, outgoing: int) -> None:
    from _modelwright.frames import Channel, InvalidFrame, frame  # type: ignore[import-not-found]
    from _modelwright.model import Model  # type: ignore[import-not-found]

    channel = Channel(incoming, outgoing)
    model = Model()
    handlers = {"import": model.import_code, "load": model.load, "predict": model.predict}
    try:
        version = "{}.{}.{}".format(*sys.version_info[:3])
        channel.write(frame({"type": "hello", "protocol": PROTOCOL, "python": version, "process": os.getpid()}))
        while True:
            message = channel.read()
            kind = None if message is None else message.get("type")
            if message is None or kind == "shutdown":
                break
            if kind == "environment":
                # Where the environment of a process can be seen from outside, variables are sent in this message.
                os.environ.update(message["variables"])
                continue
            if not isinstance(kind, str) or kind not in handlers:
                raise InvalidFrame("unknown message type")
            channel.write(handlers[kind](message))
            if model.cancelled:
                break
    except (KeyboardInterrupt, BrokenPipeError):  # cancelled between two messages, or the parent has ended
        pass
    except InvalidFrame as error:
        sys.exit(f"modelwright: the worker received an invalid message: {error}")


if __name__ == "__main__":
    main()
