"""Runs generated modules with every setting of their flags, and prints the result of each call.

One JSON object for each line of standard input: `files` (the text of modules by name, the main one first), `entry` (a name in
it), `flags` (their number) and `calls` (lists of keywords). One JSON list for each on standard output, with one entry for each
setting: a list of booleans, whether each call is accepted, or the name of the exception.
"""

from __future__ import annotations

import itertools
import json
import sys
import types
from typing import Any


def run(files: dict[str, Any], entry: str, settings: tuple[bool, ...], calls: list[list[str]]) -> Any:
    tools = {"flag": lambda at: settings[at], "boom": lambda at: boom(settings[at])}
    first = next(iter(files))
    try:
        # Imported modules come first.
        for name in reversed(files):
            module = types.ModuleType(name)
            module.__dict__.update(tools)
            sys.modules[name] = module
            exec(files[name], module.__dict__)
        found = getattr(sys.modules[first], entry)
    except Exception as error:
        return type(error).__name__
    finally:
        for name in files:
            sys.modules.pop(name, None)
    return [accepts(found, call) for call in calls]


def boom(is_set: bool) -> None:
    if is_set:
        raise ImportError("boom")


def accepts(found: Any, keywords: list[str]) -> bool:
    try:
        found(**dict.fromkeys(keywords, 1))
    except TypeError as error:
        # `object.__new__` of a tuple: the arguments were already accepted.
        return "is not safe" in str(error)
    return True


def main() -> None:
    sys.dont_write_bytecode = True
    for line in sys.stdin:
        case = json.loads(line)
        every = itertools.product((False, True), repeat=case["flags"])
        try:
            files = {name: compile(text, f"{name}.py", "exec") for name, text in case["files"].items()}
        except SyntaxError:
            print(json.dumps(["SyntaxError"] * 2 ** case["flags"]))
            continue
        print(json.dumps([run(files, case["entry"], settings, case["calls"]) for settings in every]))


if __name__ == "__main__":
    main()
