// Lock files that anyone may have written or that Git could not merge: as `check` reads them next to a definition, and as `lock` does.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { memoryHost } from "../../src/base/host.ts";
import { readBothSides } from "../../src/base/lock-conflict.ts";
import { type LockReading, printLock, readLock } from "../../src/base/lock-file.ts";
import { compile } from "../../src/compile.ts";
import { definitionOf } from "../run/remote-project.ts";
import { changed } from "./corpus.ts";
import { judge } from "./judge.ts";
import type { Layer } from "./layer.ts";
import { changedTrees, NAMES, type Tree } from "./trees.ts";

const ORIGIN = "https://example.com";
const DEFINITION = definitionOf(ORIGIN, { image: "python:3.11-slim" });
const COMMIT = "0123456789".repeat(4);
const SHA256 = COMMIT.padEnd(64, "a");

const PYTHON: Tree = {
  entrypoints: ["detector.model:load", "detector.model:predict"],
  unread: ["detector.model:other"],
  files: {
    "detector/model.py": {
      "3": "class Detector: ...",
      "8": "def load(weights: str, threshold: float = 0.5) -> Detector: ...",
      "12": "def predict(model: Detector, datapoints: list) -> list[dict]: ...",
    },
    "detector/__init__.py": {},
  },
};

const lockWith = (commit: string): Tree => ({
  lockVersion: 1,
  code: { [`${ORIGIN}/code/.git#main`]: { commit, python: PYTHON }, "https://example.com/b.git": { commit } },
  files: {
    [`${ORIGIN}/weights.bin`]: { sha256: SHA256, bytes: 27 },
    "s3://bucket/${KEY:-x}": { sha256: SHA256, bytes: 0 },
  },
  images: { "python:3.11-slim": { digest: `sha256:${SHA256}` } },
});

const text = (tree: Tree) => `${JSON.stringify(tree, null, 2)}\n`;
const TREES = [lockWith(COMMIT)];
const CONFLICT = text(lockWith(COMMIT)).replace(
  `"commit": "${COMMIT}",`,
  (ours) => `<<<<<<< ours\n${ours}\n||||||| base\n=======\n${ours.replaceAll("0", "f")}\n>>>>>>> theirs`,
);

const WORDS = [
  ...[
    "<<<<<<< a\n",
    "|||||||\n",
    "=======\n",
    ">>>>>>> b\n",
    "\r\n",
    "\n\n\n\n\n\n\n\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"',
  ],
  ...["null", "1e400", "-0", "100000", '"100000": ""', "\\u0000", "\\ud800", "[[[[[[[[", "../", "def f(", '"""'],
  ...NAMES.map((name) => JSON.stringify(name)),
];

const latin1 = (utf8: string) => Buffer.from(utf8, "utf8").toString("latin1");

export const locks: Layer = {
  name: "locks",
  inputs: fc.oneof(
    { weight: 4, arbitrary: changedTrees(TREES).map((tree) => latin1(text(tree))) },
    { weight: 3, arbitrary: changed([text(lockWith(COMMIT)), CONFLICT].map(latin1), WORDS.map(latin1)) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }).map(latin1) },
  ),
  check: (input) => {
    const given = Buffer.from(input, "latin1").toString("utf8");
    const reading = readLock(given);
    judgeReading(reading);
    judgeReading(readBothSides(given));
    const files = { "efemarai.yaml": DEFINITION, "modelwright.lock": given };
    // Most changed texts are not lock files, and have the same finding.
    if (reading.kind === "lock") judge(files);
    const { diagnostics } = compile(["efemarai.yaml"], memoryHost(new Map(Object.entries(files))), { pedantic: true });
    const isReported = diagnostics.some(({ code }) => code === "invalid-lock");
    assert.is(isReported, reading.kind !== "lock", JSON.stringify(reading));
  },
};

/** A lock file is written as it was read, byte for byte. Any other text has a message. */
function judgeReading(reading: LockReading): void {
  if (reading.kind === "invalid") assert.match(reading.message, /^[^\n]{5,200}$/);
  if (reading.kind !== "lock") return;
  const printed = printLock(reading.lock);
  const again = readLock(printed);
  assert.is(again.kind, "lock", JSON.stringify(again));
  if (again.kind === "lock") assert.is(printLock(again.lock), printed);
}
