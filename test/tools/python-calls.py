"""Tells whether Python accepts calls by keyword: one line of JSON for each line of JSON on standard input.

A line contains the parameters of a function as text, and the names of the arguments. The answer is whether the call is
accepted after `device` was added in the same way as the executor does.
"""

from __future__ import annotations

import inspect
import json
import sys

for line in sys.stdin:
    parameters, names = json.loads(line)
    scope: dict = {}
    try:
        exec(f"def f({parameters}): ...", scope)  # noqa: S102 (text of our own tests)
    except SyntaxError:
        print(json.dumps("syntax"))
        continue
    function = scope["f"]
    keywords = dict.fromkeys(names)
    taken = inspect.signature(function).parameters
    by_keyword = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    found = taken.get("device")
    takes_any = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in taken.values())
    if (found.kind in by_keyword) if found is not None else takes_any:
        keywords.setdefault("device", "cpu")
    try:
        function(**keywords)
        print(json.dumps("accepted"))
    except TypeError:
        print(json.dumps("refused"))
