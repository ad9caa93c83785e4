// Cycles: all are found, each once, in the order of the text, at any length.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { textOf } from "../src/base/source.ts";
import { findCycles } from "../src/bind/cycles.ts";
import { boundGraph, change, compileText, DEFINITION, findings } from "./definitions.ts";
import { describe } from "./describe.ts";
import { processorTime } from "./processor-time.ts";

/** A graph as text: `a>b,c` for each node with its successors. */
function cyclesOf(text: string): readonly string[] {
  const lines = text.split(" ").map((line) => line.split(">"));
  const edges = new Map(lines.map(([id = "", to = ""]) => [id, to === "" ? [] : to.split(",")]));
  return findCycles([...edges.keys()], (id) => edges.get(id) ?? []).map((cycle) => cycle.join(""));
}

/** All elementary cycles, found by trying all paths. Each begins with its first node. */
function bruteForce(count: number, has: (from: number, to: number) => boolean): readonly string[] {
  const found: string[] = [];
  const walk = (path: readonly number[]): void => {
    const [start = 0] = path;
    const last = path[path.length - 1] ?? 0;
    if (has(last, start)) found.push(path.join());
    for (let next = start + 1; next < count; next++) {
      if (!path.includes(next) && has(last, next)) walk([...path, next]);
    }
  };
  for (let start = 0; start < count; start++) walk([start]);
  return found.sort();
}

const HAND_MADE: readonly (readonly [graph: string, cycles: readonly string[]])[] = [
  ["a", []],
  ["a>b b>c c>d d", []],
  ["a>b,c b>d c>d d", []],
  ["a>a", ["a"]],
  ["a>b b>a", ["ab"]],
  ["b>a a>b", ["ba"]],
  ["a>b b>c c>a", ["abc"]],
  ["a>b b>a c>d d>c", ["ab", "cd"]],
  ["a>a,b b>b,a", ["a", "ab", "b"]],
  ["a>b b>a,c c>b", ["ab", "bc"]],
  ["a>b,c b>c c>a", ["abc", "ac"]],
  ["a>b,c b>a,c c>a,b", ["abc", "ab", "acb", "ac", "bc"]],
  ["x>a a>b b>a", ["ab"]],
  ["a>b b>a,x x>y y", ["ab"]],
  ["constructor>__proto__ __proto__>constructor", ["constructor__proto__"]],
];

describe("cycles of a graph", (test) => {
  for (const [graph, cycles] of HAND_MADE) {
    test(graph, () => assert.equal([...cyclesOf(graph)].sort(), [...cycles].sort()));
  }

  test("begin with their first node and are in that order", () => {
    assert.equal(cyclesOf("a>b b>a c>d d>c e>e"), ["ab", "cd", "e"]);
    assert.equal(cyclesOf("e>e c>d d>c b>a a>b"), ["e", "cd", "ba"]);
    assert.equal(cyclesOf("a>b b>c,b c>a"), ["abc", "b"]);
  });

  test("are the same as those found by trying all paths", () => {
    const graphs = fc.integer({ min: 1, max: 5 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        edges: fc.array(fc.boolean(), { minLength: count ** 2, maxLength: count ** 2 }),
      }),
    );
    fc.assert(
      fc.property(graphs, ({ count, edges }) => {
        const has = (from: number, to: number) => edges[from * count + to] === true;
        const ids = Array.from({ length: count }, (_, i) => i);
        const found = findCycles(ids.map(String), (id) => ids.filter((to) => has(Number(id), to)).map(String));
        const expected = bruteForce(count, has);
        // A complete graph of five nodes has 89 cycles, which is below the limit.
        assert.equal(found.map((cycle) => cycle.join()).sort(), expected);
      }),
      { numRuns: 2000 },
    );
  });

  test("are limited to a hundred", () => {
    const ids = Array.from({ length: 12 }, (_, i) => String(i));
    const found = findCycles(ids, () => ids);
    assert.is(found.length, 100);
    assert.is(new Set(found.map((cycle) => cycle.join())).size, 100);
  });

  const LONG = 100_000;
  const long = Array.from({ length: LONG }, (_, i) => String(i));

  test(`do not overflow the stack for chains and circles of ${LONG}`, () => {
    assert.equal(
      findCycles(long, (id) => (Number(id) + 1 < LONG ? [String(Number(id) + 1)] : [])),
      [],
    );
    assert.is(findCycles(long, (id) => [String((Number(id) + 1) % LONG)])[0]?.length, LONG);
    const pairs = findCycles(long, (id) => [String(Number(id) ^ 1)]);
    assert.is(pairs.length, 100);
    const star = findCycles(["hub", ...long], (id) => (id === "hub" ? long : ["hub"]));
    assert.is(star.length, 100);
    const ladder = findCycles(long, (id) => [String(Number(id) ^ 1), String((Number(id) + 2) % LONG)]);
    assert.is(ladder.length, 100);
  });
});

