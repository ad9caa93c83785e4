"""The result of `compile()` for Python sources: one line of JSON for each line of JSON on standard input.

A line is `{"text": ...}` or `{"path": ...}`. The answer is `null` for a source that compiles, otherwise
`{"line": number or null, "message": text}`. A source that exhausts the compiler gives `{"line": null, "message": null}`.
"""

from __future__ import annotations

import json
import sys
import warnings


def answer(source: bytes) -> dict[str, object] | None:
    try:
        compile(source, "module.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        return {"line": error.lineno, "message": error.msg}
    except ValueError as error:
        return {"line": None, "message": str(error)}
    except (RecursionError, MemoryError):
        return {"line": None, "message": None}
    return None


def main() -> None:
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        given = json.loads(line)
        if "path" in given:
            with open(given["path"], "rb") as file:
                source = file.read()
        else:
            source = given["text"].encode("utf-8", "surrogatepass")
        print(json.dumps(answer(source)), flush=True)


if __name__ == "__main__":
    main()
