"""Runs definitions with the platform's SDK and reports the step at which each stops.

Run it with `efemarai==0.4.1` and `smart_open<7`, for COCO also with `pycocotools` and `tqdm`; no server is used. Standard input is
a JSON list of cases: the files of a folder by path, one of them the definition, and the environment variables. Standard
output is a list with the step at which each stops: `check` (the SDK's checker), `create` (the calls that create things on the
server), `run` (the check that runs the code), or `works`.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import types


def prepare():
    """Imports the SDK without the modules that only operators and a server need."""
    package = os.path.join(next(path for path in sys.path if os.path.isdir(os.path.join(path, "efemarai"))), "efemarai")
    for name, path in (("metamorph", "metamorph"), ("metamorph.vision", "metamorph/vision")):
        module = types.ModuleType(f"efemarai.{name}")
        module.__path__ = [os.path.join(package, path)]
        sys.modules[f"efemarai.{name}"] = module
    registry = types.ModuleType("efemarai.metamorph.operators_registry")
    registry.METAMORPHS = {}
    sys.modules[registry.__name__] = registry
    # The domains of the SDK need the operators at import.
    sys.modules["efemarai.domains"] = types.ModuleType("efemarai.domains")
    vision = types.ModuleType("efemarai.metamorph.vision.vision_metamorphs")
    vision.ChooseImage = object
    sys.modules[vision.__name__] = vision
    import efemarai.metamorph.domain  # noqa: F401
    from efemarai import runtime_checker

    runtime_checker.gpu_available = lambda: True


def known(run):
    """A test or baseline with everything that it names, as if the server had it."""
    names = ("model", "domain", "dataset")
    return {k: types.SimpleNamespace(id=v) if k in names and isinstance(v, str) else v for k, v in run.items()}


def session(seen):
    """A session that records in `seen` what would be sent to the server."""
    from efemarai.session import Session

    made = Session.__new__(Session)
    made.token, made.url = "t", "http://localhost/"

    def request(method, endpoint, json=None, params=None, project_id=None, verbose=True):
        # `requests` also fails for values that are not JSON.
        __import__("json").dumps(json)
        seen.append((endpoint, json))
        if method.__name__ == "get" and endpoint.startswith("api/dataset/"):
            return {"name": "d", "format": "Custom", "stage": "test", "states": [{"name": "Finished"}], "classes": []}
        return {"id": "1", "transformations": []} if method.__name__ == "put" else []

    made._make_request = request
    made._upload = upload(seen)
    return made


def upload(seen):
    def noted(from_url, endpoint, *_, **__):
        if not os.path.isdir(from_url):
            os.path.getsize(from_url)
        seen.append(("upload", (from_url, endpoint)))

    return noted


def create(name, definition, seen, is_project):
    """Creates everything in a definition, as `project create` does or, without a project, as the other commands do."""
    made = session(seen)
    if is_project:
        project = made.load(name, exists_ok=True)["project"]
    else:
        project = made.create_project("p")
        loaded = made._load_config_file(name)
        for model in loaded.get("models", []):
            if model["name"] != "${model.name}":
                project.create_model(**model)
        for dataset in loaded.get("datasets", []):
            project.create_dataset(**dataset)
        for domain in loaded.get("domains", []):
            project.create_domain(**domain)
    for test in definition.get("tests", []):
        project.create_stress_test(**known(test))
    for baseline in definition.get("baselines", []):
        project.create_baseline(**known(baseline))


def run(name, definition, seen):
    """Loads the domains and runs the models. Returns whether both work."""
    from efemarai.definition_checker import DefinitionChecker
    from efemarai.metamorph.domain_loader import DomainLoader

    for domain in definition.get("domains", []):
        made = DomainLoader.load(domain)
        seen.append(json.dumps(vars(made), default=str, sort_keys=True) if hasattr(made, "__dict__") else "")
    sys.path[:] = [path for path in sys.path if not path.startswith(tempfile.gettempdir() + "/tmp")]
    return not definition.get("models") or DefinitionChecker().check_from_file(name, check_runtime=True)


def whole_way(name, seen, is_project=None):
    """
    The step at which the definition `name` of the working directory stops; what is sent and called is recorded in `seen`. `is_project` says
    whether it is created as a project; by default it is when it has one.
    """
    from efemarai.definition_checker import DefinitionChecker

    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        try:
            if not DefinitionChecker().check_from_file(name):
                return "check"
            load = DefinitionChecker.load_definition
            definition = load(name)
        except Exception:
            return "check"
        try:
            create(name, definition, seen, "project" in definition if is_project is None else is_project)
        except Exception:
            return "create"
        try:
            if not run(name, load(name), seen):
                return "run"
        except Exception:
            return "run"
    return "works"


def clone(code):
    """A Git repository with the files of a folder: a first commit without one of the files, and a second with all of them."""
    folder = tempfile.mkdtemp()
    # With the same names and dates, the commits have the same hashes everywhere.
    who = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER") for what, value in WHO.items()}
    environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def git(*args):
        subprocess.run(["git", "-C", folder, *args], check=True, env=environment, capture_output=True)

    git("init", "-q", "-b", "main")
    git("commit", "-q", "--allow-empty", "-m", "first")
    subprocess.run(["cp", "-R", f"{code}/.", folder], check=True)
    git("add", "-A")
    git("commit", "-q", "-m", "second")
    return folder


WHO = {"NAME": "a", "EMAIL": "a@example.com", "DATE": "2020-01-01T00:00:00Z"}


def answer(case):
    import git
    from efemarai.model import ModelRepository

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for path, text in case["files"].items():
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "w", newline="", encoding="utf-8") as file:
                file.write(text)
        # Every URL is redirected to the folder `remote`.
        original = git.Repo.clone_from
        if os.path.isdir("remote"):
            remote = clone("remote")
            git.Repo.clone_from = lambda url, to, **options: original(f"file://{remote}", to, **options)
        last, ModelRepository.get_last_commit = ModelRepository.get_last_commit, lambda *_: "a" * 40
        before, modules = dict(os.environ), set(sys.modules)
        os.environ.update(case.get("environment", {}))
        try:
            return whole_way(case["definition"], [])
        finally:
            git.Repo.clone_from, ModelRepository.get_last_commit = original, last
            os.environ.clear()
            os.environ.update(before)
            for name in set(sys.modules) - modules:
                if not name.startswith(("efemarai", "numpy", "PIL", "cv2", "pycocotools", "tqdm", "matplotlib")):
                    del sys.modules[name]
            os.chdir("/")


if __name__ == "__main__":
    # The SDK's console writes from other threads.
    with os.fdopen(os.dup(1), "w") as output:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        prepare()
        json.dump([answer(case) for case in json.load(sys.stdin)], output)
