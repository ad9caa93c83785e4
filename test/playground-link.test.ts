// Links of the playground: every text is restored, and an invalid link is only reported.

import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { LIMITS, nameMistake } from "../src/playground/files.ts";
import { linkOf, readArchive, readLink } from "../src/playground/link.ts";
import { describe } from "./describe.ts";
import { manyModels } from "./many-models.ts";

const link = (value: unknown, version = "1") =>
  `#${version}.${deflateRawSync(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url")}`;

const problemOf = async (fragment: string) => {
  const read = await readLink(fragment);
  return "problem" in read ? read.problem : "";
};

describe("links of the playground", (test) => {
  const name = fc
    .string({ minLength: 1, maxLength: 20, unit: "grapheme" })
    .filter((each) => nameMistake(each, []) === undefined);

  test("restore every text", async () => {
    const files = fc.uniqueArray(fc.record({ name, text: fc.string({ unit: "binary" }) }, { noNullPrototype: true }), {
      selector: (file) => file.name,
      minLength: 1,
      maxLength: 5,
    });
    const isUsable = (all: readonly { readonly name: string }[]) =>
      all.every(
        (file, index) =>
          nameMistake(
            file.name,
            all.slice(0, index).map((each) => each.name),
          ) === undefined,
      );
    await fc.assert(
      fc.asyncProperty(files.filter(isUsable), async (given) => {
        assert.equal(await readLink(await linkOf(given)), { files: given });
      }),
      { numRuns: 100 },
    );
  });

  test("of 1,000 models have at most 20,000 characters", async () => {
    const files = [...manyModels(1000, "rich")].map(([path, text]) => ({ name: path, text }));
    const fragment = await linkOf(files);
    assert.ok(fragment.length < 20_000, String(fragment.length));
    assert.equal(await readLink(fragment), { files });
  });

  test("that are cut or changed are rejected with a sentence", async () => {
    const whole = await linkOf([{ name: "efemarai.yaml", text: "models:\n  - name: a\n".repeat(20) }]);
    for (let end = 0; end < whole.length; end += 7) {
      const read = await readLink(whole.slice(0, end));
      assert.match("problem" in read ? read.problem : "no problem", /^This link /, String(end));
    }
    const damaged = fc.tuple(fc.nat(whole.length - 4), fc.string({ maxLength: 4 }));
    await fc.assert(
      fc.asyncProperty(damaged, async ([at, put]) => {
        const read = await readLink(whole.slice(0, at + 3) + put + whole.slice(at + 4));
        assert.ok("problem" in read ? read.problem.length > 10 : read.files.length > 0);
      }),
      { numRuns: 200 },
    );
  });

  test("that are not links of this version are rejected with a sentence", async () => {
    assert.match(await problemOf("#heading"), "incomplete");
    assert.match(await problemOf(link({ files: [["a.py", ""]] }, "2")), "another version");
    assert.match(await problemOf("#1."), "incomplete");
    assert.match(await problemOf("#1.<script>"), "incomplete");
    for (const value of ["", "{", "null", [], {}, { files: {} }, { files: [] }, { files: [null] }, { files: [["a"]] }])
      assert.match(await problemOf(link(value)), "incomplete", JSON.stringify(value));
    assert.match(await problemOf(link({ files: [["a.py", 1]] })), "incomplete");
    assert.match(await problemOf(link('{"__proto__":{"files":[["a.py",""]]}}')), "incomplete");
  });

  test("with names that lead out of the project are rejected with a sentence", async () => {
    const names = [
      "../a.py",
      "a/../../b.py",
      "/etc/passwd",
      "C:\\a.py",
      "c:/a",
      "a//b.py",
      "./a.py",
      "",
      " ",
      "a\u202eb.py",
    ];
    for (const each of [...names, "a\nb.py", "x".repeat(101), "a/ /b", "a /b"])
      assert.match(await problemOf(link({ files: [[each, ""]] })), "A file name in this link cannot be used.", each);
    const twice = {
      files: [
        ["a.py", ""],
        ["a.py", ""],
      ],
    };
    assert.match(await problemOf(link(twice)), "The file `a.py` already exists.");
    assert.match(
      await problemOf(
        link({
          files: [
            ["a", ""],
            ["a/b.py", ""],
          ],
        }),
      ),
      "cannot have the same name",
    );
    const many = Array.from({ length: LIMITS.files + 1 }, (_, index) => [`m${index}.py`, ""]);
    assert.match(await problemOf(link({ files: many })), "at most 50 files");
  });

  test("with names of object properties are normal files", async () => {
    const names = ["__proto__", "constructor", "toString.py", "__proto__.py"];
    const files = names.map((each) => ({ name: each, text: each }));
    assert.equal(await readLink(await linkOf(files)), { files });
  });

  test("with more than 1 MB of text are not read, however small they are", async () => {
    const large = link({ files: [["a.py", "x".repeat(LIMITS.textBytes + 1)]] });
    assert.ok(large.length < 2000);
    assert.match(await problemOf(large), "more than 1 MB");
    // 500 MB would take seconds and all memory.
    const zeros = deflateRawSync(Buffer.alloc(500_000_000)).toString("base64url");
    assert.match(await problemOf(`#1.${zeros}`), "more than 1 MB");
    assert.match(await problemOf(`#1.${"A".repeat(2_000_000)}`), "more than 1 MB");
    const most = [{ name: "a.py", text: "\u0001".repeat(300_000) }];
    assert.equal(await readLink(await linkOf(most)), { files: most });
  });

  test("are read in the same way as downloaded files", () => {
    assert.equal(readArchive('{"files":[["a.py","x"]]}'), { files: [{ name: "a.py", text: "x" }] });
    assert.ok("problem" in readArchive('{"files":[["../a.py","x"]]}'));
    assert.ok("problem" in readArchive("<!doctype html>"));
  });
});
