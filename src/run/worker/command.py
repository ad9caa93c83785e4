"""Runs one command on another host. Its output is that of this program, and it is ended when the connection is closed."""

import json
import os
import signal
import subprocess
import threading

command = json.loads(open(0, "rb", 0, closefd=False).readline())  # noqa: SIM115 (unbuffered: the end is noticed by `read`)
os.write(1, b"\0modelwright\n")  # a login script may have printed something before
try:
    child = subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, start_new_session=True)
except OSError:
    os._exit(127)


def end_with_connection() -> None:
    while os.read(0, 4096):
        pass
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except OSError:
        pass  # it has ended


threading.Thread(target=end_with_connection, daemon=True).start()
code = child.wait()
os._exit(code if code >= 0 else 128 - code)
