"""Inserts the arrays of a message into the inputs of datapoints."""

from __future__ import annotations

import importlib
import math
import struct
from collections.abc import Iterable, Sequence
from typing import Any

# NumPy names and `struct` formats, by names of the Open Inference Protocol.
NUMPY = {"BOOL": "bool", "FP16": "float16", "FP32": "float32", "FP64": "float64"}
NAMES = ("BOOL", "FP16", "FP32", "FP64", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64")
FORMATS = dict(zip(NAMES, "?efdbhiqBHIQ"))


def insert_arrays(root: list[Any], arrays: Iterable[dict[str, Any]], body: bytearray) -> None:
    """Inserts arrays at their paths."""
    numpy = _numpy()
    for array in arrays:
        dtype, shape, offset = array["dtype"], array["shape"], array["offset"]
        count = math.prod(shape)
        if numpy is None:
            made = _view(dtype, shape, memoryview(body)[offset:], count)
        else:
            kind = NUMPY.get(dtype) or dtype.lower()
            made = numpy.frombuffer(body, kind, count, offset).reshape(shape) if count else numpy.empty(shape, kind)
        _put(root, array["path"], made)


def _put(root: Any, path: Sequence[Any], value: Any) -> None:
    for part in path[:-1]:
        root = root[part]
    root[path[-1]] = value


def _numpy() -> Any:
    """NumPy, if it can be imported."""
    try:
        numpy = importlib.import_module("numpy")
    except Exception:  # noqa: BLE001 (the model may not need NumPy)
        return None
    return numpy if hasattr(numpy, "frombuffer") else None


def _view(dtype: str, shape: list[int], rest: memoryview, count: int) -> Any:
    """A view of the memory with the shape of the array; for an array without dimensions, its only element."""
    form = FORMATS[dtype]
    data = rest[: count * struct.calcsize(form)]
    if form == "e":  # not supported by memoryview
        data, form = memoryview(bytearray(struct.pack(f"{count}f", *struct.unpack(f"{count}e", data)))), "f"
    if not shape:
        return data.cast("B").cast(form)[0]
    return data.cast("B").cast(form, shape) if count else data.cast("B").cast(form)
