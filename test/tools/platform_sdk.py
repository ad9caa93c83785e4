"""What the scripts that ask the platform's SDK (`efemarai==0.4.1` with `smart_open<7`) share. No server is asked."""

import os
import sys
import types


def without_operators():
    """The operators of the platform need packages of their own, and no script here calls one."""
    package = os.path.join(next(path for path in sys.path if os.path.isdir(os.path.join(path, "efemarai"))), "efemarai")
    for name, path in (("metamorph", "metamorph"), ("metamorph.vision", "metamorph/vision")):
        module = types.ModuleType(f"efemarai.{name}")
        module.__path__ = [os.path.join(package, path)]
        sys.modules[f"efemarai.{name}"] = module
    registry = types.ModuleType("efemarai.metamorph.operators_registry")
    registry.METAMORPHS = {}
    sys.modules[registry.__name__] = registry
    # The domains that the SDK brings need the operators when they are imported.
    sys.modules["efemarai.domains"] = types.ModuleType("efemarai.domains")
    vision = types.ModuleType("efemarai.metamorph.vision.vision_metamorphs")
    vision.ChooseImage = object
    sys.modules[vision.__name__] = vision


def known(run):
    """A test or baseline with what it names, as if the server had it."""
    names = ("model", "domain", "dataset")
    return {k: types.SimpleNamespace(id=v) if k in names and isinstance(v, str) else v for k, v in run.items()}
