// Pictures of the graph: their exact bytes, valid XML for every input, no overlaps, and no secrets.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { reachedFrom } from "../src/draw/hops.ts";
import { html } from "../src/draw/html.ts";
import { labelOf } from "../src/draw/label.ts";
import { type Outline, type Shape, shapesInto } from "../src/draw/layout.ts";
import { pack } from "../src/draw/pack.ts";
import type { Box, Picture } from "../src/draw/picture.ts";
import { FRAME, NODE_HEIGHT } from "../src/draw/sizes.ts";
import { svg } from "../src/draw/svg.ts";
import { change, DEFINITION } from "./definitions.ts";
import { describe } from "./describe.ts";
import { casesOf, folderOf } from "./fixtures.ts";
import { fixture, golden } from "./golden.ts";
import { manyModels } from "./many-models.ts";
import { pictureOfFolder, pictureOfText, xmlProblems } from "./pictures.ts";

const GOLDENS = [
  ["accept", "whole-project"],
  ["accept", "several-models"],
  ["accept", "universal-beside-models"],
  ["accept", "environment"],
  ["accept", "hostile-names"],
  ["accept", "project-without-models"],
  ["reject", "cycle"],
  ["reject", "contradicting-link"],
] as const;

const hostileTexts = readdirSync(fixture("hostile"))
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => readFileSync(fixture("hostile", name), "utf8"));

/** A definition with one model that has this name everywhere. */
function named(name: string): string {
  const text = JSON.stringify(name);
  return `models:
  - name: ${text}
    repository: { url: ${text} }
    files: [{ name: ${text}, url: "https://example.com/p.pt" }]
    runtime:
      device: ${text}
      load: { entrypoint: ${text}, inputs: [{ name: ${text}, value: 1 }], output: { name: ${text} } }
      predict: { entrypoint: ${text}, inputs: [], output: { name: ${text}, keys: [${text}] } }
domains:
  - name: ${text}
    transformations: [{ name: ${text}, operator: ${text} }]
`;
}

const anyName = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "a",
      " ",
      "<",
      ">",
      "&",
      '"',
      "'",
      "]]>",
      "--",
      "</script>",
      "<!--",
      "\u0000",
      "\u001b",
      "\ufffe",
      "\uffff",
    ),
    fc.constantFrom("\ud800", "\u202e", "\u0301", "é", "語", "😀", "👩‍👩‍👧", "\u2028", "\t", "\n", "${A}", "::error::"),
    fc.string({ unit: "binary", maxLength: 1 }),
  ),
  maxLength: 60,
});

describe("the SVG of a graph", (test) => {
  for (const [kind, name] of GOLDENS) {
    test(`${kind}/${name}, byte for byte`, () => {
      golden(fixture("draw", `${name}.svg`), svg(pictureOfFolder(folderOf(kind, name))));
    });
  }

  test("is valid XML for every accepted, rejected and hostile definition", () => {
    const folders = (["accept", "reject"] as const).flatMap((kind) =>
      casesOf(kind).map((name) => folderOf(kind, name)),
    );
    const pictures = [...folders.map(pictureOfFolder), ...hostileTexts.map((text) => pictureOfText(text))];
    assert.equal(
      xmlProblems(pictures.map(svg)).filter((problem) => problem !== ""),
      [],
    );
    for (const picture of pictures) isTidy(picture);
  });

  test("is valid XML for any name, without characters that are invisible or change the text direction", () => {
    const texts: string[] = [];
    const shown = (name: string) => {
      const picture = pictureOfText(named(name));
      isTidy(picture);
      for (const text of [svg(picture), html(picture)])
        assert.not.match(text, /[^\P{Cc}\n]|[\p{Cs}\u2028\u2029\p{Bidi_Control}]/u);
      texts.push(svg(picture));
    };
    fc.assert(fc.property(anyName, shown), { numRuns: 60 });
    assert.equal(
      xmlProblems(texts).filter((problem) => problem !== ""),
      [],
    );
  });

  test("is the same for the same definition, and models of one shape share a layout", () => {
    const text = manyModels(50, "plain").get("efemarai.yaml") ?? "";
    const picture = pictureOfText(text);
    assert.is(picture.boxes.length, 50);
    assert.ok(picture.shapes.length <= 2, `${picture.shapes.length} shapes`);
    assert.is(svg(picture), svg(pictureOfText(text)));
  });

  test("without models and domains says so", () => {
    assert.match(svg(pictureOfText("project: { name: a }\n")), "The graph has no models or domains.");
  });
});

