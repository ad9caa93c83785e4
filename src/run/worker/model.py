"""The model of a worker: imports its code, and calls `load` and `predict`."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from types import CellType, FunctionType
from typing import Any

from .datapoints import datapoint_maker
from .errors import describe
from .frames import TooLarge, frame
from .predictions import Encoder, InvalidPrediction

TAKES_ANY_POSITIONAL = 0x04  # inspect.CO_VARARGS
TAKES_ANY_KEYWORD = 0x08  # inspect.CO_VARKEYWORDS
EMPTY = CellType()

# The executor rejects larger results (worker/reply-limits.ts). They are detected here, so that a batch can be split.
MAX_ALL_DIGITS = 4_000_000
MAX_ALL_ERROR_TEXT = 4_000_000

Message = dict
Parts = list  # of a frame


class WrongModule(ImportError):
    """The imported module is not a file of the model's code."""


class Model:
    """Answers each of the messages `import`, `load` and `predict` with one frame."""

    def __init__(self) -> None:
        self.cancelled = False
        self._process = os.getpid()
        self._folder = os.getcwd()
        self._functions: dict[str, Callable[..., Any]] = {}
        self._device: dict[Callable[..., Any], str] = {}  # of functions with a parameter `device`
        self._handle: Any = None
        self._loop: Any = None
        signal.signal(signal.SIGINT, self._cancel)

    def import_code(self, message: Message) -> Parts:
        """Imports a module and finds the `load` or `predict` function in it."""

        def work() -> None:
            if not self._functions:
                sys.path.insert(0, self._folder)
                sys.argv[:] = [""]
            function = self._function(message["module"], message["function"])
            self._functions[message["call"]] = function
            if _accepts(function, "device"):
                self._device[function] = message["device"]

        return self._answer(work, lambda _: frame({"type": "imported"}))

    def load(self, message: Message) -> Parts:
        """Calls the `load` function once and keeps its return value."""

        def work() -> None:
            self._make_datapoint = datapoint_maker()
            self._predict_arguments = message["predict"]
            self._keys = message["keys"]
            self._rules = message["rules"]
            self._handle = self._call("load", message["arguments"], ())

        return self._answer(work, lambda _: frame({"type": "ready"}))

    def predict(self, message: Message) -> Parts:
        """Calls the `predict` function with one batch."""

        def work() -> Any:
            references = message["datapoints"]
            if "arrays" in message:
                from .incoming import insert_arrays

                insert_arrays(references, message["arrays"], message["body"])
            datapoints = [self._make_datapoint(reference) for reference in references]
            return _checked(self._call("predict", self._predict_arguments, datapoints), len(datapoints))

        return self._answer(work, self._result)

    def _answer(self, work: Callable[[], Any], reply: Callable[[Any], Parts]) -> Parts:
        try:
            return reply(work())
        except BaseException as error:  # noqa: BLE001 (sys.exit() and Ctrl-C must end only the call, not the worker)
            self._exit_if_forked()
            return frame({"type": "error", "error": describe(error)})

    def _call(self, name: str, arguments: list[Any], datapoints: Sequence[Any]) -> Any:
        function = self._functions[name]
        keywords = {_keyword(function, argument): self._value(value, datapoints) for argument, value in arguments}
        if function in self._device:
            keywords.setdefault("device", self._device[function])
        result = function(**keywords)
        if isinstance(result, Coroutine):
            result = self._wait(result)
        self._exit_if_forked()
        return result

    def _value(self, value: list[Any], datapoints: Sequence[Any]) -> Any:
        """Converts an argument. Each value carries its kind, so that text cannot be mistaken for a reference."""
        kind = value[0]
        if kind == "value":
            return value[1]
        if kind == "list":
            return [self._value(entry, datapoints) for entry in value[1]]
        if kind == "map":
            return {name: self._value(entry, datapoints) for name, entry in value[1]}
        if kind == "handle":
            return self._handle
        if kind == "datapoints":
            return datapoints
        images = [datapoint["image"] for datapoint in datapoints]
        return images if kind == "images" else images[0]

    def _wait(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Runs a coroutine in the only event loop of this process."""
        import asyncio

        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        return self._loop.run_until_complete(coroutine)

    def _result(self, predictions: Sequence[Any]) -> Parts:
        encoder = Encoder()
        items: list[Any] = []
        errors: list[tuple[int, dict[str, str]]] = []
        for index, prediction in enumerate(predictions):
            try:
                items.append(encoder.item(prediction, self._keys, self._rules, index))
            except Exception as error:
                if self.cancelled:
                    raise
                items.append(None)
                errors.append((index, describe(error)))
        digits = sum(len(text) for _, text in encoder.numbers)
        text = sum(len(text) for _, described in errors for text in described.values())
        for content, size, limit in (
            ("digits of large integers", digits, MAX_ALL_DIGITS),
            ("characters of errors", text, MAX_ALL_ERROR_TEXT),
        ):
            if size > limit:
                raise TooLarge(f"`predict` returned {size:,} {content} for one batch; the limit is {limit:,}")
        header = {"type": "result", "items": items, "numbers": encoder.numbers, "errors": errors}
        return frame(header, encoder.arrays)

    def _function(self, module: str, function: str) -> Callable[..., Any]:
        imported = importlib.import_module(module)
        self._exit_if_forked()
        origin = getattr(imported, "__file__", None)
        base = os.path.join(self._folder, *module.split("."))
        if origin is None or os.path.realpath(origin) not in (
            os.path.realpath(f"{base}.py"),
            os.path.realpath(os.path.join(base, "__init__.py")),
        ):
            other = origin or "a built-in module"
            raise WrongModule(f"`{module}` imports {other} instead of the model's code; rename the module")
        if not hasattr(imported, function):
            function = _normal(function)
        if not hasattr(imported, function):
            raise AttributeError(f"`{function}` does not exist in `{module}`")
        found = getattr(imported, function)
        if not callable(found):
            raise TypeError(f"`{function}` in `{module}` is not a function")
        return found

    def _exit_if_forked(self) -> None:
        """Exits if this is a process that the user's code forked, because only the worker may answer."""
        if os.getpid() != self._process:
            os._exit(0)

    def _cancel(self, _number: int, _frame: Any) -> None:
        self.cancelled = True
        raise KeyboardInterrupt


def _normal(name: str) -> str:
    """A name as Python normalizes it in source code."""
    if name.isascii():
        return name
    import unicodedata

    return unicodedata.normalize("NFKC", name)


def _keyword(function: Callable[..., Any], name: str) -> str:
    """The parameter name of an input. The name is not changed if `**options` receives it."""
    normal = _normal(name)
    if normal == name:
        return name
    import inspect

    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return name
    return normal if normal in parameters else name


def _wrapped(function: FunctionType) -> Callable[..., Any] | None:
    """The function that a decorator's `wrapper(*args, **options)` calls, if it does not use `functools.wraps`."""
    code = function.__code__
    takes_any = code.co_flags & TAKES_ANY_KEYWORD and code.co_flags & TAKES_ANY_POSITIONAL
    if not takes_any or code.co_argcount + code.co_kwonlyargcount > 0 or hasattr(function, "__wrapped__"):
        return None
    cells = [cell.cell_contents for cell in function.__closure__ or () if cell != EMPTY]
    found = [each for each in cells if isinstance(each, (FunctionType, type))]
    return found[0] if len(found) == 1 else None


def _accepts(function: Callable[..., Any], name: str) -> bool:
    wrapped = _wrapped(function) if isinstance(function, FunctionType) else None
    if wrapped is not None:
        return _accepts(wrapped, name)
    if isinstance(function, FunctionType) and not hasattr(function, "__wrapped__"):  # avoids importing inspect
        code = function.__code__
        named = code.co_varnames[code.co_posonlyargcount : code.co_argcount + code.co_kwonlyargcount]
        return name in named or bool(code.co_flags & TAKES_ANY_KEYWORD)
    import inspect

    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False
    found = parameters.get(name)
    if found is not None:
        return found.kind in (found.POSITIONAL_OR_KEYWORD, found.KEYWORD_ONLY)
    return any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())


def _checked(result: Any, expected: int) -> Sequence[Any]:
    if not isinstance(result, (list, tuple)):
        kind = "None" if result is None else type(result).__name__
        raise InvalidPrediction(f"`predict` must return a list with one prediction per datapoint, but returned {kind}")
    if len(result) != expected:
        counts = f"expected {expected}, but got {len(result)}"
        raise InvalidPrediction(f"`predict` must return one prediction per datapoint: {counts}")
    return result
