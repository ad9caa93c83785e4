"""Runs definitions with the platform's SDK: one JSON object per line in, one per line out.

Run it with a Python that has `efemarai==0.4.1` and `smart_open<7`. The argument is a folder, the working directory of every
definition. A question is `{"files": {path: text}, "given": path}`; the files are written before the SDK reads the given one.
The environment variables are those of this process.

Each definition passes all steps: the SDK's check, `Session.load` with a stand-in for the server, and the check that runs the
code, in which `${datapoints}` and `${model.name}` are known as the platform's documentation says. An answer is `{"step",
"message", "document", "requests", "runs"}`: the step at which the SDK stops (`check`, `create`, `run`, or null), its message, the
document as PyYAML loads it, what the server receives, and the arguments of the Python functions. Values are encoded by
`encode`, so that JSON does not change them.
"""

import base64
import contextlib
import copy
import fcntl
import io
import json
import os
import sys
import traceback
import types
import urllib.parse

import platform_sdk

MARKS = {}


class Mark:
    """A value that stays in Python: the return value of load, or the datapoints."""

    def __init__(self, name):
        MARKS[id(self)] = name

    def __iter__(self):
        return iter(())


MODEL, DATAPOINTS, IMAGE = Mark("model"), Mark("datapoints"), Mark("image")


def encode(value, depth=0):
    """A value as `[kind, ...]`: `text`, `int`, `float`, `bool`, `null`, `list`, `map`, `mark`, or `other`."""
    if id(value) in MARKS:
        return ["mark", MARKS[id(value)]]
    if depth > 60:
        return ["other", "too deep"]
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, str):
        return ["text", value]
    if isinstance(value, int):
        return ["int", str(value)]
    if isinstance(value, float):
        return ["float", repr(value)]
    if isinstance(value, (list, tuple)):
        return ["list", [encode(item, depth + 1) for item in value]]
    if isinstance(value, dict):
        return ["map", [[encode(k, depth + 1), encode(v, depth + 1)] for k, v in value.items()]]
    if isinstance(value, set):
        return ["list", [encode(item, depth + 1) for item in sorted(value, key=str)]]
    if isinstance(value, bytes):
        return ["bytes", base64.b64encode(value).decode()]
    return ["other", type(value).__name__, str(value)]


class Seen:
    """What the server and the code of one definition receive."""

    def __init__(self):
        self.requests = []
        self.runs = []


SEEN = Seen()


def prepare():
    """Replaces everything that needs a server, a network, a GPU or a terminal."""
    platform_sdk.prepare()
    coco = types.ModuleType("pycocotools.coco")
    coco.COCO = Coco
    for name, module in (("pycocotools", types.ModuleType("pycocotools")), ("pycocotools.coco", coco)):
        sys.modules[name] = module
    progress = sys.modules["tqdm"] = types.ModuleType("tqdm")
    progress.tqdm = iter
    sys.modules["pycocotools.mask"] = sys.modules["pycocotools"].mask = types.ModuleType("pycocotools.mask")
    import git
    from efemarai import base_checker, definition_checker, runtime_checker

    console = Quiet()
    for module in (base_checker, definition_checker, runtime_checker):
        module.console = console
    import efemarai.model
    import efemarai.project
    import efemarai.session

    for module in (efemarai.model, efemarai.project, efemarai.session):
        module.console = console
    checkout = os.path.abspath("src")

    def clone_from(url, *given, **named):
        if any(sign.isspace() for sign in urllib.parse.unquote(url)):
            raise ValueError("git takes no such address")
        return types.SimpleNamespace(working_dir=checkout, commit=lambda name: None)

    git.Repo.clone_from = clone_from
    efemarai.model.ModelRepository.get_last_commit = lambda self, token: "0" * 40
    runtime_checker.RuntimeChecker = Runtime.of(runtime_checker.RuntimeChecker)
    definition_checker.RuntimeChecker = runtime_checker.RuntimeChecker
    import efemarai.fields.datapoint

    efemarai.fields.datapoint.Datapoint.upload = lambda self: None


class Quiet:
    """The SDK's console, which keeps the last message and prints nothing."""

    last = ""

    def print(self, *texts, **named):
        Quiet.last = " ".join(map(str, texts))

    def status(self, *given, **named):
        return types.SimpleNamespace(start=lambda: None, stop=lambda: None, update=lambda text: None)


class Coco:
    """The part of `pycocotools.coco.COCO` that reads a file."""

    def __init__(self, annotations=None):
        self.data = {}
        if annotations is not None:
            with open(annotations) as file:
                self.data = json.load(file)

    def getCatIds(self):
        return [each["id"] for each in self.data["categories"]]

    def loadCats(self, ids):
        ids = ids if isinstance(ids, list) else [ids]
        return [each for each in self.data["categories"] if each["id"] in ids]

    def getImgIds(self):
        return [each["id"] for each in self.data["images"]]

    def loadImgs(self, ids):
        return [each for each in self.data["images"] if each["id"] in ids]

    def getAnnIds(self, imgIds):
        return []

    def loadAnns(self, ids):
        return []


