"""Converts the return value of `predict` to JSON and raw arrays."""

from __future__ import annotations

import math
import os
import struct
import sys
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from .arrays import is_array, is_masked, raw_array
from .frames import RawArray

MAX_DEPTH = 100
MAX_DIMENSIONS = 64
MAX_DIGITS = 4000
MAX_BITS = 13_288  # of an integer with MAX_DIGITS digits
SAFE_INTEGER = 2**53 - 1  # larger integers are not exact in JavaScript
PACKED = 64  # longer lists of numbers are sent as arrays, which is many times faster
RAGGED = 2**16  # lists of lists with different lengths are split into arrays only from this size
PLAIN = frozenset((str, bool, type(None)))
LISTS = frozenset((list, tuple))
NUMBERS = frozenset((int, float))
# Values of types in these modules are converted to text.
TEXT_MODULES = frozenset(("bson.objectid", "datetime", "decimal", "fractions", "ipaddress", "uuid"))

Path = tuple  # names and positions


class InvalidPrediction(Exception):
    """A prediction does not match its declaration or cannot be converted."""


class Encoder:
    """Converts values to JSON. Values that JSON cannot represent are replaced with null and stored with their paths.

    The paths are separate from the values, so that no value can be mistaken for one of them.
    """

    def __init__(self) -> None:
        self.arrays: list[RawArray] = []
        self.numbers: list[tuple[Path, str]] = []

    def item(self, value: Any, keys: Sequence[str], rules: Sequence[str], index: int) -> Any:
        """Converts one prediction of a batch: a mapping with the declared keys, some of which have rules."""
        start = (len(self.arrays), len(self.numbers))
        try:
            fields = _with_keys(value, keys)
            if rules:
                _check_rules(fields, rules)
            return self._plain(fields, (index,))
        except BaseException:
            del self.arrays[start[0] :], self.numbers[start[1] :]
            raise

    def _plain(self, value: Any, path: Path) -> Any:
        kind = type(value)
        if kind in PLAIN:
            return value
        if kind is int:
            return value if -SAFE_INTEGER <= value <= SAFE_INTEGER else self._aside(path, _digits(value, path))
        if kind is float:
            return value if math.isfinite(value) else self._aside(path, _not_finite(value))
        if len(path) > MAX_DEPTH:
            raise InvalidPrediction(f"the prediction is nested more than {MAX_DEPTH} levels deep, or contains itself")
        if kind in LISTS:
            flat, shape = _flattened(value)
            packed = None if shape is None or len(flat) < PACKED else _packed(flat)
            if packed is not None:
                self.arrays.append(RawArray(path, packed[0], shape, packed[1], is_list=True))
                return None
            if (shape is not None or len(flat) < RAGGED) and _is_plain(flat):
                return value
            return [self._plain(entry, (*path, position)) for position, entry in enumerate(value)]
        if kind is dict:
            plain = {}
            for key, entry in value.items():
                name = key if type(key) is str else _key(key, path)
                plain[name] = entry if _is_simple(entry) else self._plain(entry, (*path, name))
            if len(plain) < len(value):
                key = _repeated(value, path)
                raise InvalidPrediction(f"{_place(path)} has several keys that become {key!r} as text")
            return plain
        return self._special(value, path)

    def _special(self, value: Any, path: Path) -> Any:
        if is_array(value):
            return self._array(value, path)
        enum = sys.modules.get("enum")
        if enum is not None and isinstance(value, enum.Enum):
            return self._plain(value.value, path)
        for base in (str, int, float):
            if isinstance(value, base):
                return self._plain(base.__str__(value) if base is str else base(value), path)
        if isinstance(value, Mapping):
            return self._plain(dict(value), path)
        if isinstance(value, os.PathLike):
            return self._plain(os.fspath(value), path)
        if _is_text(value):
            return str(value)
        if callable(getattr(value, "tolist", None)):
            return self._plain(value.tolist(), path)
        if callable(getattr(value, "toarray", None)):
            raise InvalidPrediction(f"{_place(path)} is a sparse array; return the result of its `toarray()`")
        fields = _fields(value)
        if fields is not None:
            return self._plain(fields, path)
        if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
            return self._plain(list(value), path)
        raise InvalidPrediction(f"{_place(path)} is {_describe(value)}, which cannot be converted to JSON")

    def _array(self, value: Any, path: Path) -> Any:
        if getattr(value, "shape", None) == () and callable(getattr(value, "item", None)) and not is_masked(value):
            element = value.item()
            if type(element) is not type(value):
                return self._plain(element, path)
            # `item()` of a `long double` returns the same type.
            if value.dtype.kind != "f":
                raise InvalidPrediction(f"{_place(path)} is {_describe(value)}, which cannot be converted to JSON")
            return self._plain(float(value), path)
        raw = raw_array(value)
        if raw is None:
            if not callable(getattr(value, "tolist", None)):
                raise InvalidPrediction(f"{_place(path)} is an array whose element type cannot be sent")
            return self._plain(value.tolist(), path)
        if len(raw.shape) > MAX_DIMENSIONS:
            raise InvalidPrediction(f"{_place(path)} has {len(raw.shape):,} dimensions; the limit is {MAX_DIMENSIONS}")
        self.arrays.append(RawArray(path, *raw))
        return None

    def _aside(self, path: Path, text: str) -> None:
        self.numbers.append((path, text))


