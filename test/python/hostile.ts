// Texts that are made to be slow, each as a function of its size.

type Make = (size: number) => string;

const repeat =
  (piece: string, before = ""): Make =>
  (size) =>
    before + piece.repeat(Math.ceil(size / piece.length));

export const HOSTILE: readonly (readonly [title: string, make: Make])[] = [
  ["open brackets", repeat("(")],
  ["open brackets in lines", repeat("(\n")],
  ["brackets that close nothing", repeat(")")],
  ["lines that nearly import", repeat("from aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "(\n")],
  ["fields in fields", repeat('f"{')],
  ["formats in formats", repeat('f"{x:{')],
  ["characters by name", repeat("\\N{", 'f"')],
  ["quotes", repeat('"')],
  ["three quotes", repeat("'''")],
  ["a string that never ends, with definitions", repeat("\ndef f(", '"""')],
  ["joined lines", repeat("x = 1 + \\\n")],
  ["decorators", repeat("@a\n")],
  ["positional-only marks", repeat("a,/,", "def f(")],
  ["lambdas", repeat("lambda ", "x = ")],
  ["targets", repeat("a=")],
  ["targets in brackets", repeat("a.b[")],
  ["walruses", repeat("a:=", "(")],
  ["statements in a line", repeat("x;")],
  ["contexts", repeat("a as ", "with ")],
  ["captures", repeat("a|", "match x:\n case ")],
  ["exports", repeat("__all__ += ['a']\n")],
  ["stars", repeat("*,", "from x import ")],
  ["dots", repeat("a.", "import ")],
  ["bases", repeat("B(", "class A(")],
  ["docstrings side by side", repeat('"a" ', "def f(): ")],
  ["broken definitions", repeat("x(\ndef f(\n")],
  ["conflict marks", repeat("<<<<<<< \n")],
  ["conditions", repeat("if x: y\nelif z: y\n")],
];

export const HOSTILE_ANNOTATIONS: readonly (readonly [title: string, make: Make])[] = [
  ["brackets", repeat("list[")],
  ["groups", repeat("(")],
  ["unions", repeat("a|")],
  ["items", repeat("b,", "a[")],
  ["calls", repeat("()", "a")],
  ["stars", repeat("*tuple[", "tuple[")],
  ["minus", repeat("-")],
  ["literals", repeat("1,", "Literal[")],
  ["backslashes", repeat("\\", "'")],
  ["dots", repeat("a.")],
];
