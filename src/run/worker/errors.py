"""Converts exceptions of the user's code to plain data."""

from __future__ import annotations

import os
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
MAX_TEXT = 64 * 1024


def describe(error: BaseException) -> dict[str, str]:
    """The type, message and traceback of an exception. The traceback contains only frames of the user's code."""
    described = {"type": _shortened(type(error).__name__), "message": _shortened(_message(error))}
    if isinstance(error, ModuleNotFoundError) and error.name:
        described["missing"] = _shortened(error.name)
    if isinstance(error, KeyError) and _is_of_environment(error):
        described["variable"] = _shortened(error.args[0])
    try:
        traceback = _traceback(error)
    except Exception:  # noqa: BLE001 (the exception must be reported even if its traceback cannot be formatted)
        traceback = None
    if traceback is not None:
        described["traceback"] = _shortened(traceback)
    return described


def _is_of_environment(error: KeyError) -> bool:
    """Whether the error was raised because a variable is missing in `os.environ`."""
    trace, frame = error.__traceback__, None
    while trace is not None:
        trace, frame = trace.tb_next, trace.tb_frame
    if frame is None or frame.f_code is not type(os.environ).__getitem__.__code__:
        return False
    return frame.f_locals.get("self") is os.environ and len(error.args) == 1 and isinstance(error.args[0], str)


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 (`__str__` may be the user's code)
        return "(the message cannot be shown because its __str__ raised an exception)"


def _traceback(error: BaseException) -> str | None:
    import traceback

    report = traceback.TracebackException.from_exception(error)
    _keep_user_frames(report, set())
    if not report.stack and not isinstance(error, SyntaxError):
        return None
    return "".join(report.format()).rstrip("\n")


def _keep_user_frames(report: Any, seen: set[int]) -> None:
    if report is None or id(report) in seen:
        return
    seen.add(id(report))
    report.stack[:] = [frame for frame in report.stack if _is_users(frame.filename)]
    for part in (report.__cause__, report.__context__, *(getattr(report, "exceptions", None) or ())):
        _keep_user_frames(part, seen)


def _is_users(filename: str) -> bool:
    if filename.startswith("<frozen ") or os.path.dirname(filename) == HERE:
        return False
    return not filename.endswith(os.path.join("importlib", "__init__.py"))


def _shortened(text: str) -> str:
    if len(text) <= MAX_TEXT:
        return text
    half = MAX_TEXT // 2
    return f"{text[:half]}\n… {len(text) - 2 * half:,} characters omitted …\n{text[-half:]}"
