// Completion at a cursor. The cases below `fixtures/editor/complete` show the text, the items, and the lines that change when one of them
// is accepted.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { type Host, memoryHost } from "../src/base/host.ts";
import { check } from "../src/compile.ts";
import { nodeHost } from "../src/disk/host.ts";
import { complete } from "../src/editor/complete/complete.ts";
import type { CompletionItem } from "../src/editor/complete/completion.ts";
import { describe } from "./describe.ts";
import { accepted, completed, completionCases, rewritten } from "./editor-complete-cases.ts";
import { casesOf, definitionOf, filesBelowFixtures, folderOf } from "./fixtures.ts";
import { goldenPart } from "./golden.ts";
import { manyModels } from "./many-models.ts";

const LEAST = 115;

/** The visible parts of items and the text that they insert, without their places. */
const seen = (items: readonly CompletionItem[]) =>
  items.map(({ label, kind, detail, snippet, edit: { text } }) => [label, kind, detail, snippet, text]);

describe("completion", (test) => {
  const cases = completionCases();

  test("has many cases", () => {
    assert.ok(cases.length >= LEAST, `${cases.length} cases`);
  });

  for (const one of cases) {
    test(`${one.written.name}: ${one.written.title}`, () => {
      goldenPart(one.path, one.written.text, rewritten(one));
    });
  }

  test("offers the same items in a file with Windows line endings", () => {
    for (const one of cases) {
      const text = one.text.replaceAll("\n", "\r\n");
      const offset = one.text.slice(0, one.offset).replaceAll("\n", "\r\n").length;
      const { items } = completed(one, text, offset);
      const expected = seen(completed(one, one.text, one.offset).items);
      const withoutReturns = JSON.stringify(seen(items)).replaceAll("\\r\\n", "\\n");
      assert.is(withoutReturns, JSON.stringify(expected), one.written.name);
      const isBroken = (item: CompletionItem) => text.includes("\r\n") && /(?<!\r)\n/.test(accepted(text, item));
      assert.is(items.some(isBroken), false, one.written.name);
    }
  });

  test("offers the same items after a byte order mark", () => {
    for (const one of cases) {
      const expected = seen(completed(one, one.text, one.offset).items);
      assert.equal(seen(completed(one, `\ufeff${one.text}`, one.offset + 1).items), expected, one.written.name);
    }
  });

  test("a line ends at a lone carriage return, as in editors", () => {
    const text = "models:\n  - name: a\n    files: []\r    runtime:\r      device: c";
    const { items } = completed({ files: new Map() }, text, text.length);
    for (const { edit } of items) assert.is(text.slice(edit.span.start, edit.span.end), "c");
    assert.equal(
      items.map(({ label }) => label),
      ["cpu", "gpu", "cuda"],
    );
  });
});

describe("snippets of completion", (test) => {
  const offered = (text: string, label: string) => {
    const offset = text.indexOf("|");
    const { items } = completed({ files: new Map() }, text.replace("|", ""), offset);
    return items.find((item) => item.label === label);
  };

  test("a key with words offers them as choices", () => {
    const item = offered("datasets:\n  - name: a\n    |", "format");
    assert.is(item?.snippet, "format: ${1|COCO,ImageRegression,ImageNet,tfrecord,Custom|}");
  });

  test("a section has its first item, with everything that the item requires", () => {
    const item = offered("|", "baselines");
    assert.is(item?.snippet, "baselines:\n  - name: $1\n    model: $2\n    dataset: $3");
    assert.is(item?.indent, "");
  });

  test("each further line begins with the indentation of the line with the cursor", () => {
    const item = offered("models:\n  - name: a\n    |", "files");
    assert.is(item?.snippet, "files:\n      - name: $1\n        url: $2");
    assert.is(item?.indent, "    ");
  });

  test("an expression in a snippet is text", () => {
    const text =
      "models:\n  - files:\n      - { name: w, url: a }\n    runtime:\n      load:\n        entrypoint: calls:f\n        inputs:\n          - |";
    const { items } = completed(
      { files: new Map([["calls.py", "def f(w, x): ..."]]) },
      text.replace("|", ""),
      text.indexOf("|"),
    );
    const item = items.find(({ label }) => label === "w");
    assert.is(item?.snippet, 'name: w\n            value: "\\${model.files.w.url\\}"');
    assert.is(item?.edit.text, 'name: w\n            value: "${model.files.w.url}"');
  });
});

/** A host that records every folder and file that is accessed. */
function noting(host: Host): { readonly host: Host; readonly asked: Set<string> } {
  const asked = new Set<string>();
  const note = <A extends readonly string[], T>(name: string, ask: (...paths: A) => T) => {
    return (...paths: A): T => {
      asked.add(`${name} ${paths[0]}`);
      return ask(...paths);
    };
  };
  return {
    asked,
    host: {
      ...host,
      readText: note("read", host.readText),
      namesIn: note("list", host.namesIn),
      kindOf: note("kind", host.kindOf),
      ignored: (paths) => {
        for (const path of paths) asked.add(`ignored ${path}`);
        return host.ignored(paths);
      },
    },
  };
}

