// The source map against the `yaml` package: decoding a scalar from the source gives the same text as the package, unit
// by unit, and every unit comes from a place inside of the scalar, in order.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { Document, parseDocument, Scalar } from "yaml";
import { parse } from "../src/parse/parse.ts";
import { decodeScalar, spanInScalar } from "../src/parse/source-map.ts";
import type { ScalarNode, YamlNode } from "../src/parse/tree.ts";
import { describe } from "./describe.ts";

/** All scalars of a text, including keys. */
function scalarsOf(text: string): readonly ScalarNode[] {
  const scalars: ScalarNode[] = [];
  const collect = (node: YamlNode): void => {
    if (node.kind === "scalar") scalars.push(node);
    else if (node.kind === "list") node.items.forEach(collect);
    else if (node.kind === "map") {
      for (const { key, value } of node.entries) {
        collect(key);
        collect(value);
      }
    }
  };
  // The tree below `x-` keys is not checked.
  const root = parse({ path: "a.yaml", text }).root;
  if (root !== undefined) collect(root.node);
  return scalars;
}

function assertDecoded(scalar: ScalarNode): void {
  const { text, starts, ends } = decodeScalar(scalar);
  const { source, start, end } = scalar;
  const shown = JSON.stringify(source.text);
  assert.is(text, scalar.text, shown);
  assert.equal([starts.length, ends.length], [text.length, text.length], shown);
  for (let i = 0; i < text.length; i++) {
    const [from = -1, to = -1] = [starts[i], ends[i]];
    assert.ok(from >= start && to <= end && from <= to, shown);
    assert.ok(from >= (starts[i - 1] ?? 0) && to >= (ends[i - 1] ?? 0), shown);
  }
  const whole = spanInScalar(scalar, 0, text.length);
  assert.ok(whole.start >= start && whole.end <= end, shown);
}

const isRead = (text: string): boolean => {
  const { errors, warnings } = parseDocument(text, { logLevel: "silent", uniqueKeys: false, merge: true });
  return errors.length + warnings.length === 0;
};

const crlf = (text: string): string => text.replace(/\r?\n/g, "\r\n");

const words = fc.constantFrom(
  "a",
  "b",
  "$",
  "{x}",
  " ",
  "  ",
  "\t",
  "\n",
  "\n\n",
  "\n \n",
  "\n  z",
  "\n\tq",
  "#",
  ":",
  "-",
);
const marks = fc.constantFrom(
  "'",
  '"',
  "\\",
  "é",
  "😀",
  "%",
  "&",
  "*",
  "!",
  "|",
  ">",
  "?",
  ",",
  "[",
  "]",
  "\u0085",
  "\u2028",
);
const content = fc.array(fc.oneof(words, marks), { maxLength: 24 }).map((parts) => parts.join(""));

const STYLES = ["PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE", "BLOCK_LITERAL", "BLOCK_FOLDED"] as const;

const blank = fc.constantFrom("", " ", "  ", "   ", "    ", "\t", "  \t", "   \t");
const inLine = fc.array(fc.constantFrom("a", "b c", "\t", "  ", "${x}", "#", "😀"), { maxLength: 4 });
const lines = fc.array(fc.tuple(blank, inLine).map(([indent, parts]) => indent + parts.join("")));
const header = fc
  .tuple(fc.constantFrom("|", ">"), fc.constantFrom("", "-", "+"), fc.constantFrom("", "1", "2", "3"), fc.boolean())
  .map(([style, chomp, indent, first]) => style + (first ? chomp + indent : indent + chomp));
const flow = fc.constantFrom(
  "a",
  "$",
  "{x}",
  "}",
  " ",
  "\t",
  "#",
  "é",
  "😀",
  "''",
  "\n",
  "\n  ",
  "\n   \n  ",
  "\n \t ",
);
const escapes = fc.constantFrom(
  "\\n",
  "\\u00e9",
  "\\U0001F600",
  "\\x41",
  '\\"',
  "\\/",
  "\\\n",
  "\\\n   ",
  "\\ ",
  "\\\t",
);
const written = fc.oneof(
  fc.array(fc.oneof(flow, escapes)).map((parts) => `"${parts.join("")}"`),
  fc.array(flow).map((parts) => `'${parts.join("")}'`),
  fc.array(flow).map((parts) => `p${parts.join("")}`),
  fc
    .tuple(header, fc.constantFrom("", " ", " # c"), lines)
    .map(([mark, end, body]) => [mark + end, ...body].join("\n")),
);
const around = fc.constantFrom("x-k: ", "x-k:\n  ", "x-k:\n  - - ", "x-k: [", "x-k: {a: ", "x-k:\n  ? x\n  : ");
const props = fc.constantFrom("", "&a ", "!!str ", "&a !!str\n   ");
const after = fc.constantFrom("", "\n", "\nx-z: 1\n", "\n# c\n", " # c\n", "\n...\n");

describe("the source map", (test) => {
  test("of texts that the yaml package writes", () => {
    fc.assert(
      fc.property(content, fc.constantFrom(...STYLES), fc.boolean(), fc.boolean(), (value, style, isDeep, isCrlf) => {
        const scalar = new Scalar(value);
        scalar.type = Scalar[style];
        const document = new Document(isDeep ? { "x-a": { b: [scalar, 1] }, "x-z": 1 } : { "x-a": scalar, "x-z": 1 });
        const lf = document.toString({ lineWidth: 30, minContentWidth: 5 });
        const text = isCrlf ? crlf(lf) : lf;
        if (isRead(text)) for (const each of scalarsOf(text)) assertDecoded(each);
      }),
      { numRuns: 2000 },
    );
  });

  test("of unusual texts", () => {
    fc.assert(
      fc.property(
        props,
        written,
        around,
        after,
        fc.boolean(),
        fc.boolean(),
        (prop, value, before, after, isCrlf, bom) => {
          const close = before.endsWith("[") ? "]" : before.includes("{") ? "}" : "";
          const lf = `${bom ? "\ufeff" : ""}${before}${prop}${value}${close}${after}`;
          const text = isCrlf ? crlf(lf) : lf;
          if (isRead(text)) for (const each of scalarsOf(text)) assertDecoded(each);
        },
      ),
      { numRuns: 4000 },
    );
  });

  test("of a block scalar without a newline at the end", () => {
    for (const text of ["x-k: |+\n    ", "x-k: |\n  a", "x-k: >+2\n   ", "x-k: |2-\n   a\n  ", "x-k: |"])
      for (const each of scalarsOf(text)) assertDecoded(each);
  });

  test("of a carriage return that does not end a line", () => {
    for (const text of ['x-k: "a\r  \n  b"', "x-k: 'a \r\n\r\n \r b'", "x-k: a \r b\n  \r c"])
      for (const each of scalarsOf(text)) assertDecoded(each);
  });
});
