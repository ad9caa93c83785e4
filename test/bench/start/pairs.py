"""Times commands as whole processes. The commands alternate, so that changes in the speed of the machine affect all of them.

Takes a JSON object: rounds, a folder, and the commands as lists of words. Prints for each command the milliseconds of
every round: wall-clock time and processor time.
"""

import json
import os
import sys
import time


def once(command, output):
    begin = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.execvp(command[0], command)
    _, status, usage = os.wait4(pid, 0)
    elapsed = time.perf_counter() - begin
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {code}")
    return {"wall": elapsed * 1000, "cpu": (usage.ru_utime + usage.ru_stime) * 1000}


def main():
    asked = json.load(sys.stdin)
    os.chdir(asked["folder"])
    output = os.open(asked["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    # The first round fills the caches of the commands and of the system.
    rounds = [[once(command, output) for command in asked["commands"]] for _ in range(asked["rounds"] + 1)]
    json.dump([list(times) for times in zip(*rounds[1:])], sys.stdout)


main()