class Runtime:
    """The SDK's check of a runtime, with the variables that are documented but not implemented yet."""

    @staticmethod
    def of(base):
        class Checker(base):
            def _init_variables(self):
                return {**super()._init_variables(), "model.name": self._model["name"]}

            def _get_sample_images(self):
                for dataset in self._datasets:
                    os.path.join(dataset["data_url"], "")
                for _ in zip(range(self._batch_size), range(3)):
                    pass
                return IMAGE

            def _predict(self, images):
                self._variables.update({"datapoint.image": IMAGE, "datapoints": DATAPOINTS})
                return self._call("predict")

            def _call(self, function_name):
                # Only the arguments of the functions are recorded, not what a program returns.
                function = self._entrypoints[function_name]
                got = []

                def called(**named):
                    got.append(named)
                    function(**named)
                    return MODEL if function_name == "load" else []

                self._entrypoints[function_name] = called
                result = super()._call(function_name)
                runtime = self._runtime
                SEEN.runs.append(
                    {
                        "model": encode(self._model["name"]),
                        "call": function_name,
                        "arguments": encode(got[0]),
                        "device": encode(self._variables["model.runtime.device"]),
                        "maxSize": encode(self._batch_size),
                        "imageSize": encode(self._image_size),
                        "image": encode(runtime.get("image")),
                        "entrypoint": encode(runtime[function_name]["entrypoint"]),
                        "output": encode(runtime[function_name]["output"]["name"]),
                    }
                )
                return result

            def _check_predictions(self, images, predictions):
                pass

        return Checker


def session():
    from efemarai.session import Session

    made = Session.__new__(Session)
    made.token, made.url = "t", "http://localhost/"

    def request(method, endpoint, json=None, params=None, project_id=None, verbose=True):
        if json is not None:
            SEEN.requests.append([method.__name__, endpoint, encode(copy.deepcopy(json))])
        return {"id": "1", "transformations": []} if method.__name__ == "put" else []

    made._make_request = request
    made._upload = lambda *given, **named: SEEN.requests.append(["upload", given[1], encode(given[0])])
    return made


def create(given):
    """`Session.load`, which needs a project. A file without one uses a project that already exists on the server."""
    from efemarai.project import Project
    from efemarai.session import Session

    made = session()
    document = Session._load_config_file(given)
    if "project" not in document:
        project = Project(made, "1", "p", None, "Custom")
        made.create_project = lambda **named: project
        made._load_config_file = lambda name: {
            "project": {"name": "p"},
            **Session._load_config_file(name),
        }
    project = made.load(given, exists_ok=True)["project"]
    for test in document.get("tests", []):
        project.create_stress_test(**platform_sdk.known(test))
    for baseline in document.get("baselines", []):
        project.create_baseline(**platform_sdk.known(baseline))


def run(given, document):
    """Loads each domain, and calls load and predict of each model."""
    from efemarai.definition_checker import DefinitionChecker
    from efemarai.metamorph.domain_loader import DomainLoader

    for domain in document.get("domains", []):
        if "transformations" in domain:
            DomainLoader.load(copy.deepcopy(domain))
    if document.get("models"):
        before = set(sys.modules)
        try:
            if not DefinitionChecker().check(copy.deepcopy(document), given, check_runtime=True):
                raise AssertionError(Quiet.last)
        finally:
            for name in set(sys.modules) - before:
                del sys.modules[name]


def answer(question):
    """Runs all steps for one definition."""
    global SEEN
    from efemarai.definition_checker import DefinitionChecker

    SEEN = Seen()
    Quiet.last = ""
    given = question["given"]
    for path, text in question["files"].items():
        with open(path, "w", newline="") as file:
            file.write(text)
    found = {"step": None, "message": None, "document": None}
    step = "check"
    folder, path = os.getcwd(), list(sys.path)
    try:
        document = DefinitionChecker.load_definition(given)
        found["document"] = encode(document)
        if not DefinitionChecker().check(copy.deepcopy(document), given):
            raise AssertionError(Quiet.last)
        step = "create"
        create(given)
        step = "run"
        run(given, document)
    except (Exception, SystemExit) as error:
        text = Quiet.last if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"
        found.update(step=step, message=text[:300])
    finally:
        os.chdir(folder)
        sys.path[:] = path
        for name in question["files"]:
            os.remove(name)
    return {**found, "requests": SEEN.requests, "runs": SEEN.runs}


def aside(descriptor, mode):
    """A stream with a number that no definition uses: Python reads `url: 0` as a file descriptor and closes it."""
    moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD, 800)
    os.close(descriptor)
    return os.fdopen(moved, mode)


def main():
    os.chdir(sys.argv[1])
    prepare()
    questions, answers, errors = aside(0, "r"), aside(1, "w"), aside(2, "w")
    sys.stdin = sys.stdout = sys.stderr = None
    try:
        for line in questions:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                found = answer(json.loads(line))
            answers.write(json.dumps(found) + "\n")
        answers.flush()
    except Exception:
        traceback.print_exc(file=errors)
        raise


main()
