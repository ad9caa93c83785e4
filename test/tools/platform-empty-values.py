"""Asks the platform's SDK what it makes of every key without a value, and prints the answers as JSON.

Run it with `efemarai==0.4.1` and `smart_open<7`; no server is asked. For each key it takes `fixtures/empty-values/efemarai.yaml` but for
this key: absent, nothing (`key:`), `[]` and `{}`. Each goes the whole way: the SDK's check, the calls that create things on the
server, and the check that runs the code. An answer is the step at which it stops (`check`, `create`, `run`), `as absent` when
nothing differs from leaving the key out, `as written` when nothing differs from the complete definition, `ignored` when both
are so, or `other`. `fixtures/empty-values/platform.json` holds what it prints.
"""

import contextlib
import copy
import io
import json
import os
import re
import sys
import tempfile

import yaml
from platform_sdk import known, without_operators

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


class Stopped(Exception):
    pass


def imports():
    import efemarai.metamorph.domain  # noqa: F401
    from efemarai.metamorph.domain_loader import DomainLoader

    return DomainLoader


def whole_way(definition):
    """Everything that the platform would see of a definition, and where it stops."""
    from efemarai.definition_checker import DefinitionChecker
    from efemarai.session import Session

    DomainLoader = imports()
    seen = []
    sys.modules.pop("inference", None)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        os.chdir(folder)
        os.makedirs("code")
        for name, text in (("w.pt", "x"), ("inference.py", CODE)):
            with open(os.path.join("code", name), "w") as file:
                file.write(text)
        with open("efemarai.yaml", "w") as file:
            yaml.safe_dump(definition, file)
        try:
            if not DefinitionChecker().check(copy.deepcopy(definition), "efemarai.yaml"):
                return "check", seen
        except Exception:
            return "check", seen
        session = Session.__new__(Session)
        session.token, session.url = "t", "http://localhost/"

        def request(method, endpoint, json=None, params=None, project_id=None, verbose=True):
            seen.append((endpoint, json))
            return {"id": "1", "transformations": []} if method.__name__ == "put" else []

        session._make_request = request
        session._upload = lambda *given, **named: seen.append(("upload", given[:2]))
        try:
            loaded = session.load("efemarai.yaml", exists_ok=True)
            project = loaded["project"]
            for test in definition.get("tests", []):
                project.create_stress_test(**known(test))
            for baseline in definition.get("baselines", []):
                project.create_baseline(**known(baseline))
        except Exception:
            return "create", seen
        try:
            for domain in definition.get("domains", []):
                made = DomainLoader.load(copy.deepcopy(domain))
                seen.append(json.dumps(vars(made), default=str, sort_keys=True) if hasattr(made, "__dict__") else "")
            from efemarai import runtime_checker

            runtime_checker.gpu_available = lambda: True
            sys.path[:] = [path for path in sys.path if not path.startswith(tempfile.gettempdir() + "/tmp")]
            if "models" in definition and definition["models"]:
                checker = DefinitionChecker()
                if not checker.check(copy.deepcopy(definition), "efemarai.yaml", check_runtime=True):
                    return "run", seen
                seen.append(repr(sys.modules["inference"].seen))
        except Exception:
            return "run", seen
    return None, seen


def paths(value, path=()):
    """Every key, once for each kind of map."""
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
    """What was seen, without addresses of objects and names of temporary folders."""
    return [re.sub(r"0x[0-9a-f]+|/tmp/tmp\w+", "", str(each)) for each in seen]


def main():
    without_operators()
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
    json.dump(answers, sys.stdout, indent=1)
    print()


main()
