// Real Python modules with one mistake each, as editing, merging and Python 2 leave them.

/** One change of a module and its kind. */
export interface Mutant {
  readonly what: string;
  readonly text: string;
  /** The changed line, counted from 1. */
  readonly line: number;
}

/** Random numbers from 0 to a bound, the same for the same seed. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const TOKEN = /\w+|[ \t]+|\r?\n|[^\w\s]/g;

type Random = (below: number) => number;
type Change = (lines: string[], at: number, random: Random) => boolean;

/** Splits a line into its tokens and changes one that is not blank. */
function changeToken(change: (tokens: string[], at: number, random: Random) => void): Change {
  return (lines, at, random) => {
    const tokens = lines[at]?.match(TOKEN) ?? [];
    const places = tokens.flatMap((token, index) => (token.trim() === "" ? [] : [index]));
    const place = places[random(Math.max(places.length, 1))];
    if (place === undefined) return false;
    change(tokens, place, random);
    lines[at] = tokens.join("");
    return true;
  };
}

const PIECES = [
  ..."()[]{}:;,.=+-*/%@!$?`\"'\\#<>~|&^01_x",
  ...["'''", '"""', "\u00a0", "\u201c", "\u2019", "\u3000", "\u2026", "->", ":=", "**", "<>", "0777", "0x", "1_"],
  ...["if ", "else ", "for ", "in ", "not ", "lambda ", "yield ", "await ", "async ", "def ", "class ", "import "],
  ...["return ", "pass ", "None ", "True ", "and ", "is ", "as ", "from ", "with ", "except ", "del ", "\t", " "],
];

/** Statements that are wrong in most or in some places. */
const STATEMENTS = [
  ...[
    "return 1",
    "yield 1",
    "await x",
    "break",
    "continue",
    "nonlocal x",
    "global x",
    "x = = 1",
    "from __future__ import division",
  ],
  ...[
    "print 'x'",
    "exec 'x'",
    "raise ValueError, 'x'",
    "print x, y",
    "x = `y`",
    "x = 0777",
    "x = ur'y'",
    "x <> y",
    "f() = 1",
  ],
  ...[
    "None = 1",
    "f(a=1, b)",
    "f(a=1, a=2)",
    "def f(a, a): pass",
    "def f(a=1, b): pass",
    "x = 'C:\\Users'",
    "!pip install x",
  ],
  ...[
    "%matplotlib inline",
    "x = f'{'",
    "x = f'{a b}'",
    "x = f'}'",
    "x = 'it's'",
    "else:",
    "elif x:",
    "except:",
    "case 1:",
  ],
  ...[
    "for x in y",
    "if x",
    "def f(a)",
    "class C",
    "while x",
    "try",
    "if x = 1: pass",
    "x = (1,",
    "x = 1)",
    "x = [1)",
    "x = a b",
  ],
  ...[
    "x +",
    "x = *y",
    "*x, *y = z",
    "del f()",
    "f() += 1",
    "x: int: y",
    "import a.b as c.d",
    "from x import a,",
    "from x import",
  ],
  ...[
    "lambda x: yield",
    "async for x in y: pass",
    "async with x: pass",
    "class C(x for x in y): pass",
    "f(x for x in y, 1)",
  ],
  ...[
    "@",
    "assert",
    "raise from x",
    "x = {1: 2, 3}",
    "x = {1, 2: 3}",
    "x = b'\u00e9'",
    "x = 'a' b'b'",
    "x = 1__0",
    "1x",
    "import",
  ],
  ...[
    "def f(*): pass",
    "def f(**a, b): pass",
    "def f((a, b)): pass",
    "with x as f(): pass",
    "for f() in x: pass",
    "a := 1",
    "x = 08",
  ],
  ...[
    "<<<<<<< HEAD",
    "=======",
    ">>>>>>> other",
    "x = 1 if y",
    "x = 1 else 2",
    "not",
    "x = $y",
    "x = y?",
    "x = y!",
    "x = \\ 1",
  ],
];

const CHANGES: Readonly<Record<string, Change>> = {
  "token deleted": changeToken((tokens, at) => tokens.splice(at, 1)),
  "token doubled": changeToken((tokens, at) => tokens.splice(at, 0, tokens[at] ?? "", " ")),
  "tokens swapped": changeToken((tokens, at, random) => {
    const other = random(tokens.length);
    [tokens[at], tokens[other]] = [tokens[other] ?? "", tokens[at] ?? ""];
  }),
  "piece inserted": changeToken((tokens, at, random) => tokens.splice(at, 0, PIECES[random(PIECES.length)] ?? "")),
  "piece for a token": changeToken((tokens, at, random) => {
    tokens[at] = PIECES[random(PIECES.length)] ?? "";
  }),
  "line broken": changeToken((tokens, at) => tokens.splice(at, 0, "\n")),
  "character deleted": (lines, at, random) => {
    const line = lines[at] ?? "";
    const place = random(Math.max(line.length, 1));
    lines[at] = line.slice(0, place) + line.slice(place + 1);
    return line !== "";
  },
  "line deleted": (lines, at) => lines.splice(at, 1).length > 0,
  "line doubled": (lines, at) => lines.splice(at, 0, lines[at] ?? "").length === 0,
  "lines swapped": (lines, at) => {
    [lines[at], lines[at + 1]] = [lines[at + 1] ?? "", lines[at] ?? ""];
    return true;
  },
  "lines joined": (lines, at) => {
    lines[at] = (lines[at] ?? "") + (lines.splice(at + 1, 1)[0] ?? "");
    return true;
  },
  "indented further": (lines, at, random) => {
    lines[at] = (["    ", " ", "\t", "  "][random(4)] ?? "") + (lines[at] ?? "");
    return true;
  },
  "indented less": (lines, at, random) => {
    const before = lines[at] ?? "";
    lines[at] = before.slice(Math.min([4, 1, 2, 8][random(4)] ?? 1, before.length - before.trimStart().length));
    return lines[at] !== before;
  },
  "tab for spaces": (lines, at) => {
    const before = lines[at] ?? "";
    lines[at] = before.replace(/^ {4,8}/, "\t");
    return lines[at] !== before;
  },
  "colon deleted": (lines, at) => {
    const before = lines[at] ?? "";
    lines[at] = before.replace(/:[ \t]*$/, "");
    return lines[at] !== before;
  },
  "comma deleted": (lines, at) => {
    const before = lines[at] ?? "";
    lines[at] = before.replace(/,/, "");
    return lines[at] !== before;
  },
  "statement inserted": (lines, at, random) => {
    const indent = /^[ \t]*/.exec(lines[at] ?? "")?.[0] ?? "";
    lines.splice(at, 0, indent + (STATEMENTS[random(STATEMENTS.length)] ?? ""));
    return true;
  },
};

const KINDS = Object.entries(CHANGES);

/** One change of a text at a random place; `undefined` if it changes nothing. */
export function mutate(text: string, random: Random): Mutant | undefined {
  const lines = text.split("\n");
  const at = random(lines.length);
  const [what, change] = KINDS[random(KINDS.length)] ?? ["", () => false];
  if (!change(lines, at, random)) return undefined;
  const changed = lines.join("\n");
  return changed === text ? undefined : { what, text: changed, line: at + 1 };
}
