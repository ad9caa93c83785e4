"""Converts any kind of array to its element type, its shape and its bytes."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

# Names of the Open Inference Protocol, by the kind and the size in bytes of an element.
DTYPES = {
    "b1": "BOOL",
    "i1": "INT8",
    "i2": "INT16",
    "i4": "INT32",
    "i8": "INT64",
    "u1": "UINT8",
    "u2": "UINT16",
    "u4": "UINT32",
    "u8": "UINT64",
    "f2": "FP16",
    "f4": "FP32",
    "f8": "FP64",
}
KINDS = {**dict.fromkeys("?", "b"), **dict.fromkeys("bhilqn", "i"), **dict.fromkeys("BHILQN", "u")}
KINDS.update(dict.fromkeys("efd", "f"))


class Raw(NamedTuple):
    dtype: str
    shape: list[int]
    data: memoryview


def is_array(value: Any) -> bool:
    """Whether a value is an array of NumPy, PyTorch, the standard library or another library."""
    if isinstance(value, (bytes, bytearray, type)):
        return False
    if isinstance(value, memoryview) or type(value).__module__ == "array":
        return True
    return hasattr(value, "__array_interface__") or callable(getattr(value, "numpy", None))


def is_masked(value: Any) -> bool:
    """Whether an array of `numpy.ma` has masked elements, whose stored values are meaningless."""
    masked = sys.modules.get("numpy.ma")
    return masked is not None and isinstance(value, masked.MaskedArray) and bool(masked.getmaskarray(value).any())


def raw_array(value: Any) -> Raw | None:
    """The raw form of an array; None if its elements have no raw form (text, objects, dates)."""
    value = _in_memory(value)
    if is_masked(value):
        return None
    if str(getattr(value, "dtype", "")).endswith("bfloat16"):
        raw = _from_buffer(_in_memory(value.view(_int16_like(value))))
        return raw and raw._replace(dtype="BF16")
    return _from_buffer(value) or _from_interface(value)


def _in_memory(value: Any) -> Any:
    """The NumPy array of a tensor, without its gradient and in CPU memory."""
    if callable(getattr(value, "detach", None)):
        value = value.detach()
    if callable(getattr(value, "cpu", None)):
        value = value.cpu()
    for resolved in ("resolve_neg", "resolve_conj"):  # PyTorch negates or conjugates some views lazily
        if callable(getattr(value, resolved, None)):
            value = getattr(value, resolved)()
    dtype = str(getattr(value, "dtype", ""))
    if dtype.endswith("bfloat16"):
        return value  # NumPy has no such type
    if dtype.startswith("torch.float8"):
        value = value.float()
    return value.numpy() if callable(getattr(value, "numpy", None)) else value


def _int16_like(value: Any) -> Any:
    torch = sys.modules.get(type(value).__module__.partition(".")[0])
    return getattr(torch, "int16", "int16")


def _from_buffer(value: Any) -> Raw | None:
    try:
        view = memoryview(value)
    except (TypeError, ValueError, BufferError):
        return None
    if view.format == "g":
        return _from_buffer(value.astype("float64"))  # `long double`, which JavaScript does not have
    dtype = DTYPES.get(f"{KINDS.get(view.format.lstrip('@=<'))}{view.itemsize}")
    if dtype is None:
        return _from_buffer(_native(value)) if view.format.startswith(">") else None
    flat = view.nbytes > 0 and view.ndim > 0 and view.c_contiguous
    return Raw(dtype, list(view.shape), view.cast("B") if flat else memoryview(view.tobytes()))


def _native(value: Any) -> Any:
    """A NumPy array in the byte order of this machine."""
    return value.astype(value.dtype.newbyteorder("=")) if hasattr(value, "dtype") else None


def _from_interface(value: Any) -> Raw | None:
    """Reads the `__array_interface__` of an object without a buffer."""
    interface = getattr(value, "__array_interface__", None)
    if interface is None:
        return None
    typestr = interface["typestr"]
    dtype = DTYPES.get(typestr[1:])
    if dtype is None or typestr[0] == ">":
        return None
    shape = list(interface["shape"])
    size = nbytes = int(typestr[2:])
    for length in shape:
        nbytes *= length
    strides, data = interface.get("strides"), interface.get("data")
    if data is None or (strides is not None and list(strides) != _row_major(shape, size)):
        return None
    if isinstance(data, tuple):
        import ctypes

        return Raw(dtype, shape, memoryview(ctypes.string_at(data[0], nbytes) if nbytes else b""))
    start = interface.get("offset", 0)
    content = memoryview(data).cast("B")[start : start + nbytes]
    return Raw(dtype, shape, content) if content.nbytes == nbytes else None


def _row_major(shape: list[int], size: int) -> list[int]:
    strides = []
    for length in reversed(shape):
        strides.append(size)
        size *= length
    return strides[::-1]