const INPUT = (name: string, value: string) => `          - name: ${name}\n            value: ${value}\n`;
const WIDTH = "          - name: width\n            value: 640\n";

/** A definition whose load call has these inputs. */
const withInputs = (lines: readonly string[]) => change(DEFINITION, WIDTH, lines.join(""));
const of = (name: string) => `\${model.runtime.load.inputs.${name}}`;

/** `length` inputs, each of which refers to the one before it. The first one refers to nothing, or to the last one. */
function chainOf(length: number, isClosed: boolean): string {
  const lines = Array.from({ length }, (_, i) => {
    const needed = i === 0 ? length - 1 : i - 1;
    return INPUT(`i${i}`, i === 0 && !isClosed ? "1" : of(`i${needed}`));
  });
  return withInputs(lines);
}

describe("definitions with long chains", (test) => {
  // Ten times as many inputs in a hundred times the time would be quadratic.
  const [SHORT, LONG, MOST] = [10_000, 100_000, 30];

  for (const isClosed of [false, true]) {
    test(`${LONG} inputs that refer to one another${isClosed ? " in a circle" : ""} are compiled in linear time`, () => {
      const codes = (length: number) => compileText(chainOf(length, isClosed)).diagnostics.map(({ code }) => code);
      const short = processorTime(() => assert.is(codes(SHORT).includes("cycle"), isClosed));
      const long = processorTime(() =>
        assert.is(codes(LONG).filter((code) => code === "cycle").length, isClosed ? 1 : 0),
      );
      assert.ok(long < MOST * short, `${long} ms for ${LONG}, ${short} ms for ${SHORT}`);
    });
  }
});

describe("cycles of a definition", (test) => {
  test("are reported at the first expression, with the others as related places", () => {
    const compilation = compileText(withInputs([INPUT("c", of("a")), INPUT("a", of("b")), INPUT("b", `x ${of("c")}`)]));
    assert.equal(findings(compilation), [`17:20 cycle ${of("a")}`]);
    const [diagnostic] = compilation.diagnostics;
    assert.is(
      diagnostic?.message,
      "`load input c` needs itself: `load input c` → `load input a` → `load input b` → `load input c`.",
    );
    assert.equal(
      diagnostic?.related?.map(({ message, span }) => `${textOf(span)} ${message}`),
      [
        `${of("b")} \`load input a\` needs \`load input b\` here.`,
        `${of("c")} \`load input b\` needs \`load input c\` here.`,
      ],
    );
  });

  test("are all reported, each once", () => {
    const inputs = [
      INPUT("a", of("b")),
      INPUT("b", `${of("a")} ${of("c")}`),
      INPUT("c", `[ "${of("b")}", "${of("c")}" ]`),
      INPUT("d", `{ e: "${of("e")}" }`),
      INPUT("e", of("d")),
      INPUT("f", of("a")),
    ];
    assert.equal(findings(compileText(withInputs(inputs))), [
      `17:20 cycle ${of("b")}`,
      `19:${"            value: ".length + of("a").length + 2} cycle ${of("c")}`,
      `21:${"            value: [ ".length + of("b").length + 6} cycle ${of("c")}`,
      `23:26 cycle ${of("e")}`,
    ]);
  });

  test("go through the inputs of load or of predict, never through both", () => {
    const text = change(
      withInputs([INPUT("width", of("width"))]),
      "value: ${datapoints}",
      "value: ${model.runtime.predict.inputs.datapoints} ${model.runtime.load.inputs.width}",
    );
    assert.equal(findings(compileText(text)), [
      `17:20 cycle ${of("width")}`,
      "26:20 cycle ${model.runtime.predict.inputs.datapoints}",
    ]);
  });

  test("in an inherited runtime are reported where they are written, once", () => {
    const runtime = withInputs([INPUT("width", of("width"))]);
    const files = "    files: [{ name: params, url: https://example.com/p.pt }]\n";
    const model = `models:\n  - name: a\n${files}  - name: b\n${files}`;
    const provider = change(runtime, "name: detector", "name: ${model.name}");
    const compilation = compileText({ "model.yaml": model, "efemarai.yaml": provider });
    assert.equal(findings(compilation), [`17:20 cycle ${of("width")}`]);
    assert.is(compilation.diagnostics[0]?.span.source.path, "efemarai.yaml");
    assert.is(boundGraph(compilation).graph.cycles.length, 3);
  });

  test("that are long are shortened only in the message", () => {
    const names = Array.from({ length: 3000 }, (_, i) => `i${i}`);
    const inputs = names.map((name, i) => INPUT(name, of(names[(i + 1) % names.length] ?? "")));
    const compilation = compileText(withInputs(inputs));
    assert.equal(findings(compilation), [`17:20 cycle ${of("i1")}`]);
    assert.is(compilation.diagnostics[0]?.related?.length, 20);
    assert.match(compilation.diagnostics[0]?.message ?? "", /… 2980 more/);
  });
});