def _is_simple(value: Any) -> bool:
    """Quickly checks whether JSON can represent a scalar, which is true for most values."""
    kind = type(value)
    if kind is float:
        return value - value == 0  # neither NaN nor infinite
    return kind in PLAIN or (kind is int and -SAFE_INTEGER <= value <= SAFE_INTEGER)


def _flattened(values: Sequence[Any]) -> tuple[Sequence[Any], list[int] | None]:
    """The items of nested lists, up to five levels, and their shape; no shape if the lengths differ."""
    shape: list[int] | None = [len(values)]
    for _ in range(4):
        kinds = set(map(type, values))
        if not kinds or not kinds <= LISTS:
            break
        lengths = set(map(len, values))
        shape = None if shape is None or len(lengths) > 1 else [*shape, lengths.pop()]
        values = list(chain.from_iterable(values))
    return values, shape


def _is_plain(values: Sequence[Any]) -> bool:
    """Whether JSON can represent all elements of a list, checked without a Python loop."""
    kinds = set(map(type, values))
    if kinds == {float}:
        return math.isfinite(sum(values))
    if kinds == {int}:
        return min(values) >= -SAFE_INTEGER and max(values) <= SAFE_INTEGER
    return kinds <= PLAIN


def _packed(values: Sequence[Any]) -> tuple[str, memoryview] | None:
    """Packs numbers or booleans into an array, with its type; None if a value would change."""
    kinds = set(map(type, values))
    if kinds == {bool}:
        return "BOOL", memoryview(bytes(values))
    if not kinds <= NUMBERS:
        return None
    integers = values if kinds == {int} else [value for value in values if type(value) is int]
    if integers and (min(integers) < -SAFE_INTEGER or max(integers) > SAFE_INTEGER):
        return None
    return "FP64", memoryview(struct.pack(f"={len(values)}d", *values))


def _digits(value: int, path: Path) -> str:
    """An integer as text. For long integers, `str` takes quadratic time or fails, depending on the Python version."""
    text = str(value) if value.bit_length() <= MAX_BITS else ""
    if not 0 < len(text.lstrip("-")) <= MAX_DIGITS:
        raise InvalidPrediction(f"{_place(path)} is an integer with more than {MAX_DIGITS:,} digits")
    return text


