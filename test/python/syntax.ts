// Syntax of newer Pythons and old corner cases, and how each is read.

/** A title, the source, and every binding as one line; see `showBinding`. */
export const SYNTAX: readonly (readonly [title: string, source: string, bindings: readonly string[]])[] = [
  ["PEP 570, positional only", "def f(a, /, b, *, c): ...", ["def f(a /, b, c *)"]],
  ["PEP 570, defaults and annotations", "def f(a: int = 1, /, *, b=2): ...", ["def f(a /: int = 1, b * = 2)"]],
  ["PEP 570, nothing but positional only", "def f(a, b, /): ...", ["def f(a /, b /)"]],
  ["PEP 604, unions", "def f(a: int | None = None) -> str | int: ...", ["def f(a: int | None = None) -> str | int"]],
  [
    "PEP 612, parameter specifications",
    "def f(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R: ...",
    ["def f(call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R"],
  ],
  ["PEP 646, variadic generics", "def f(*args: *Ts) -> tuple[*Ts]: ...", ["def f(*args: *Ts) -> tuple[*Ts]"]],
  ["PEP 646, starred annotation", "def f(*args: *tuple[int, ...]): ...", ["def f(*args: *tuple[int, ...])"]],
  ["PEP 692, keywords of a TypedDict", "def f(**kwargs: Unpack[Options]): ...", ["def f(**kwargs: Unpack[Options])"]],
  ["PEP 695, type parameters", "def f[T: (int, str), *Ts, **P](a: T) -> T: ...", ["def f(a: T) -> T"]],
  ["PEP 695, classes", "class Box[T: Sized](Base[T], metaclass=Meta): ...", ["class Box(Base[T], metaclass=Meta)"]],
  [
    "PEP 695, type aliases",
    "type Pair[T] = tuple[T, T]\ntype Size = int",
    ["type Pair = tuple[T, T]", "type Size = int"],
  ],
  ["PEP 695, `type` as a name", "type = 3\ntype.x = 4\nprint(type (x))\ntype: int = 5", ["type = 3", "type: int = 5"]],
  ["PEP 696, defaults", "def f[T = int, *Ts = *tuple[int, ...], **P = [int]](a: T): ...", ["def f(a: T)"]],
  [
    "PEP 701, the same quotes inside",
    'x = f"{names["a"]} {f"{f"{1}"}"}"\ndef f(a=f"{", ".join(b)}"): ...',
    ['x = f"{names["a"]} {f"{f"{1}"}"}"', 'def f(a = f"{", ".join(b)}")'],
  ],
  [
    "PEP 701, lines and comments in a field",
    'x = f"{\n  1 +  # one\'s )\n  2\n}"\ndef f(): ...',
    ['x = f"{\n  1 +  # one\'s )\n  2\n}"', "def f()"],
  ],
  [
    "PEP 701, backslashes and format specifications",
    "x = f'{a:{b}>{c!r}} {{ \\N{DASH} {\"\\n\".join(d)} {e:%H:%M} {g=} {h!r:^{i}}'\ny = 1",
    ["x = f'{a:{b}>{c!r}} {{ \\N{DASH} {\"\\n\".join(d)} {e:%H:%M} {g=} {h!r:^{i}}'", "y = 1"],
  ],
  [
    "PEP 701, dicts and lambdas in a field",
    "x = f'{ {'a': 1}['a'] } {(lambda x: 1)(2)}'\ny = 1",
    ["x = f'{ {'a': 1}['a'] } {(lambda x: 1)(2)}'", "y = 1"],
  ],
  ["PEP 701, three quotes", 'x = f"""{\n"""a"""\n} " {b!r}"""\ny = 1', ['x = f"""{\n"""a"""\n} " {b!r}"""', "y = 1"]],
  [
    "raw f-strings",
    "x = rf'\\{a}\\N{b}'\ny = fR'{a}\\'{b}'\nz = 1",
    ["x = rf'\\{a}\\N{b}'", "y = fR'{a}\\'{b}'", "z = 1"],
  ],
  [
    "PEP 750, t-strings",
    "x = t'{a['b']}'\ny = rt'\\{c}'\nz = Tr\"{t'{d}'}\"\nw = 1",
    ["x = t'{a['b']}'", "y = rt'\\{c}'", "z = Tr\"{t'{d}'}\"", "w = 1"],
  ],
  [
    "PEP 758, except without brackets",
    "try:\n    import a\nexcept A, B:\n    import b\n",
    ["import a ?", "import b ?"],
  ],
  ["PEP 654, except*", "try:\n    import a\nexcept* A as error:\n    b = 1\n", ["import a ?", "error ?", "b = 1 ?"]],
  [
    "PEP 614, any decorator",
    "@buttons[0].clicked.connect\n@(lambda f: f)\n@x if y else z\n@a.b(c)(d)\ndef f(): ...",
    ["@buttons[0].clicked.connect @(lambda f: f) @x if y else z @a.b(c)(d) def f()"],
  ],
  [
    "PEP 572, walrus",
    "if (found := look()) and [more := 1]:\n    pass\nx = (y := 2)",
    ["found ?", "more ?", "y", "x = (y := 2)"],
  ],
  [
    "PEP 634, match",
    "match command:\n    case [first, *rest] | {'a': Point(x=0, y=other), **more} if first > 1:\n        inside = 1\nmatch = 3\nmatch[0] = 4\ncase = match",
    ["first ?", "rest ?", "x ?", "y ?", "other ?", "more ?", "first ?", "inside = 1 ?", "match = 3", "case = match"],
  ],
  [
    "brackets around contexts",
    "with (open(a) as b, open(c) as (d, e), lock):\n    f = 1\nwith open({1: 2}) as g.h, i as j[0]: k = 2",
    ["b ?", "d ?", "e ?", "f = 1 ?", "k = 2 ?"],
  ],
  [
    "async statements",
    "async def f(): ...\nasync with a as b:\n    pass\nasync for c in d:\n    pass",
    ["async def f()", "b ?", "c ?"],
  ],
  [
    "lambdas as defaults",
    "def f(a=lambda b, c=lambda: 1: b, d=2) -> (lambda: 3): ...",
    ["def f(a = lambda b, c=lambda: 1: b, d = 2) -> (lambda: 3)"],
  ],
  [
    "comments and lines inside of a header",
    "def f(  # one (\n    a: int,  # two\n    # three\n    b=1,\n) -> (  # four\n    int\n): ...",
    ["def f(a: int, b = 1) -> (  # four\n    int\n)"],
  ],
  [
    "joined lines",
    "def \\\n  f \\\n  (a, \\\n  b=1 + \\\n  2): ...\nfrom a \\\n  import b",
    ["def f(a, b = 1 + \\\n  2)", "from a import b"],
  ],
  [
    "several statements in a line",
    "import a; from b import c as d; e = f = 1; del a",
    ["import a", "from b import c as d", "e = 1", "f = 1", "del a"],
  ],
  [
    "bodies in a line",
    "class A: x: int = 1; y = 2\ndef f(): 'Says.'; return 1\nif a: b = 1\nelse: c = 2",
    ["class A()", "def f()", "b = 1 ?", "c = 2 ?"],
  ],
  [
    "imports",
    "import a.b.c, d as e\nfrom . import f\nfrom ...g.h import (i as j, k,)\nfrom.l import*",
    [
      "import a",
      "import d as e",
      "from . import f",
      "from ...g.h import i as j",
      "from ...g.h import k",
      "from .l import *",
    ],
  ],
  [
    "targets",
    "a, (b, *c) = d\n[e.f, g[h]] = i = j\nk += 1\nl.m = n\n(o): int = 1\nfor p, q in r: pass",
    ["a", "b", "c", "i = j", "k", "o", "p ?", "q ?"],
  ],
  [
    "annotated names",
    "a: int\nb: dict[str, int] = {}\nc: 'X' = lambda: {1: 2}",
    ["a: int", "b: dict[str, int] = {}", "c: 'X' = lambda: {1: 2}"],
  ],
  [
    "conditions that are known",
    "if TYPE_CHECKING:\n    import a\nelif b:\n    import c\nelse:\n    import d\nif not typing.TYPE_CHECKING:\n    import e\nelse:\n    import f",
    ["import a !", "import c ?", "import d ?", "import e", "import f !"],
  ],
  ["the main program", 'if __name__ == "__main__":\n    import a\nelse:\n    import b', ["import a !", "import b"]],
  ["a byte order mark", "\ufeffdef f(): ...", ["def f()"]],
  ["line ends", "def f(\r\n  a,\r\n  b): ...\r\nx = '''\r\n'''\ry = 1\r", ["def f(a, b)", "x = '''\r\n'''", "y = 1"]],
  ["form feeds and tabs", "\f\ndef f():\n\tdef g(): ...\n        x = 1\n\fy = 2", ["def f()", "y = 2"]],
  ["names that only look different", "def ﬁnd(ｘ, é): ...", ["def find(x, é)"]],
  [
    "names outside of the first plane",
    "x = '😀'; def_ = 1\ndef 𝒳(𝒷='😀', c=1): ...",
    ["x = '😀'", "def_ = 1", "def X(b = '😀', c = 1)"],
  ],
  ["soft keywords as parameters", "def f(match, case, type, _, print): ...", ["def f(match, case, type, _, print)"]],
  [
    "numbers next to words",
    "x = 1if y else 2\nz = 0x1for a in b\nw = 1_0.e-5j",
    ["x = 1if y else 2", "z = 0x1for a in b", "w = 1_0.e-5j"],
  ],
  [
    "strings that hold code",
    "x = '''\ndef f(): ...\n'''\ny = \"\"\"it's \\\"\\\"\\\" \"\"\"\nz = r'\\''",
    ["x = '''\ndef f(): ...\n'''", 'y = """it\'s \\"\\"\\" """', "z = r'\\''"],
  ],
];