describe("the files that completion reads", (test) => {
  const files = manyModels(3, "plain");
  const text = files.get("efemarai.yaml") ?? "";
  const askedAt = (offset: number, from: string = text): ReadonlySet<string> => {
    const { host, asked } = noting(memoryHost(new Map([...files, ["secret/key.py", ""], ["weights/a.pt", ""]])));
    complete({ source: { path: "efemarai.yaml", text: from }, offset, host, variables: [] });
    return asked;
  };

  test("an expression reads no files", () => {
    assert.equal([...askedAt(text.indexOf("${model.files") + 8)], []);
  });

  test("the name of an input reads only the module of its entry point", () => {
    const asked = [...askedAt(text.indexOf("name: threshold") + 8)];
    assert.equal(
      asked.filter((each) => each.startsWith("read")),
      ["read calls.py"],
    );
    assert.equal(
      asked.filter((each) => /list|ignored|secret|weights/.test(each)),
      [],
    );
  });

  test("a path reads only its folder", () => {
    const at = text.indexOf('"https://example.com/params-1.pt"');
    const changed = `${text.slice(0, at)}weights/${text.slice(at + '"https://example.com/params-1.pt"'.length)}`;
    const asked = [...askedAt(at + "weights/".length, changed)];
    assert.equal(asked, ["list weights", "kind weights/a.pt"]);
  });

  test("does not follow links out of the root", () => {
    const base = memoryHost(
      new Map([
        ["away/inside.pt", ""],
        ["own/b.pt", ""],
      ]),
    );
    const host: Host = {
      ...base,
      realPath: (path) => (path.startsWith("away") ? `/elsewhere/${path}` : `/root/${path}`),
    };
    const linked: Host = { ...host, realPath: (path) => (path === "." ? "/root" : host.realPath(path)) };
    const at = (url: string) => {
      const document = `models:\n  - files:\n      - name: a\n        url: ${url}`;
      const source = { path: "efemarai.yaml", text: document };
      return complete({ source, offset: document.length, host: linked, variables: [] }).items.map(({ label }) => label);
    };
    assert.equal(at(""), ["own/"]);
    assert.equal(at("away/"), []);
    assert.equal(at("own/"), ["b.pt"]);
  });

  test("of many names, offers those that begin with the written text, and marks the list as incomplete", () => {
    const many = new Map(Array.from({ length: 3_000 }, (_, i) => [`${i % 2 === 0 ? "a" : "b"}${i}.pt`, ""] as const));
    const document = "models:\n  - files:\n      - name: a\n        url: B1";
    const { items, isComplete } = complete({
      source: { path: "efemarai.yaml", text: document },
      offset: document.length,
      host: memoryHost(many),
      variables: [],
    });
    assert.is(isComplete, false);
    assert.ok(items.length > 0 && items.length <= 1_000 && items.every(({ label }) => label.startsWith("b1")));
  });
});

describe("secrets in completion", (test) => {
  const token = `hf_${"aKdJfmQpWzXrTbYcNvGhLsEuRiOaPqZmVk"}`;

  test("shows and inserts no secret of the definition or of Python code", () => {
    const text = `models:
  - name: a
    files:
      - { name: params, url: "https://example.com/a", credentials: Tr0ub4dor-and-3 }
      - { name: ${token}, url: "https://u:Tr0ub4dor@x.com/a" }
    runtime:
      load:
        entrypoint: calls:
        inputs:
          - { name: one, value: "\${model.files.}" }
          - 
        output: { name: net }
`;
    const python = `def f(a="Tr0ub4dor-and-3", password="x1", b="${token}", *, c: "${token}"):\n    """Use ${token} or Tr0ub4dor-and-3."""\n`;
    const places = ["calls:", "model.files.", "          - \n", "- { name: "].map(
      (mark) => text.lastIndexOf(mark) + mark.trimEnd().length,
    );
    const filled = text.replace("entrypoint: calls:\n", "entrypoint: calls:f\n");
    const all = [
      ...places.map((offset) => [text, offset] as const),
      ...places.map((offset) => [filled, offset + 2] as const),
    ];
    let count = 0;
    for (const [document, offset] of all) {
      const { items } = completed({ files: new Map([["calls.py", python]]) }, document, offset);
      count += items.length;
      const shown = JSON.stringify(items.map(({ edit, ...rest }) => [rest, edit.text]));
      for (const secret of [token, "Tr0ub4dor", '\\"x1\\"']) assert.is(shown.includes(secret), false, shown);
    }
    assert.ok(count > 10);
  });

  test("knows no values of variables, and only the names that are written elsewhere", () => {
    const text = "models:\n  - name: ${OTHER}\n    description: ${HALF";
    const { items } = completed({ files: new Map() }, text, text.length);
    assert.equal(
      items.map(({ label }) => label),
      ["model.name", "DATA_URL", "HF_TOKEN", "OTHER"],
    );
  });
});

/** The texts of all fixtures, for random places. */
const TEXTS = filesBelowFixtures([".yaml", ".yml"])
  .map((path) => readFileSync(path, "utf8"))
  .filter(({ length }) => length > 0 && length < 20_000);

