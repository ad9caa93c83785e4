"""Parses Python files with CPython's own parser: one line of JSON for each path on standard input.

A place is a pair of UTF-16 offsets. The answer is `null` for a file that is not UTF-8 or that CPython cannot parse.
"""

from __future__ import annotations

import ast
import gc
import json
import re
import symtable
import sys
import time
import warnings
from typing import Any

LINE_END = re.compile("\r\n|\r|\n")


class Text:
    """A source that converts the lines and UTF-8 offsets of `ast`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_ascii = text.isascii()
        self.starts = [1 if text.startswith("\ufeff") else 0]
        self.starts += [match.end() for match in LINE_END.finditer(text)]

    def part(self, node: ast.AST | None) -> list[Any] | None:
        """The text of a node and its place."""
        if node is None:
            return None
        start = self._index(node.lineno, node.col_offset)
        end = self._index(node.end_lineno, node.end_col_offset)
        return [self.text[start:end], self.units(start), self.units(end)]

    def start_of(self, node: ast.AST) -> int:
        return self.units(self._index(node.lineno, node.col_offset))

    def units(self, index: int) -> int:
        return index if self.is_ascii else len(self.text[:index].encode("utf-16-le")) // 2

    def _index(self, line: int, column: int) -> int:
        start = self.starts[line - 1]
        if self.is_ascii:
            return start + column
        encoded = self.text[start : start + column].encode("utf-8")
        return start + len(encoded[:column].decode("utf-8"))


def definitions(text: Text, body: list[ast.stmt], prefix: str) -> list[dict[str, Any]]:
    """All functions and classes below some statements with their qualified names, in the order of the text."""
    found = []
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.append(header(text, node, prefix))
            found += definitions(text, node.body, f"{prefix}{node.name}.")
        else:
            for name in ("body", "handlers", "orelse", "finalbody", "cases"):
                found += definitions(text, getattr(node, name, None) or [], prefix)
    return found


def header(text: Text, node: Any, prefix: str) -> dict[str, Any]:
    doc = ast.get_docstring(node, clean=False)
    lines = [line.strip() for line in (doc or "").strip().split("\n")]
    common = {
        "name": prefix + node.name,
        "start": text.start_of(node),
        "decorators": [text.part(each) for each in node.decorator_list],
        "docstring": lines[0] or None,
    }
    if isinstance(node, ast.ClassDef):
        bases = [text.part(each) for each in node.bases if not isinstance(each, ast.Starred)]
        keywords = [[each.arg, text.part(each.value)] for each in node.keywords if each.arg is not None]
        return {**common, "kind": "class", "bases": bases, "keywords": keywords}
    return {
        **common,
        "kind": "function",
        "isAsync": isinstance(node, ast.AsyncFunctionDef),
        "isGenerator": is_generator(node),
        "parameters": parameters(text, node.args),
        "returns": text.part(node.returns),
    }


def is_generator(function: Any) -> bool:
    """Whether `yield` is in the body of a function itself. F-strings are not searched."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.JoinedStr)):
            waiting += ast.iter_child_nodes(node)
    return False


def parameters(text: Text, args: ast.arguments) -> list[list[Any]]:
    def entry(kind: str, arg: ast.arg, default: ast.expr | None = None) -> list[Any]:
        return [kind, arg.arg, text.start_of(arg), text.part(arg.annotation), text.part(default)]

    positional = [("positional-only", arg) for arg in args.posonlyargs]
    positional += [("positional-or-keyword", arg) for arg in args.args]
    defaults = [None] * (len(positional) - len(args.defaults)) + args.defaults
    listed = [entry(kind, arg, default) for (kind, arg), default in zip(positional, defaults)]
    if args.vararg is not None:
        listed.append(entry("var-positional", args.vararg))
    listed += [entry("keyword-only", arg, default) for arg, default in zip(args.kwonlyargs, args.kw_defaults)]
    if args.kwarg is not None:
        listed.append(entry("var-keyword", args.kwarg))
    return listed


def bound_names(source: bytes, path: str) -> list[str]:
    """The names that the compiler binds at module level, including those in functions with `global`.

    Since Python 3.12, the names of inlined comprehensions are among them: see `comprehension_names`.
    """
    table = symtable.symtable(source, path, "exec")
    names = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    tables = list(table.get_children())
    while tables:
        inner = tables.pop()
        tables += inner.get_children()
        if inner.get_type() in ("function", "class"):
            names |= {symbol.get_name() for symbol in inner.get_symbols() if symbol.is_declared_global()}
    return sorted(names)


def comprehension_names(tree: ast.Module) -> list[str]:
    """The names that comprehensions outside of functions bind for themselves."""
    names = set()
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.comprehension):
            names |= {each.id for each in ast.walk(node.target) if isinstance(each, ast.Name)}
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
    return sorted(names)


def imports(tree: ast.Module) -> list[list[Any]]:
    """All imports of the module itself: the local name, the dots, the module, and the name in it."""
    found: list[list[Any]] = []
    waiting: list[ast.AST] = list(reversed(tree.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            for each in node.names:
                first = each.name.partition(".")[0]
                found.append([each.asname or first, 0, each.name if each.asname else first, None])
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            found += [[each.asname or each.name, node.level, module, each.name] for each in node.names]
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)):
            waiting += reversed(list(ast.iter_child_nodes(node)))
    return found


def read(path: str, times: list[float]) -> dict[str, Any] | None:
    with open(path, "rb") as file:
        source = file.read()
    try:
        text = Text(source.decode("utf-8"))
        started = time.perf_counter()
        tree = ast.parse(source)
        times.append(time.perf_counter() - started)
        found = definitions(text, tree.body, "")
        hidden = comprehension_names(tree) if sys.version_info >= (3, 12) else []
        return {"definitions": found, "names": bound_names(source, path), "hidden": hidden, "imports": imports(tree)}
    except (SyntaxError, ValueError, RecursionError):
        return None


def main() -> None:
    warnings.simplefilter("ignore")
    gc.disable()  # the trees live for one file each
    times: list[float] = []
    for line in sys.stdin.read().splitlines():
        print(json.dumps({"path": line, "module": read(line, times)}))
    print(json.dumps({"seconds": sum(times)}))


if __name__ == "__main__":
    main()
