"""The datapoint objects that `predict` receives."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

IMAGE_SUFFIXES = (
    *(".avif", ".bmp", ".gif", ".heic", ".heif", ".ico", ".jp2", ".jpeg", ".jpg"),
    *(".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"),
)
PATH_INPUTS = ("image", "file", "path")


class Datapoint(Mapping):
    """One datapoint: a mapping from the names of its inputs to their values."""

    __slots__ = ("_inputs", "_path", "id", "index")

    def __init__(self, index: int, id: str, path: str | None, inputs: dict[str, Any] | None) -> None:
        self.index = index
        self.id = id
        self._path = path
        self._inputs = {input_name(path): path} if inputs is None else inputs

    @property
    def path(self) -> str | None:
        """The path of the file. For named values, the first of the inputs `image`, `file` and `path`."""
        if self._path is not None:
            return self._path
        return next((value for value in map(self.get_input, PATH_INPUTS) if isinstance(value, str)), None)

    def __getitem__(self, name: str) -> Any:
        return self._inputs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._inputs)

    def __len__(self) -> int:
        return len(self._inputs)

    def __repr__(self) -> str:
        return f"Datapoint(id={self.id!r}, index={self.index}, inputs={self._inputs!r})"

    def get_input(self, name: str) -> Any:
        """The input with a name, or None."""
        return self._inputs.get(name)

    def get_inputs_with_type(self, wanted: type | tuple[type, ...]) -> list[Any]:
        """The inputs that are instances of a type."""
        return [value for value in self._inputs.values() if isinstance(value, wanted)]


def input_name(path: str) -> str:
    """The input name of a file, which depends on its suffix."""
    return "image" if path.lower().endswith(IMAGE_SUFFIXES) else "file"


def datapoint_maker() -> Callable[[list[Any]], Any]:
    """The function that makes a datapoint from its index, its id, and its path or inputs."""
    package = _efemarai()
    if package is None:
        return lambda reference: Datapoint(*reference)
    kind = _efemarai_datapoint(package)
    return lambda reference: kind(Datapoint(*reference))


def _efemarai() -> Any:
    """The package `efemarai`, if it can be imported. The model's code may expect its datapoints."""
    try:
        return importlib.import_module("efemarai")
    except Exception as error:  # noqa: BLE001 (the model may not need the package)
        if not (isinstance(error, ModuleNotFoundError) and error.name == "efemarai"):
            print(f"efemarai is installed but cannot be imported ({error}); it is not used", file=sys.stderr)
        return None


def _efemarai_datapoint(package: Any) -> Any:
    class EfemaraiDatapoint(package.Datapoint):
        """A datapoint of `efemarai`, whose inputs are field objects. `[]` still returns plain values."""

        def __init__(self, plain: Datapoint) -> None:
            fields = {name: _field(package, name, value) for name, value in plain.items()}
            known = {name: field for name, field in fields.items() if field is not None}
            super().__init__(None, inputs=known, id=plain.id)
            self.index = plain.index
            self.path = plain.path
            self._plain = plain

        def __getitem__(self, name: str) -> Any:
            return self._plain[name]

        def __iter__(self) -> Iterator[str]:
            return iter(self._plain)

        def __len__(self) -> int:
            return len(self._plain)

    return EfemaraiDatapoint


def _field(package: Any, name: str, value: Any) -> Any:
    if isinstance(value, str):
        return package.Image(file_path=value) if name == "image" else package.Text(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return package.Value(value)
    return None
