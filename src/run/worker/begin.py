"""Becomes a worker on another host, or the command of an engine that starts one in a container.

The executor starts this program through ssh and sends its settings in one line.
"""

import json
import os
import sys

settings = json.loads(open(0, "rb", 0, closefd=False).readline())  # noqa: SIM115 (unbuffered: what follows is for the worker)
os.chdir(settings["folder"])
os.environ.update(settings["environment"])
if "command" in settings:
    os.execvp(settings["command"][0], settings["command"])
os.execv(sys.executable, [sys.executable, "-u", "-X", "faulthandler", settings["worker"], "relay"])
