"""Asks the platform's SDK about every key without a value, and prints the answers as JSON.

Run it with `efemarai==0.4.1` and `smart_open<7`; no server is used. For each key, it changes `fixtures/empty-values/efemarai.yaml`
in one place: the key is absent, empty (`key:`), `[]` or `{}`. Each definition passes all steps: the SDK's check, the calls that
create things on the server, and the check that runs the code. An answer is the step at which it stops (`check`, `create`, `run`),
`as absent` if the result is the same as without the key, `as written` if it is the same as for the complete definition, `ignored`
if both are the same, or `other`. `fixtures/empty-values/platform.json` contains the output.
"""

import copy
import json
import os
import re
import sys
import tempfile

import platform_sdk
import yaml

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../fixtures/empty-values")

with open(os.path.join(FOLDER, "efemarai.yaml")) as file:
    FULL = yaml.safe_load(file)

CODE = """
seen = []


def load(*args, **options):
    seen.append((args, options))
    return 1


def predict(**options):
    seen.append(sorted((name, value if isinstance(value, str) else len(value)) for name, value in options.items()))
    return [{"boxes": [], "classes": [], "scores": []} for _ in options["images"]] if options else []
"""


def whole_way(definition):
    """What the platform would receive for a definition, and the step at which it stops, or `None`."""
    seen = []
    sys.modules.pop("inference", None)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.makedirs("code")
        for name, text in (("w.pt", "x"), ("inference.py", CODE)):
            with open(os.path.join("code", name), "w") as file:
                file.write(text)
        with open("efemarai.yaml", "w") as file:
            yaml.safe_dump(definition, file)
        step = platform_sdk.whole_way("efemarai.yaml", seen, is_project=True)
        if "inference" in sys.modules:
            seen.append(repr(sys.modules["inference"].seen))
    return None if step == "works" else step, seen


def paths(value, path=()):
    """All keys, once for each kind of map."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield path + (key,)
            yield from paths(child, path + (key,))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        index = 1 if path[-1:] == ("transformations",) else 0
        yield from paths(value[index], path + (index,))


def changed(path, value):
    definition = copy.deepcopy(FULL)
    at = definition
    for key in path[:-1]:
        at = at[key]
    if value is changed:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return definition


def name_of(path):
    return "".join("[]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".")


def plain(seen):
    """The recorded calls without object addresses and names of temporary folders."""
    return [re.sub(r"0x[0-9a-f]+|/tmp/tmp\w+", "", str(each)) for each in seen]


def main():
    platform_sdk.prepare()
    step, full = whole_way(FULL)
    if step is not None:
        raise SystemExit(f"the complete definition stops at {step}")
    answers = {}
    for path in paths(FULL):
        absent_step, absent = whole_way(changed(path, changed))
        row = {"absent": absent_step or "works"}
        for title, value in (("nothing", None), ("list", []), ("map", {})):
            step, seen = whole_way(changed(path, value))
            is_absent = absent_step is None and plain(seen) == plain(absent)
            is_full = plain(seen) == plain(full)
            row[title] = step or (
                "ignored" if is_absent and is_full else "as absent" if is_absent else "as written" if is_full else "other"
            )
        answers[name_of(path)] = row
    json.dump(answers, output, indent=1)
    print(file=output)


# The SDK's console writes from other threads.
with os.fdopen(os.dup(1), "w") as output:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    main()