/** Whether nothing overlaps or leaves its box. */
function isTidy({ boxes, shapes }: Picture): void {
  for (const box of boxes) {
    const shape = shapes[box.shape];
    assert.ok(shape !== undefined && shape.nodes.length === box.nodes.length);
    isApart(shape);
    assert.ok(shape.width + 2 * FRAME.side <= box.width + 0.1);
    assert.ok(FRAME.top + shape.height + FRAME.bottom <= box.height + 0.1);
  }
  const { places } = pack(boxes, 1.6);
  assert.equal(
    overlaps(boxes.map(({ width, height }, i) => ({ ...(places[i] ?? { x: 0, y: 0 }), width, height }))),
    [],
  );
}

function isApart({ nodes, width, height }: Shape): void {
  const rectangles = nodes.map(([x, y, wide]) => ({ x, y, width: wide, height: NODE_HEIGHT }));
  assert.equal(overlaps(rectangles), []);
  for (const each of rectangles) {
    assert.ok(each.x >= 0 && each.y >= 0 && each.x + each.width <= width + 0.1 && each.y + each.height <= height + 0.1);
  }
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function overlaps(rectangles: readonly Rectangle[]): readonly string[] {
  const found: string[] = [];
  for (const [i, a] of rectangles.entries()) {
    for (const [j, b] of rectangles.slice(0, i).entries()) {
      const isWide = a.x + 0.1 < b.x + b.width && b.x + 0.1 < a.x + a.width;
      if (isWide && a.y + 0.1 < b.y + b.height && b.y + 0.1 < a.y + a.height) found.push(`${j} and ${i}`);
    }
  }
  return found;
}

describe("the layout of a box", (test) => {
  const outline = fc.integer({ min: 1, max: 14 }).chain((count) =>
    fc.record({
      widths: fc.array(fc.integer({ min: 60, max: 400 }), { minLength: count, maxLength: count }),
      edges: fc.uniqueArray(
        fc.record({ from: fc.nat(count - 1), to: fc.nat(count - 1), isCyclic: fc.constant(false) }),
        { maxLength: 30, selector: ({ from, to }) => `${from} ${to}` },
      ),
    }),
  );
  const shapeOf = (given: Outline): Shape => {
    const shapes: Shape[] = [];
    return shapes[shapesInto(shapes)(given)] ?? { width: 0, height: 0, nodes: [], edges: [] };
  };

  test("of any graph, with cycles and loops, has no overlaps", () => {
    fc.assert(
      fc.property(outline, (given) => {
        const shape = shapeOf(given);
        isApart(shape);
        assert.is(shape.edges.length, given.edges.length);
        for (const { line, head } of shape.edges) {
          assert.match(line, /^M[-\d. ]+(?:C[-\d. ]+)+$/);
          assert.match(head, /^M[-\d. ]+l[-\d. ]+[hv][-\d.]+z$/);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("of a large graph has plain columns and takes linear time", () => {
    const count = 20_000;
    const edges = Array.from({ length: count - 1 }, (_, i) => ({ from: i % 100, to: i + 1, isCyclic: false }));
    const shape = shapeOf({ widths: Array.from({ length: count }, () => 100), edges });
    assert.is(shape.nodes.length, count);
    assert.ok(
      shape.edges.every(({ from, to }) => from === to || (shape.nodes[from]?.[0] ?? 0) < (shape.nodes[to]?.[0] ?? 0)),
    );
  });

  test("counts the hops to the nodes that a node needs and that need it, and ends in cycles", () => {
    const edges = [
      [0, 1],
      [1, 2],
      [2, 1],
      [0, 2],
    ].map(([from = 0, to = 0]) => ({ from, to, isCyclic: false }));
    const shape = shapeOf({ widths: [100, 100, 100], edges });
    assert.equal(reachedFrom(shape, 0, "feeds"), [
      { node: 1, hops: 1 },
      { node: 2, hops: 1 },
    ]);
    assert.equal(reachedFrom(shape, 1, "needs"), [
      { node: 0, hops: 1 },
      { node: 2, hops: 1 },
    ]);
  });
});

describe("labels", (test) => {
  test("are cut to their columns, and have few combining marks", () => {
    assert.equal(labelOf("abc", 3), { text: "abc", columns: 3 });
    assert.equal(labelOf("abcd", 3), { text: "ab…", columns: 3 });
    assert.equal(labelOf("語語語", 4), { text: "語…", columns: 3 });
    assert.equal(labelOf("\u001b[2J", 20), { text: "\\u001b[2J", columns: 9 });
    assert.equal(labelOf(`a${"\u0301".repeat(30)}`, 9), { text: "a\u0301\u0301", columns: 1 });
  });

  test("of any text fit", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), fc.integer({ min: 4, max: 40 }), (text, most) => {
        assert.ok(labelOf(text, most).columns <= most);
      }),
    );
  });
});

describe("the data of a picture", (test) => {
  const nodeOf = (picture: Picture, name: string) =>
    picture.boxes.flatMap(({ nodes }) => nodes).find((node) => node.name === name);
  const codesAt = (picture: Picture, findings: readonly number[] = []) =>
    findings.map((i) => picture.findings[i]?.code);

  test("has each finding at the smallest node that contains it", () => {
    const text = change(
      change(DEFINITION, "device: cpu", "device: cpux"),
      "value: 640",
      "value: ${model.files.parms.url}",
    );
    const picture = pictureOfText(`project: { nam: x }\n${text}`);
    assert.equal(codesAt(picture, nodeOf(picture, "load input width")?.findings), ["undefined-reference"]);
    assert.equal(codesAt(picture, picture.others), ["unknown-key"]);
    assert.ok(codesAt(picture, picture.boxes[0]?.findings).includes("invalid-value"), "the device is in the box");
  });

  test("has a finding in a shared runtime at each model that uses the runtime", () => {
    const universal = change(DEFINITION, "name: detector", 'name: "${model.name}"');
    const other = "  - name: first\n  - name: second\n";
    const wrong = change(universal, "value: 640", "value: ${model.files.parms.url}");
    const picture = pictureOfText(`${wrong}${other}`);
    const marked = picture.boxes.filter(({ nodes }) => nodes.some(({ findings }) => findings !== undefined));
    assert.ok(marked.length >= 3, `${marked.map(({ name }) => name)}`);
  });

  test("has the location, the text and the kind of a node", () => {
    const picture = pictureOfText(DEFINITION);
    const file = nodeOf(picture, "file params");
    assert.equal(
      picture.files.map(({ path }) => path),
      ["efemarai.yaml"],
    );
    assert.is(file?.caption, "file");
    assert.match(picture.texts[file?.text ?? -1] ?? "", /^- name: params\n {2}url: https:/);
    assert.is(nodeOf(picture, "load inference:get_model")?.kind, "load");
    assert.equal(DEFINITION.split("\n")[(file?.place?.[1] ?? 0) - 1]?.slice((file?.place?.[2] ?? 0) - 1), "params");
  });

  test("has an environment variable in each box that reads it", () => {
    const picture = pictureOfText(manyModels(3, "plain").get("efemarai.yaml") ?? "");
    assert.equal(
      picture.boxes.map(({ nodes }) => nodes.filter(({ kind }) => kind === "environment").map(({ name }) => name)),
      Array.from({ length: 3 }, () => ["environment API_TOKEN"]),
    );
  });

  test("has cycles as sentences", () => {
    const picture = pictureOfFolder(folderOf("reject", "cycle"));
    const cycles = picture.boxes.flatMap((box: Box) => box.cycles);
    assert.ok(cycles.length > 0);
    for (const cycle of cycles) assert.match(cycle, / needs .* needs /);
    assert.ok(picture.shapes.some(({ edges }) => edges.some(({ isCyclic }) => isCyclic)));
  });

  test("is limited to the most severe findings", () => {
    const lines = Array.from({ length: 1500 }, (_, i) => `x${i}: 1\n`).join("");
    const picture = pictureOfText(`${lines}models: [{ name: a, runtime: 1 }]\n`);
    assert.is(picture.findings.length, 1000);
    assert.ok(picture.hidden >= 500);
  });
});

describe("the page of a graph", (test) => {
  test("runs only its own script, and makes no requests", () => {
    const text = html(pictureOfText(named("</script><script>alert(1)</script><img src=x onerror=alert(1)>")));
    const scripts = [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map(([, code = ""]) => code);
    assert.is(scripts.length, 2);
    const hash = createHash("sha256")
      .update(scripts[1] ?? "")
      .digest("base64");
    assert.match(text, `script-src 'sha256-${hash}'; style-src`);
    assert.match(text, "default-src 'none'");
    assert.not.match(scripts[0] ?? "", "<");
    assert.not.match(text.replace(/<script[\s\S]*?<\/script>/g, ""), /\b(?:src|href)=|url\(|@import/);
  });
});
