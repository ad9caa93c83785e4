// Tables, JSON lists and COCO annotations as input: the datapoints, and the messages about mistakes.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { exactJson } from "../../src/base/exact-json.ts";
import { csvRows } from "../../src/run/input/csv.ts";
import type { Entry } from "../../src/run/input/entry.ts";
import { jsonItems } from "../../src/run/input/json.ts";
import { jsonPieces, pieceValue } from "../../src/run/input/json-pieces.ts";
import { findJsonMistake } from "../../src/run/input/read-json.ts";
import { describe } from "../describe.ts";
import { outcomes, planOf, predictions, type Row, runPlan } from "./harness.ts";

const plan = planOf({ folder: "calls", predict: "describes", maxSize: 3 });

/** Runs over files in a folder of their own. The first one is the input. */
async function over(
  files: Readonly<Record<string, string | Buffer>>,
  work: (result: Awaited<ReturnType<typeof runPlan>>, folder: string) => void,
  images?: string,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const [first = ""] = Object.keys(files);
    const options = images === undefined ? {} : { images: join(folder, images) };
    work(await runPlan(plan, join(folder, first), options), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const inputsOf = (rows: readonly Row[]) => predictions(rows).map(({ inputs }) => inputs);

/** The messages of a run about a broken input, without its name. */
async function complaint(name: string, content: string | Buffer, more: Record<string, string> = {}): Promise<string> {
  let said = "";
  await over({ [name]: content, ...more }, ({ report, rows }) => {
    assert.equal(rows, []);
    assert.equal(
      report.failures.map(({ step }) => step),
      ["input"],
    );
    said = (report.failures[0]?.message ?? "").replace(/^`[^`]*`[:,]? /, "");
  });
  return said;
}

/** A text cut at these places, as a stream that counts how much of it was read. */
function pieces(text: string | Buffer, cuts: readonly number[]) {
  const bytes = Buffer.from(text);
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  const counter = { read: 0 };
  async function* stream(): AsyncGenerator<Buffer> {
    for (const [index, start] of places.slice(0, -1).entries()) {
      counter.read++;
      yield bytes.subarray(start, places[index + 1]);
    }
  }
  return { stream: stream(), counter };
}

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const collected: Value[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

/** The entries in short: inputs with the id, or the mistake. */
function short(entry: Entry): unknown {
  if (entry.kind === "broken") return entry.error.message;
  return [entry.id, "inputs" in entry.datapoint ? { ...entry.datapoint.inputs } : entry.datapoint.path];
}

describe("run: tables as input", (test) => {
  test("the header names the inputs; quotes, newlines, CRLF and a byte order mark", async () => {
    const table =
      '\ufeffid,image,text\r\nfirst,a/b.png,"x, ""y""\r\nz"\r\n\r\n7,https://host/x.png,\r\n"",/abs.png," é "';
    await over({ "data.csv": table }, ({ rows, report }, folder) => {
      assert.equal(report.failures, []);
      assert.equal(
        rows.map(({ id, index }) => [index, id]),
        [
          [0, "first"],
          [1, "7"],
          [2, ""],
        ],
      );
      assert.equal(inputsOf(rows), [
        { image: join(folder, "a/b.png"), text: 'x, "y"\r\nz' },
        { image: "https://host/x.png", text: "" },
        { image: "/abs.png", text: " é " },
      ]);
    });
  });

  test("names of columns are data", async () => {
    const [entry] = await all(csvRows(pieces("__proto__,constructor\na,b", []).stream, "/"));
    assert.is(JSON.stringify(entry && short(entry)), '["0",{"__proto__":"a","constructor":"b"}]');
  });

  test("all broken rows are reported at once, with their lines", async () => {
    const table = 'a,b\n1,2\n1\n1,2,3\n"x"y,2\n1,x"y\n';
    assert.is(
      await complaint("data.csv", table),
      "line 3 has 1 cell, but the header names 2; line 4 has 3 cells, but the header names 2; " +
        "line 5, column 4: text after a closing quote; line 6, column 4: a quote in an unquoted cell",
    );
    const many = await complaint("data.csv", `a,b\n${"1\n".repeat(12)}`);
    assert.match(many, /line 6 has 1 cell, [^;]*; and 7 more$/);
  });

  test("mistakes of a table as a whole", async () => {
    const wrong: readonly (readonly [string | Buffer, RegExp])[] = [
      ["", /^the file is empty; the first line must name the inputs$/],
      ["a;b\n1;2", /^line 1 separates its columns with `;`; use commas$/],
      ["a\tb", /separates its columns with tabs/],
      ["a,,b", /^line 1: column 2 of the header has no name$/],
      ["a,b,a", /^line 1: the header has two columns named `a`$/],
      ['a,b\n1,"2\n3,4\n', /^the quote in line 2, column 3 is not closed$/],
      [Buffer.from([0x61, 0x0a, 0xff]), /^line 2 is not valid UTF-8$/],
      [Buffer.from("\ufeffa,b\n1,2", "utf16le"), /^line 1 is not valid UTF-8$/],
    ];
    for (const [content, message] of wrong) assert.match(await complaint("data.csv", content), message);
  });

  test("in a stream, a broken row is an error row and the others are predicted", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    try {
      const path = join(folder, "pipe.csv");
      spawnSync("mkfifo", [path]);
      spawn("sh", ["-c", `printf 'id,a\\nx,1\\ny\\n"z"z,2\\nw,3' > ${path}`]);
      const { rows } = await runPlan(plan, path);
      assert.equal(outcomes(rows), ["x", "1: InputError", "2: InputError", "w"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("any table is read as written, in pieces of any size", async () => {
    const cell = fc.string({ unit: fc.constantFrom(..."ab,\"\n\r é\u{1f600}\0;'") });
    const table = fc.integer({ min: 2, max: 4 }).chain((width) =>
      fc.record({
        rows: fc.array(fc.array(fc.tuple(cell, fc.boolean()), { minLength: width, maxLength: width })),
        end: fc.constantFrom("\n", "\r\n"),
        isEnded: fc.boolean(),
        cuts: fc.array(fc.nat()),
      }),
    );
    const property = fc.asyncProperty(table, async ({ rows, end, isEnded, cuts }) => {
      const width = rows[0]?.length ?? 2;
      const header = Array.from({ length: width }, (_, column) => `column ${column}`);
      const written = rows.map((row) =>
        row
          .map(([text, quoted]) => (quoted || /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text))
          .join(),
      );
      const text = [header.join(), ...written].join(end) + (isEnded ? end : "");
      const read = await all(csvRows(pieces(text, cuts).stream, "/"));
      const expected = rows.map((row, index) => [
        String(index),
        Object.fromEntries(row.map(([cellText], column) => [header[column], cellText])),
      ]);
      assert.equal(read.map(short), expected);
    });
    await fc.assert(property, { numRuns: 500 });
  });

  test("any input ends, and nothing is read before it is needed", async () => {
    const text = fc.string({ unit: fc.constantFrom(...'a,"\n\r') });
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat()), async (rest, cuts) => {
        for (const entry of await all(csvRows(pieces(`a,b\n${rest}`, cuts).stream, "/"))) short(entry);
      }),
      { numRuns: 500 },
    );
    const { stream, counter } = pieces("a\n1\n2\n3\n4\n", [2, 4, 6, 8]);
    const rows = csvRows(stream, "/");
    await rows.next();
    assert.is(counter.read, 2);
  });
});

describe("run: a JSON list as input", (test) => {
  test("one object is one datapoint", async () => {
    const list = '\ufeff [ {"id":"é","image":"a.png","n":[1,{"b":"]}"}]},\n {"id":7}, {} ]\n';
    await over({ "data.json": list }, ({ rows, report }, folder) => {
      assert.equal(report.failures, []);
      assert.equal(
        rows.map(({ id }) => id),
        ["é", "7", "2"],
      );
      assert.equal(inputsOf(rows), [{ image: join(folder, "a.png"), n: [1, { b: "]}" }] }, {}, {}]);
    });
    await over({ "data.json": "[]" }, ({ rows, report }) => assert.equal([rows, report.failures], [[], []]));
  });

  test("mistakes are reported with line and column", async () => {
    const wrong: readonly (readonly [string | Buffer, string])[] = [
      ["", "line 1, column 1: expected a list or an object"],
      ["7", "line 1, column 1: expected a list or an object"],
      ['{"a":[{}]}', "it is neither a list of datapoints nor a COCO annotation file: it has no `images`"],
      ['[{"a":1}\n {"a":2}]', "line 2, column 2: expected `,` or the end of the list or object"],
      ['[{"a":1},]', "line 1, column 10: expected a value"],
      ["[{}", "line 1, column 4: the document is not closed"],
      ['[{"a":"}]', "line 1, column 10: the value that begins in line 1, column 2 is not closed"],
      ["[{}] x", "line 1, column 6: unexpected text after the end of the document"],
      [
        '[{},\n "é", {"é":\n  tru}, 7]',
        "line 2, column 2 is not a JSON object; line 3, column 3: expected a value; line 3, column 9 is not a JSON object",
      ],
      ['[{"é":1}, {"a" 1}]', "line 1, column 16: expected `:`"],
      [
        '["\u{1f600}", {"id":[]}]',
        "line 1, column 2 is not a JSON object; line 1, column 8 has an `id` that is neither text nor a number",
      ],
      [Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), "line 1: the item is not valid UTF-8"],
    ];
    for (const [content, message] of wrong) assert.is(await complaint("data.json", content), message);
  });

  test("any list is read as written, with its places, in pieces of any size", async () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const property = fc.asyncProperty(
      fc.array(value),
      fc.constantFrom(0, 1, "\t"),
      fc.array(fc.nat()),
      async (list, indent, cuts) => {
        const text = JSON.stringify(list, null, indent);
        const read = await all(jsonPieces(pieces(text, cuts).stream));
        assert.equal(
          read.map((piece) => exactJson(pieceValue(piece))),
          list.map((value) => JSON.stringify({ kind: "value", value: JSON.parse(JSON.stringify(value)) })),
        );
        for (const { offset, line, column, bytes } of read) {
          const before = Buffer.from(text).subarray(0, offset).toString().split("\n");
          assert.equal([line, column], [before.length, (before.at(-1)?.length ?? 0) + 1]);
          assert.is(Buffer.from(text).compare(bytes, 0, bytes.length, offset, offset + bytes.length), 0);
        }
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });

  test("a mistake is reported exactly if JSON.parse rejects the text", () => {
    const damaged = fc
      .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom(...'[]{},:"\\ex1-\n'), fc.boolean())
      .map(([text, place, mark, replaces]) => {
        const at = place % (text.length + 1);
        return text.slice(0, at) + mark + text.slice(replaces ? at + 1 : at);
      });
    fc.assert(
      fc.property(damaged, (text) => {
        assert.is(findJsonMistake(text) === undefined, isJson(text), text);
      }),
      { numRuns: 2000 },
    );
    assert.equal(findJsonMistake(`${"[".repeat(200_000)}x`)?.offset, 200_000);
  });

  test("nothing is read before it is needed", async () => {
    const { stream, counter } = pieces('[{"a":1},{"a":2},{"a":3}]', [9, 17]);
    await jsonItems(stream, "/").next();
    assert.is(counter.read, 1);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const COCO = {
  info: { year: 2026, note: "[{" },
  annotations: [
    { id: 1, image_id: 11, category_id: 2, bbox: [10, 20, 5, 6], iscrowd: 0 },
    { id: 2, image_id: 10, category_id: 1, bbox: [0, 0, 1.5, 1], segmentation: [[1, 2, 3, 4]] },
    { id: 3, image_id: 11, caption: "no box" },
  ],
  images: [
    { id: 10, file_name: "a.jpg", width: 4, height: 3 },
    { id: 11, file_name: "sub/b.png" },
    { id: 12, file_name: "c.jpg" },
  ],
  categories: [
    { id: 1, name: "cat" },
    { id: 2, name: "dog" },
  ],
};

describe("run: COCO annotations as input", (test) => {
  test("one image is one datapoint, with its annotations", async () => {
    for (const indent of [0, 2]) {
      const files = { "annotations/instances_val2017.json": JSON.stringify(COCO, null, indent), "val2017/a.jpg": "" };
      await over(files, ({ rows, report }, folder) => {
        assert.equal(report.failures, []);
        assert.equal(
          rows.map(({ id }) => id),
          ["a.jpg", "sub/b.png", "c.jpg"],
        );
        const [box, dog, caption] = [COCO.annotations[1], COCO.annotations[0], COCO.annotations[2]];
        assert.equal(inputsOf(rows), [
          {
            width: 4,
            height: 3,
            image: join(folder, "val2017/a.jpg"),
            image_id: 10,
            boxes: [[0, 0, 1.5, 1]],
            classes: [1],
            annotations: [{ ...box, category: "cat" }],
          },
          {
            image: join(folder, "val2017/sub/b.png"),
            image_id: 11,
            boxes: [[10, 20, 15, 26]],
            classes: [2],
            annotations: [{ ...dog, category: "dog" }, caption],
          },
          { image: join(folder, "val2017/c.jpg"), image_id: 12, boxes: [], classes: [], annotations: [] },
        ]);
      });
    }
  });

  test("the images are next to the annotations, in a usual folder, or in a given one", async () => {
    const content = JSON.stringify(COCO);
    const places: readonly (readonly [string, string, string?])[] = [
      ["_annotations.coco.json", "a.jpg"],
      ["data.json", "images/a.jpg"],
      ["annotations/data.json", "images/a.jpg"],
      ["annotations/instances_train.json", "images/train/a.jpg"],
      ["data.json", "elsewhere/a.jpg", "elsewhere"],
    ];
    for (const [file, image, images] of places) {
      const check = ({ rows }: { rows: readonly Row[] }, folder: string) =>
        assert.is((inputsOf(rows)[0] as { image: string }).image, join(folder, image));
      await over({ [file]: content, [image]: "" }, check, images);
    }
    assert.is(
      await complaint("a/val_x.json", content),
      "the image `a.jpg` does not exist in any of these folders, relative to the file: `.`, `images`, `x`, `images/x`, `..`, `../images`, `../x`, `../images/x`; " +
        "set the image folder with `--images`",
    );
  });

  test("mistakes of the file are reported at once", async () => {
    const broken = {
      ...COCO,
      images: [...COCO.images, { id: 10, file_name: "x.jpg" }, { id: 13 }, 7],
      annotations: [{ image_id: 10, bbox: [1, 2] }, {}],
    };
    assert.is(
      (await complaint("data.json", JSON.stringify(broken, null, 1))).replaceAll(/line \d+: /g, ""),
      "a `bbox` must be a list of four numbers: x, y, width and height; an annotation must have an `image_id`; " +
        "the id 10 is used by two images; an image must have a `file_name`; an item of `images` is not an object",
    );
    const lost = { ...COCO, annotations: [{ image_id: 99 }] };
    assert.match(
      await complaint("data.json", JSON.stringify(lost)),
      /^line 1: the `image_id` 99 is not the id of an image$/,
    );
    assert.match(
      await complaint("data.json", '{"images": [{"id":1,]}'),
      /line 1, column 21: expected a key in double quotes/,
    );
    await over(
      { "data.jsonl": "{}" },
      ({ report }) => assert.match(report.failures[0]?.message ?? "", /is not a COCO annotation file/),
      ".",
    );
  });
});
