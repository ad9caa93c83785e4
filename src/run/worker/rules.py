"""The rules of the definition format for the values of known keys. Arrays are not converted to lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from .arrays import is_array

LISTS = frozenset((list, tuple))
NUMBERS = frozenset((int, float, bool))
PLAIN_NUMBERS = frozenset((int, float))
KINDS = {"e": "float16", "f": "float32", "d": "float64", "?": "bool"}
MAX_SHOWN = 80


class BrokenRule(Exception):
    """A value of a known key violates the rules of the definition format."""


def check_rules(fields: Mapping[str, Any], keys: Iterable[str]) -> None:
    """Checks the known keys. Raises `BrokenRule` with the expected and the actual value."""
    counted = {key: RULES[key](key, fields[key]) for key in keys if key in RULES}
    classes = counted.get("classes")
    for key in ("boxes", "bbox", "masks"):
        count = counted.get(key)
        if classes is not None and count is not None and classes != count:
            raise BrokenRule(f"expected one class for each of the {count} {key}, but got {classes} classes")


def _boxes(key: str, value: Any) -> int | None:
    what = "four numbers: x1, y1, x2, y2"
    shape = _shape(value)
    if shape is not None:
        if shape[0] == 0:
            return 0
        if len(shape) != 2 or shape[1] != 4:
            raise _broken(key, f"an array of shape [boxes, 4]: {what}", _of_shape(shape))
        if _are_ordered(value):
            return shape[0]
        value = value.tolist()
    boxes = _list(key, value, "a list of boxes")
    if not _are_plain(boxes, 4):
        for index, box in enumerate(boxes):
            if _is_field(box):
                return len(boxes)  # field objects have their own structure
            numbers = box if type(box) in LISTS else _listed(box)
            if numbers is None or len(numbers) != 4 or not all(map(_is_number, numbers)):
                raise _broken(f"{key}[{index}]", what, _shown(box))
        boxes = [box if type(box) in LISTS else _listed(box) for box in boxes]
    for index, (x1, y1, x2, y2) in enumerate(boxes):
        if not (x1 < x2 and y1 < y2):
            raise _broken(f"{key}[{index}]", "x1 < x2 and y1 < y2", _shown(boxes[index]))
    return len(boxes)


def _classes(key: str, value: Any) -> int | None:
    shape = _shape(value)
    if shape is not None:
        kind = str(getattr(value, "dtype", None) or KINDS.get(_letter(value), "int")).rpartition(".")[2]
        if len(shape) != 1 or not kind.startswith(("int", "uint")):
            raise _broken(key, "whole numbers in one dimension", f"{_of_shape(shape)} of {kind}")
        return shape[0]
    classes = _list(key, value, "a list of whole numbers")
    if not set(map(type, classes)) <= {int}:
        for index, each in enumerate(classes):
            if _is_field(each):
                return len(classes)
            if not hasattr(each, "__index__"):
                raise _broken(f"{key}[{index}]", "a whole number", _shown(each))
    return len(classes)


def _numbers(key: str, value: Any) -> int | None:
    shape = _shape(value)
    if shape is not None:
        if len(shape) != 1:
            raise _broken(key, "numbers in one dimension", _of_shape(shape))
        return shape[0]
    numbers = _list(key, value, "a list of numbers")
    if not set(map(type, numbers)) <= PLAIN_NUMBERS:
        for index, each in enumerate(numbers):
            if _is_field(each):
                return len(numbers)
            if not _is_number(each):
                raise _broken(f"{key}[{index}]", "a number", _shown(each))
    return len(numbers)


def _masks(key: str, value: Any) -> int | None:
    shape = _shape(value)
    if shape is not None:
        if shape[0] == 0:
            return 0
        if len(shape) != 3:
            raise _broken(key, "an array of shape [masks, height, width]", _of_shape(shape))
        _within(key, value)
        return shape[0]
    masks = _list(key, value, "a list of masks")
    for index, mask in enumerate(masks):
        if _is_field(mask):
            return len(masks)
        place = f"{key}[{index}]"
        shape = _shape(mask)
        if shape is None:
            _plain_mask(place, mask)
        elif len(shape) != 2:
            raise _broken(place, "two dimensions", _of_shape(shape))
        else:
            _within(place, mask)
    return len(masks)


def _plain_mask(place: str, mask: Any) -> None:
    if type(mask) not in LISTS or not all(type(row) in LISTS for row in mask):
        raise _broken(place, "rows of numbers", _shown(mask))
    if len(set(map(len, mask))) > 1:
        raise _broken(place, "rows of the same length", f"rows of {min(map(len, mask))} to {max(map(len, mask))}")
    if not set(map(type, chain.from_iterable(mask))) <= NUMBERS:
        wrong = next(each for each in chain.from_iterable(mask) if not _is_number(each))
        raise _broken(place, "rows of numbers", _shown(wrong))
    for row in mask:
        if row and not (min(row) >= 0 and max(row) <= 1):
            raise _broken(place, "values from 0 to 1", f"{min(row)} to {max(row)}")


def _within(place: str, mask: Any) -> None:
    """Checks the range of an array of masks, if it has `min` and `max`."""
    if not (callable(getattr(mask, "min", None)) and callable(getattr(mask, "max", None))) or 0 in mask.shape:
        return
    least, most = float(mask.min()), float(mask.max())
    if not (least >= 0 and most <= 1):  # also true for NaN
        raise _broken(place, "values from 0 to 1", f"{least:g} to {most:g}")


def _segmentation(key: str, value: Any) -> int | None:
    shape = _shape(value)
    if shape is None:
        if _is_field(value) or (type(value) in LISTS and any(map(_is_field, value))):
            return None
        shape = _depths(value)
    if len(shape) != 3 or shape[0] != 1:
        raise _broken(key, "one layer in two dimensions, of shape [1, height, width]", _of_shape(shape))
    return None


def _depths(value: Any) -> list[int]:
    """The shape of nested lists, measured by the first item of each."""
    shape: list[int] = []
    while type(value) in LISTS or is_array(value):
        inner = _shape(value)
        if inner is not None:
            return shape + inner
        shape.append(len(value))
        if not value:
            break
        value = value[0]
    return shape


RULES: dict[str, Callable[[str, Any], int | None]] = {
    "boxes": _boxes,
    "bbox": _boxes,
    "classes": _classes,
    "scores": _numbers,
    "regressed_values": _numbers,
    "masks": _masks,
    "segmentation": _segmentation,
}


def _shape(value: Any) -> list[int] | None:
    """The shape of an array; None for other values and for an array without dimensions."""
    if type(value) in LISTS or not is_array(value):
        return None
    shape = getattr(value, "shape", None)
    return [len(value)] if shape is None else (list(shape) or None)


def _letter(value: Any) -> str:
    """The element type of an array of the standard library."""
    return getattr(value, "format", None) or getattr(value, "typecode", "")


def _are_ordered(boxes: Any) -> bool:
    """Whether array operations show that all boxes are ordered."""
    try:
        return bool(((boxes[:, 0] < boxes[:, 2]) & (boxes[:, 1] < boxes[:, 3])).all())
    except Exception:  # noqa: BLE001 (not every array supports these operations)
        return not callable(getattr(boxes, "tolist", None))


def _are_plain(rows: Sequence[Any], length: int) -> bool:
    """Whether a list contains lists of `length` plain numbers, checked without a Python loop."""
    return (
        set(map(type, rows)) <= LISTS
        and set(map(len, rows)) <= {length}
        and set(map(type, chain.from_iterable(rows))) <= PLAIN_NUMBERS
    )


def _list(key: str, value: Any, expected: str) -> Sequence[Any]:
    if type(value) in LISTS or (isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray))):
        return value
    listed = _listed(value)
    if listed is None:
        raise _broken(key, expected, _shown(value))
    return listed


def _listed(value: Any) -> list[Any] | None:
    listed = value.tolist() if callable(getattr(value, "tolist", None)) else value
    return list(listed) if isinstance(listed, (list, tuple)) else None


def _is_number(value: Any) -> bool:
    return type(value) in PLAIN_NUMBERS or (hasattr(value, "__float__") and not isinstance(value, (str, bool)))


def _is_field(value: Any) -> bool:
    """Whether a value is an object or a mapping, such as a field of efemarai. The rules apply only to numbers."""
    if isinstance(value, Mapping):
        return True
    return hasattr(value, "__dict__") and not hasattr(value, "__float__") and not is_array(value)


def _broken(place: str, expected: str, found: str) -> BrokenRule:
    return BrokenRule(f"{place}: expected {expected}, but got {found}")


def _of_shape(shape: Sequence[int]) -> str:
    return f"the shape {list(shape)}"


def _shown(value: Any) -> str:
    kind = type(value).__name__
    if value is None:
        return "None"
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 (`__repr__` may be the user's code)
        return kind
    short = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
    return f"{short} ({kind})"
