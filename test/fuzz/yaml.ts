// The bytes of a definition file: every fixture and the official YAML test suite with a few changes, and arbitrary
// bytes.
import fc from "fast-check";
import { agree } from "../both-ways.ts";
import { changed, textsBelow, yamlTestSuite } from "./corpus.ts";
import { judge } from "./judge.ts";
import type { Layer } from "./layer.ts";

const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

const WORDS = [
  ...": - # & * ! | > % @ ` \" ' [ ] { } , ? ${ } $< ~ << --- ... \\ |- >+ |2 &a *a !!str !!binary <<: ?".split(" "),
  ...["\n", "\n\n", "\r", "\r\n", "\t", " ", "  ", "\ufeff", "\0", "\x1b[31m", "\u0085", "\u2028", "\u202e", "🚢", "é"],
  ...[
    "x".repeat(70),
    "- ",
    "- - ",
    ": ",
    "${model.name}",
    "${A:-b}",
    "$model.",
    "__proto__: 1",
    "constructor:",
    "1e400",
  ],
  ...[
    "0x",
    "-0",
    ".nan",
    ".inf",
    "1:30",
    "2024-01-01",
    "yes",
    '"\\ud800"',
    '"\\x1b"',
    '"\\u202e"',
    "'",
    '"',
    "<<<<<<<\n",
  ],
  ...[
    "# modelwright-ignore unknown-key: x\n",
    "# modelwright-ignore-file",
    "models:\n",
    "name: ",
    "value: ",
    "x-a: &a",
  ],
].map(latin1);

const corpus = [
  ...["accept", "reject", "format", "traps", "pretty", "run"].flatMap((folder) => textsBelow(folder, ".yaml", ".yml")),
  ...yamlTestSuite().map(({ yaml }) => latin1(yaml)),
];

const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array).toString("latin1"));

export const yaml: Layer = {
  name: "yaml",
  inputs: fc.oneof(
    { weight: 12, arbitrary: changed(corpus, WORDS) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join("")) },
    { weight: 1, arbitrary: bytes },
  ),
  check: (input) => {
    const text = decoded(input);
    if (text === undefined) return;
    agree(text);
    judge({ "efemarai.yaml": text });
  },
};

/** Read like a file on disk: bytes that are not UTF-8 are not text. */
function decoded(input: string): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(input, "latin1"));
  } catch {
    return undefined;
  }
}
