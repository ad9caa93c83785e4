"""The signatures that Python finds for entry points: imports each `module:function` and prints its parameters as JSON.

The working directory is the root of the modules. One line for each line of standard input: a list of parameters (kind,
name, whether there is a default), or the name of the exception.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import sys
from typing import Any


def look_up(entrypoint: str) -> Any:
    module, _, name = entrypoint.partition(":")
    try:
        found = getattr(importlib.import_module(module), name)
        parameters = inspect.signature(found).parameters.values()
    except Exception as error:
        return type(error).__name__
    empty = inspect.Parameter.empty
    return [[str(each.kind.description), each.name, each.default is not empty] for each in parameters]


def main() -> None:
    sys.path.insert(0, os.getcwd())
    sys.dont_write_bytecode = True
    for line in sys.stdin.read().splitlines():
        print(json.dumps(look_up(line)))


if __name__ == "__main__":
    main()
