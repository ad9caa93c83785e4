"""What `predict` gets for each datapoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Callable

IMAGE_SUFFIXES = (
    *(".avif", ".bmp", ".gif", ".heic", ".heif", ".ico", ".jp2", ".jpeg", ".jpg"),
    *(".pbm", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"),
)
PATH_INPUTS = ("image", "file", "path")


class Datapoint(Mapping):
    """One datapoint: a mapping from the names of its inputs to their values."""

    __slots__ = ("_inputs", "id", "index", "path")

    def __init__(self, index: int, id: str, path: str | None, inputs: dict[str, Any]) -> None:
        self.index = index
        self.id = id
        self.path = path
        self._inputs = inputs

    def __getitem__(self, name: str) -> Any:
        return self._inputs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._inputs)

    def __len__(self) -> int:
        return len(self._inputs)

    def __repr__(self) -> str:
        return f"Datapoint(id={self.id!r}, index={self.index}, inputs={self._inputs!r})"

    def get_input(self, name: str) -> Any:
        """The input of that name, None when there is none."""
        return self._inputs.get(name)

    def get_inputs_with_type(self, wanted: type | tuple[type, ...]) -> list[Any]:
        """The inputs that are instances of a type."""
        return [value for value in self._inputs.values() if isinstance(value, wanted)]


Reference = list  # [index, id, path or None, inputs or None]: how a datapoint travels


def datapoint_maker() -> Callable[[Reference], Any]:
    """The function that makes a datapoint of what the other side sends."""
    return _make


def _make(reference: Reference) -> Datapoint:
    index, id, path, inputs = reference
    if path is not None:
        return Datapoint(index, id, path, {input_name(path): path})
    named = next((inputs[name] for name in PATH_INPUTS if isinstance(inputs.get(name), str)), None)
    return Datapoint(index, id, named, inputs)


def input_name(path: str) -> str:
    """The name under which a file is an input: by its suffix."""
    return "image" if path.lower().endswith(IMAGE_SUFFIXES) else "file"
