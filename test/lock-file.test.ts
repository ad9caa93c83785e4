// The form of the lock file: keys, hostile text, and what real Git merges make of it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { readBothSides } from "../src/base/lock-conflict.ts";
import { EMPTY_LOCK, type LockFile, printLock, readLock } from "../src/base/lock-file.ts";
import { codeKey, fileKey, imageKey, writtenText } from "../src/base/lock-key.ts";
import { change, compileText, DEFINITION, mistakes, PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { gitIn } from "./run/git-server.ts";
import { inTemporaryFolder } from "./temporary.ts";

const COMMIT = "0123456789".repeat(4);
const hashOf = (text: string): string => Buffer.from(text.padEnd(32, ".")).toString("hex").slice(0, 64);

/** A lock file with these files. */
const filesLock = (...names: readonly string[]): LockFile => ({
  ...EMPTY_LOCK,
  files: new Map(names.map((name) => [`https://example.com/${name}`, { sha256: hashOf(name), bytes: name.length }])),
});

const namesIn = ({ files }: LockFile): string => [...files.keys()].map((key) => key.slice(-1)).join("");

/** Pseudo-random numbers, the same in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state % below;
  };
}

function randomLock(seed: number): LockFile {
  const random = randomNumbers(seed);
  const words = ["a", "b/c", "ü", "__proto__", "${X:-y}", "10", "2", "constructor", '"', "\\", "\u2028"];
  const word = () => words[random(words.length)] ?? "";
  const some = <Entry>(make: () => Entry) =>
    new Map(Array.from({ length: random(6) }, () => [word(), make()] as const));
  const lines = () => new Map(Array.from({ length: random(20) }, () => [random(99_999) + 1, word()] as const));
  const python = () => ({ entrypoints: [word()], unread: random(2) === 0 ? [] : [word()], files: some(lines) });
  return {
    code: some(() => ({ commit: COMMIT, ...(random(2) === 0 && { python: python() }) })),
    files: some(() => ({ sha256: hashOf(word()), bytes: random(1000) })),
    images: some(() => ({ digest: `sha256:${hashOf(word())}` })),
  };
}

/** The same entries in another order. */
function shuffled(lock: LockFile): LockFile {
  const turned = <Value>(entries: ReadonlyMap<string, Value>) => new Map([...entries].reverse());
  return { code: turned(lock.code), files: turned(lock.files), images: turned(lock.images) };
}

describe("lock file: text", (test) => {
  test("is the same for the same entries, and is read as what was written", () => {
    for (let seed = 1; seed <= 300; seed++) {
      const lock = randomLock(seed);
      const text = printLock(lock);
      assert.is(printLock(shuffled(lock)), text, `seed ${seed}`);
      const read = readLock(text);
      assert.is(read.kind, "lock", `seed ${seed}: ${JSON.stringify(read)}`);
      if (read.kind === "lock") assert.is(printLock(read.lock), text, `seed ${seed}`);
      assert.ok(text.endsWith("}\n") && !text.includes("\r"));
    }
  });

  const DECLARED = { entrypoints: ["m:f"], files: { "m.py": { "1": "def f(): ..." } } };
  const withPython = (python: object) => ({ lockVersion: 1, code: { a: { commit: COMMIT, python } } });
  const invalid: readonly (readonly [string, unknown])[] = [
    ["it is not valid JSON", ""],
    ["it is not valid JSON", "[".repeat(200_000)],
    ["the file is not an object", "[]"],
    ["its `lockVersion` is not 1, the only version that this Modelwright reads", { lockVersion: 2 }],
    ["code is not an object", { lockVersion: 1, code: [] }],
    ["code is not an object", { lockVersion: 1, code: { a: "b" } }],
    ["an entry of code.commit is not valid", { lockVersion: 1, code: { a: { commit: "--upload-pack=x" } } }],
    ["an entry of files.sha256 is not valid", { lockVersion: 1, files: { a: { sha256: "../../x", bytes: 1 } } }],
    ["files.bytes is not a size", { lockVersion: 1, files: { a: { sha256: hashOf("a"), bytes: -1 } } }],
    ["an entry of images.digest is not valid", { lockVersion: 1, images: { a: { digest: "latest" } } }],
    ["code.python.entrypoints is not a list of texts", withPython({ ...DECLARED, entrypoints: [1] })],
    [
      "code.python.files has a path that leaves the repository",
      withPython({ ...DECLARED, files: { "../x.py": { "1": "" } } }),
    ],
    [
      "code.python.files has a key that is not the number of a line",
      withPython({ ...DECLARED, files: { a: { "1e9": "" } } }),
    ],
    [
      "code.python.files has a value that is not one line of text",
      withPython({ ...DECLARED, files: { a: { "1": "a\nb" } } }),
    ],
  ];
  test("with many empty lines or spaces is read in linear time, or refused", () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`m${i}.py`, { "100000": "" }]));
    const message = "its Python has more than 5000000 lines";
    assert.equal(readLock(JSON.stringify(withPython({ ...DECLARED, files }))), { kind: "invalid", message });
    assert.is(readLock(JSON.stringify(withPython({ ...DECLARED, files: { "m.py": { "100000": "" } } }))).kind, "lock");
    const sides = (between: string) =>
      `<<<<<<< a\n{"lockVersion": 1${between}\n=======\n{"lockVersion": 1${between}\n>>>>>>> b\n}\n`;
    for (const space of ["\n", " "]) {
      // A quadratic reader would need hours.
      assert.is(readBothSides(sides(space.repeat(3_000_000))).kind, "lock");
      assert.is(readBothSides(sides(`${space.repeat(3_000_000)}x`)).kind, "invalid");
    }
  });

  for (const [message, content] of invalid) {
    test(`${message}: ${JSON.stringify(content).slice(0, 60)}`, () => {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      assert.equal(readLock(text), { kind: "invalid", message });
    });
  }
});

