// Usual syntax mistakes, each on one line of a definition.

/** A definition with one syntax mistake. */
export interface SyntaxMistake {
  readonly kind: string;
  /** The line of the mistake, from 1. */
  readonly line: number;
  readonly text: string;
}

/** The parts of a line: indentation, dashes, a key with its colon, the value, a comment. */
const LINE =
  /^(?<indent> *)(?<dashes>(?:- +)*)(?<key>[\w$"'.-]+:(?= |\r?$))?(?<blank> *)(?<value>.*?)(?<end>(?: +#.*)?\r?)$/;

interface Parts {
  readonly indent: string;
  readonly dashes: string;
  readonly key: string;
  readonly blank: string;
  readonly value: string;
  readonly end: string;
}

type Way = (line: Parts) => string | undefined;

const join = ({ indent, dashes, key, blank, value, end }: Parts) => indent + dashes + key + blank + value + end;

/** Changes a line; `undefined` if that is impossible or not a mistake. */
const WAYS: Readonly<Record<string, Way>> = {
  "colon missing": (line) => (line.key === "" ? undefined : join({ ...line, key: line.key.slice(0, -1) })),
  "space after the colon missing": (line) =>
    line.key === "" || !isPlain(line) ? undefined : join({ ...line, blank: "" }),
  "space after the dash missing": (line) =>
    line.dashes === "" ? undefined : join({ ...line, dashes: line.dashes.replace(/ +$/, "") }),
  "dash missing": (line) => (line.dashes === "" ? undefined : join({ ...line, dashes: line.dashes.replace("-", " ") })),
  "one space more": (line) => join({ ...line, indent: `${line.indent} ` }),
  "two spaces more": (line) => join({ ...line, indent: `${line.indent}  ` }),
  "one space less": (line) => (line.indent === "" ? undefined : join({ ...line, indent: line.indent.slice(1) })),
  "two spaces less": (line) => (line.indent === "" ? undefined : join({ ...line, indent: line.indent.slice(2) })),
  tab: (line) => (line.indent === "" ? undefined : join({ ...line, indent: `${line.indent.slice(2)}\t` })),
  "double quote open": (line) => (isPlain(line) ? join({ ...line, value: `"${line.value}` }) : undefined),
  "single quote open": (line) => (isPlain(line) ? join({ ...line, value: `'${line.value}` }) : undefined),
  "bracket open": (line) => (isPlain(line) ? join({ ...line, value: `[ ${word(line)}` }) : undefined),
  "brace open": (line) => (isPlain(line) ? join({ ...line, value: `{ a: ${word(line)}` }) : undefined),
  "bracket too many": (line) => (isFlow(line) ? join({ ...line, value: `${line.value} ]` }) : undefined),
  "brace too many": (line) => (isFlow(line) ? join({ ...line, value: `${line.value} }` }) : undefined),
  "closing one missing": (line) => (isFlow(line) ? join({ ...line, value: line.value.slice(0, -1) }) : undefined),
  "quote inside": (line) => (isPlain(line) ? join({ ...line, value: `"${line.value}" b` }) : undefined),
  "unknown escape": (line) => (isPlain(line) ? join({ ...line, value: `"${word(line)}\\q"` }) : undefined),
  "unknown alias": (line) => (isPlain(line) ? join({ ...line, value: "*nowhere" }) : undefined),
  "empty alias": (line) => (isPlain(line) ? join({ ...line, value: "*" }) : undefined),
  "unknown tag": (line) => (isPlain(line) ? join({ ...line, value: `!nothing ${line.value}` }) : undefined),
  "at sign": (line) => (isPlain(line) ? join({ ...line, value: `@${line.value}` }) : undefined),
  backquote: (line) => (isPlain(line) ? join({ ...line, value: `\`${line.value}` }) : undefined),
  "percent sign": (line) => (isPlain(line) ? join({ ...line, value: `%${line.value}` }) : undefined),
  "colon in the value": (line) => (isPlain(line) ? join({ ...line, value: `a: ${word(line)}` }) : undefined),
  "colon doubled": (line) =>
    line.key !== "" && line.value === "" ? join({ ...line, key: `${line.key}:` }) : undefined,
  "word after a block's key": (line) =>
    line.key !== "" && line.value === "" && line.end.trim() === "" ? join({ ...line, value: " x" }) : undefined,
  "stray word above": (line) => `${line.indent}stray${line.end.endsWith("\r") ? "\r" : ""}\n${join(line)}`,
  "stray bracket above": (line) => `${line.indent}]${line.end.endsWith("\r") ? "\r" : ""}\n${join(line)}`,
};

/** The names of the kinds, in order. */
export const SYNTAX_KINDS: readonly string[] = Object.keys(WAYS);

/** A value in plain style on one line, with a key or a dash before it. */
function isPlain({ key, dashes, value }: Parts): boolean {
  return (key !== "" || dashes !== "") && /^[\w$]/.test(value) && !/: |:$/.test(value);
}

function isFlow({ value }: Parts): boolean {
  return /^(?:\[.*\]|\{.*\})$/.test(value);
}

function word({ value }: Parts): string {
  return /\w+/.exec(value)?.[0] ?? "x";
}

/** All mistakes of all kinds, once on each line where they are possible. */
export function* syntaxMistakesIn(text: string): Generator<SyntaxMistake> {
  const lines = text.split("\n");
  for (const [i, line] of lines.entries()) {
    const parts = LINE.exec(line)?.groups;
    if (parts === undefined || line.trim() === "" || /^\s*#/.test(line)) continue;
    const { indent = "", dashes = "", key = "", blank = "", value = "", end = "" } = parts;
    for (const [kind, way] of Object.entries(WAYS)) {
      const broken = way({ indent, dashes, key, blank, value, end });
      if (broken === undefined || broken === line) continue;
      yield { kind, line: i + 1, text: [...lines.slice(0, i), broken, ...lines.slice(i + 1)].join("\n") };
    }
  }
}
