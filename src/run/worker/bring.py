"""Receives files on another host, or describes it, for the executor that starts this program through ssh.

The executor sends JSON lines on standard input and reads JSON lines on standard output, after a mark, because a login
script may print something first. Each package is a tar file, and its folder is named by the hash of that file. So a
package that exists is not sent again. Only the standard library of Python 3.9 is needed.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from typing import IO, Any

MARK = "\0modelwright\n"
CHUNK = 1024 * 1024


def main() -> None:
    source = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    answers.write(MARK)

    def answer(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message) + "\n")
        answers.flush()

    try:
        answer({"python": list(sys.version_info[:3])})
        root = None
        for line in source:
            message = json.loads(line)
            if "examine" in message:
                answer(examine(message["examine"]))
            elif root is None:
                root = prepare(message["folder"])
                answer({"folder": root, "free": shutil.disk_usage(root).free})
            elif "bytes" in message:
                receive(root, message["hash"], message["bytes"], source)
                answer({"stored": message["hash"]})
            else:
                answer({"exists": os.path.isdir(os.path.join(root, message["hash"]))})
    except Exception as error:  # noqa: BLE001 (any error is reported to the executor)
        answer({"problem": f"{type(error).__name__}: {error}"})


def located(folder: str | None) -> str:
    """The absolute path of the folder of all packages."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache")
    return os.path.abspath(os.path.expanduser(folder or os.path.join(cache, "modelwright", "packages")))


def prepare(folder: str | None) -> str:
    """Creates the folder of all packages. Only this user can read it. Returns its absolute path."""
    path = located(folder)
    os.makedirs(path, mode=0o700, exist_ok=True)
    return path


def examine(folder: str | None) -> dict[str, Any]:
    """Describes this host without changing anything."""
    path = located(folder)
    existing = path
    while not os.path.exists(existing):
        existing = os.path.dirname(existing)
    if not os.path.isdir(existing) or not os.access(existing, os.W_OK | os.X_OK):
        raise PermissionError(f"files cannot be written to {existing}")
    return {"folder": path, "free": shutil.disk_usage(existing).free, "gpus": gpus()}


def gpus() -> list[str]:
    """The names of the GPUs, or the paths of their devices if there is no program that knows their names."""
    program = shutil.which("nvidia-smi")
    if program is not None:
        command = [program, "--query-gpu=name", "--format=csv,noheader"]
        try:
            listed = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=True)
            return [line.strip() for line in listed.stdout.decode("utf-8", "replace").splitlines() if line.strip()]
        except (OSError, subprocess.SubprocessError):
            return []  # the driver does not work
    return sorted(glob.glob("/dev/nvidia[0-9]*") + glob.glob("/dev/kfd") + glob.glob("/dev/dxg"))


def receive(root: str, name: str, size: int, source: IO[bytes]) -> None:
    """Receives a package. It appears under its name only if it is complete and has the right hash."""
    temporary = tempfile.mkdtemp(prefix="incoming-", dir=root)
    try:
        archive = os.path.join(temporary, "archive.tar")
        digest = hashlib.sha256()
        with open(archive, "wb") as file:
            while size > 0:
                chunk = source.read(min(size, CHUNK))
                if not chunk:
                    raise EOFError("the connection was closed")
                digest.update(chunk)
                file.write(chunk)
                size -= len(chunk)
        if digest.hexdigest() != name:
            raise ValueError(f"the package {name} has another hash")
        content = os.path.join(temporary, "content")
        os.mkdir(content)
        unpack(archive, content)
        try:
            os.rename(content, os.path.join(root, name))
        except OSError:
            if not os.path.isdir(os.path.join(root, name)):
                raise
    finally:
        make_removable(temporary)
        shutil.rmtree(temporary, ignore_errors=True)


def unpack(archive: str, folder: str) -> None:
    """Unpacks regular files. They are read-only, because the name of the folder is the hash of its content."""
    folders = {folder}
    with tarfile.open(archive) as tar:
        for member in tar:
            parts = member.name.split("/")
            if not member.isreg() or not all(parts) or ".." in parts or "." in parts:
                raise ValueError(f"the package contains {member.name!r}")
            path = os.path.join(folder, *parts)
            parent = os.path.dirname(path)
            os.makedirs(parent, exist_ok=True)
            while parent not in folders:
                folders.add(parent)
                parent = os.path.dirname(parent)
            content = tar.extractfile(member)
            assert content is not None
            with content, open(path, "xb") as file:
                shutil.copyfileobj(content, file, CHUNK)
            os.chmod(path, 0o555 if member.mode & 0o100 else 0o444)
    for path in folders - {folder}:
        os.chmod(path, 0o555)


def make_removable(folder: str) -> None:
    for path, _, _ in os.walk(folder):
        os.chmod(path, 0o700)


main()