describe("lock file: images", (test) => {
  const digest = `sha256:${hashOf("image")}`;
  const findings = (image: string, images: LockFile["images"]) =>
    mistakes(
      compileText(
        {
          "efemarai.yaml": change(DEFINITION, "python:3.11-slim", image),
          "inference.py": PYTHON,
          "modelwright.lock": printLock({ ...EMPTY_LOCK, images }),
        },
        { pedantic: true },
      ),
    ).filter((finding) => finding.startsWith("floating-image"));

  test("an image whose digest is locked is not floating", () => {
    for (const image of ["python", "localhost:5000/python:latest"]) {
      assert.equal(findings(image, new Map()), [`floating-image ${image}`]);
      assert.equal(findings(image, new Map([[image, { digest }]])), []);
      assert.equal(findings(image, new Map([[`${image}2`, { digest }]])), [`floating-image ${image}`]);
    }
  });
});

describe("lock file: keys", (test) => {
  const keys: Readonly<Record<string, string>> = {
    "https://ada:pass@example.com/a": "https://example.com/a",
    "https://example.com/a?X-Amz-Signature=1&X-Amz-Date=2&versionId=3": "https://example.com/a?versionId=3",
    "https://example.com/a?sv=1&sig=2": "https://example.com/a",
    "https://example.com/a?access_token=1#part": "https://example.com/a#part",
    "https://example.com/a?": "https://example.com/a",
    "s3://bucket/a b": "s3://bucket/a b",
  };
  for (const [url, key] of Object.entries(keys)) test(url, () => assert.is(fileKey(url), key));

  test("of code have the branch or commit, and no credentials", () => {
    assert.is(codeKey("https://ada:pass@example.com/a.git", "main"), "https://example.com/a.git#main");
    assert.is(codeKey("git@example.com:a/b.git", undefined), "git@example.com:a/b.git");
  });

  test("mask tokens of known formats", () => {
    const token = `ghp_${"aB3dE5gH7jK9mN1pQ3sT5vW7xY9zA1cD3eF5"}`;
    for (const key of [fileKey(`https://example.com/${token}/a`), imageKey(`example.com/${token}`)])
      assert.not.match(key, token);
  });

  test("have the names of variables and their defaults", () => {
    const parts = ["s3://", { name: "BUCKET", default: undefined }, "/", { name: "STAGE", default: "test" }];
    assert.is(writtenText(parts), "s3://${BUCKET}/${STAGE:-test}");
  });
});