def _with_keys(value: Any, keys: Sequence[str]) -> Any:
    """The prediction with the declared keys. Raises `InvalidPrediction` if it does not have them."""
    if not keys or (type(value) is dict and all(map(value.__contains__, keys))):
        return value
    fields = value if isinstance(value, (dict, Mapping)) else _fields(value)
    if fields is None and isinstance(value, (list, tuple)):
        fields = _by_key_name(value, keys)
    if fields is None:
        raise InvalidPrediction(f"expected a mapping with the keys {_names(keys)}, but got {_describe(value)}")
    missing = [key for key in keys if key not in fields]
    if missing:
        found = f"it has {_names(list(fields))}" if fields else "it is empty"
        raise InvalidPrediction(f"the declared key{_plural(missing)} {_names(missing)} {_is(missing)} missing; {found}")
    return fields


def _check_rules(fields: Mapping[str, Any], rules: Sequence[str]) -> None:
    from .rules import BrokenRule, check_rules

    try:
        check_rules(fields, rules)
    except BrokenRule as broken:
        raise InvalidPrediction(str(broken)) from None


def _fields(value: Any) -> dict[str, Any] | None:
    """The fields of a dataclass, a named tuple, an attrs or msgspec class, or any plain object."""
    if isinstance(value, type) or callable(value):
        return None
    names = _field_names(type(value))
    if names is not None:
        return {name: getattr(value, name) for name in names if hasattr(value, name)}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return dict(zip(value._fields, value))
    if isinstance(value, (str, int, float, Sequence, set, frozenset, BaseException, type(sys))):
        return None
    attributes = getattr(value, "__dict__", None)
    if attributes is None:
        return None
    public = {name: entry for name, entry in attributes.items() if not name.startswith("_")}
    return public if public or not attributes else None


def _field_names(kind: type) -> Sequence[str] | None:
    """The field names that a class declares, if it is a dataclass, an attrs class or a msgspec struct."""
    if hasattr(kind, "__dataclass_fields__"):
        return [field.name for field in sys.modules["dataclasses"].fields(kind)]
    if hasattr(kind, "__attrs_attrs__"):
        return [field.name for field in kind.__attrs_attrs__]
    return getattr(kind, "__struct_fields__", None)


def _is_text(value: Any) -> bool:
    return any(kind.__module__ in TEXT_MODULES for kind in type(value).__mro__)


def _by_key_name(values: Sequence[Any], keys: Sequence[str]) -> dict[str, Any] | None:
    """Groups field objects, each with a `key_name`, into one list per key."""
    grouped: dict[str, Any] = {key: [] for key in keys}
    for value in values:
        name = getattr(value, "key_name", None)
        if not isinstance(name, str):
            return None
        grouped.setdefault(name, []).append(value)
    return grouped


def _key(key: Any, path: Path) -> str:
    enum = sys.modules.get("enum")
    if enum is not None and isinstance(key, enum.Enum):
        return _key(key.value, path)
    if isinstance(key, str):
        return str.__str__(key)
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    if isinstance(key, (int, float)):
        return str(key)
    if callable(getattr(key, "item", None)):
        return _key(key.item(), path)
    if isinstance(key, os.PathLike):
        return _key(os.fspath(key), path)
    if _is_text(key):
        return str(key)
    raise InvalidPrediction(f"{_place(path)} has a key that is {_article(type(key).__name__)}; keys must be text")


def _repeated(value: dict[Any, Any], path: Path) -> str:
    """The first text to which more than one key is converted."""
    seen = set()
    for key in value:
        name = _key(key, path)
        if name in seen:
            return name[:100]
        seen.add(name)
    return ""


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _place(path: Path) -> str:
    return "the prediction" + "".join(f"[{part!r}]" for part in path[1:])


def _describe(value: Any) -> str:
    return "None" if value is None else _article(type(value).__name__)


def _article(name: str) -> str:
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _names(names: Sequence[Any]) -> str:
    shown = ", ".join(str(name)[:100] for name in list(names)[:8])
    return shown if len(names) <= 8 else f"{shown} and {len(names) - 8} more"


def _plural(names: Sequence[Any]) -> str:
    return "s" if len(names) > 1 else ""


def _is(names: Sequence[Any]) -> str:
    return "are" if len(names) > 1 else "is"