/** A text in which someone continues to write: the rest of a line is deleted, a line is new, or an expression begins. */
function changed(whole: string, at: number, how: string): { readonly text: string; readonly offset: number } {
  if (how === "") return { text: whole, offset: at };
  if (how === "line") {
    const start = whole.indexOf("\n", at) + 1;
    const indent = /^ */.exec(whole.slice(start))?.[0] ?? "";
    return { text: `${whole.slice(0, start)}${indent}\n${whole.slice(start)}`, offset: start + indent.length };
  }
  const cut = damaged(whole, at, "cut", "");
  const isValue = how !== "cut" && /:[ \t]+$/.test(cut.slice(0, at));
  return isValue
    ? { text: cut.slice(0, at) + how + cut.slice(at), offset: at + how.length }
    : { text: cut, offset: at };
}

/** A text whose line is cut at a place, or that lost some characters around it. */
function damaged(text: string, offset: number, how: "whole" | "cut" | "gap", extra: string): string {
  const end = text.indexOf("\n", offset);
  if (how === "cut") return text.slice(0, offset) + (end < 0 ? "" : text.slice(end));
  if (how === "gap") return text.slice(0, offset) + extra + text.slice(offset + 9);
  return text;
}

describe("completion at random places", (test) => {
  const python = new Map([
    ["inference.py", "def load(a, b=1): ...\ndef predict(model, items): ..."],
    ["weights/a b.pt", ""],
  ]);

  test("never fails, and each edit is on the line of the cursor and contains the cursor", () => {
    const pieces = fc.constantFrom(
      "",
      "${",
      "${model.",
      '"',
      "'",
      "{",
      "[",
      "- ",
      ": ",
      "\t",
      "&a ",
      "*a",
      "|\n",
      "\r",
      "<<<<<<< x\n",
      "\u2028",
      "💥",
    );
    fc.assert(
      fc.property(
        fc.nat(TEXTS.length - 1),
        fc.nat(),
        fc.constantFrom("whole" as const, "cut" as const, "gap" as const),
        pieces,
        (index, place, how, extra) => {
          const whole = TEXTS[index] ?? "";
          const at = place % (whole.length + 1);
          const text = damaged(whole, at, how, extra);
          const offset = at + (how === "gap" ? extra.length : 0);
          const { items } = completed({ files: python }, text, offset);
          const before = text.slice(0, offset);
          const start = Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1;
          const end = text.slice(offset).search(/[\r\n]/);
          for (const { edit, sort } of items) {
            assert.ok(start <= edit.span.start && edit.span.start <= offset, `${edit.span.start} ${offset}`);
            assert.ok(offset <= edit.span.end && (end < 0 || edit.span.end <= offset + end), `${edit.span.end}`);
            assert.match(sort, /^\d{5}$/);
          }
        },
      ),
      { numRuns: 300, includeErrorInReport: true },
    );
  });

  const CODES: ReadonlySet<string> = new Set(["undefined-reference", "unknown-key", "invalid-value", "wrong-phase"]);
  const folders = casesOf("accept").map((name) => folderOf("accept", name));

  test("an accepted item in a correct definition is correct", () => {
    let count = 0;
    fc.assert(
      fc.property(
        fc.nat(folders.length - 1),
        fc.nat(),
        fc.nat(),
        fc.constantFrom("", "cut", "line", "${", "${model.", "$"),
        (index, place, choice, how) => {
          const folder = folders[index] ?? "";
          const path = definitionOf(folder);
          const whole = readFileSync(join(folder, path), "utf8");
          // Completion reads only the model with the cursor. What is right there may be wrong in one that repeats it by an alias.
          if (/(?:: |- )\*\w/.test(whole)) return;
          const { text, offset } = changed(whole, place % (whole.length + 1), how);
          const host = nodeHost(folder);
          const { items } = complete({ source: { path, text }, offset, host, variables: ["SOME_NAME"] });
          // Below a key that was cut, the lines that belonged to it may remain.
          const isCut = how !== "" && how !== "line";
          const wanted = items.filter(
            ({ kind }) => kind === "name" || kind === "word" || kind === "variable" || (kind === "key" && !isCut),
          );
          const item = wanted[choice % Math.max(wanted.length, 1)];
          if (item === undefined) return;
          count += 1;
          const after = accepted(text, item);
          const line = after.slice(0, item.edit.span.start).split("\n").length;
          const found = check([{ path, text: after }], host).diagnostics.filter(({ code, span }) => {
            const end = item.edit.span.start + item.edit.text.length;
            return (
              CODES.has(code) && span.source.path === path && span.start <= end && span.end >= item.edit.span.start
            );
          });
          const shown = `${folder} line ${line}, ${item.label}: ${after.split("\n")[line - 1]}`;
          assert.equal(
            found.map(({ code, message }) => `${code}: ${message}`),
            [],
            shown,
          );
        },
      ),
      { numRuns: 200, includeErrorInReport: true },
    );
    assert.ok(count > 25, `${count} items were accepted`);
  });
});