describe("lock file: merges by Git", (test) => {
  /** Merges two branches that start from a lock file, and returns whether Git could, and the text. */
  const merged = (base: LockFile, ours: LockFile, theirs: LockFile, style = "merge") =>
    inTemporaryFolder({}, (folder) => {
      const commit = (lock: LockFile) => {
        writeFileSync(join(folder, "modelwright.lock"), printLock(lock));
        gitIn(folder, "add", ".");
        gitIn(folder, "commit", "--quiet", "--allow-empty", "-m", "x");
      };
      gitIn(folder, "init", "--quiet");
      commit(base);
      gitIn(folder, "branch", "theirs");
      commit(ours);
      gitIn(folder, "checkout", "--quiet", "theirs");
      commit(theirs);
      gitIn(folder, "checkout", "--quiet", "main");
      let isMerged = true;
      try {
        gitIn(folder, "-c", `merge.conflictStyle=${style}`, "merge", "--quiet", "theirs");
      } catch {
        isMerged = false;
      }
      return { isMerged, text: readFileSync(join(folder, "modelwright.lock"), "utf8") };
    });

  test("entries that are apart merge", () => {
    const { isMerged, text } = merged(
      filesLock("b", "d", "f", "h"),
      filesLock("a", "b", "d", "f", "h"),
      filesLock("b", "d", "f", "g", "h"),
    );
    assert.ok(isMerged);
    const read = readLock(text);
    assert.is(read.kind === "lock" && namesIn(read.lock), "abdfgh");
  });

  for (const style of ["merge", "diff3"]) {
    test(`entries that are neighbors are read as both sides (${style})`, () => {
      const { isMerged, text } = merged(filesLock("a", "d"), filesLock("a", "b", "d"), filesLock("a", "c", "d"), style);
      assert.not.ok(isMerged);
      assert.is(readLock(text).kind, "conflict");
      const read = readBothSides(text);
      assert.is(read.kind === "lock" && printLock(read.lock), printLock(filesLock("a", "b", "c", "d")));
    });

    test(`an entry that both sides changed is left out (${style})`, () => {
      const changed = (bytes: number): LockFile => {
        const { files, ...rest } = filesLock("a", "b", "c");
        return {
          ...rest,
          files: new Map([...files, ["https://example.com/b", { sha256: hashOf(`${bytes}`), bytes }]]),
        };
      };
      const { isMerged, text } = merged(filesLock("a", "b", "c"), changed(10), changed(20), style);
      assert.not.ok(isMerged);
      const read = readBothSides(text);
      assert.is(read.kind === "lock" && namesIn(read.lock), "ac");
    });
  }

  test("random changes of two branches are never merged wrongly", () => {
    const all = [..."abcdefghij"];
    for (let seed = 1; seed <= 12; seed++) {
      const random = randomNumbers(seed);
      const some = () => all.filter(() => random(3) > 0);
      const [base, ours, theirs] = [some(), some(), some()];
      const { isMerged, text } = merged(filesLock(...base), filesLock(...ours), filesLock(...theirs));
      const read = isMerged ? readLock(text) : readBothSides(text);
      assert.is(read.kind, "lock", `seed ${seed}`);
      if (read.kind !== "lock") continue;
      // `lock` removes entries that are no longer asked for, so only a missing entry would be wrong.
      const kept = new Set(namesIn(read.lock));
      for (const name of ours) if (theirs.includes(name)) assert.ok(kept.has(name), `seed ${seed}: ${name}`);
      for (const name of [...ours, ...theirs])
        if (!base.includes(name)) assert.ok(kept.has(name), `seed ${seed}: ${name}`);
    }
  });
});
