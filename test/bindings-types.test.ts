// The types from Python annotations in a TypeScript program: wrong programs do not compile, and values at run time match
// their types.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { COMPILERS, compile, write, writeProject, wrongPrograms } from "./bindings-project.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { fixture, ROOT } from "./golden.ts";
import { temporaryFolder } from "./temporary.ts";

const GLOBALS = `declare const process: { readonly env: { [name: string]: string | undefined } };
declare const console: { log(text: string): void };
`;

const PROGRAM = `import type { RawArray } from "modelwright/run";
import * as models from "./generated/models.js";

const segmenter = await models.segmenter.start({ env: process.env });
const datapoints: models.SegmenterDatapoint[] = [{ path: "a.png" }, { inputs: { image: "b.png", threshold: 0.5 } }];
const lists: models.SegmenterPrediction[] = [];
for await (const prediction of segmenter.predict(datapoints)) lists.push(prediction);
const raw: string[] = [];
for await (const { scores, masks, boxes } of segmenter.predict(datapoints, { arrays: "raw" })) {
  if (typeof scores === "number") continue;
  const values: Float64Array = scores.data;
  const any: RawArray | undefined = typeof masks === "object" && "data" in masks ? masks : undefined;
  const label: "ship" | "buoy" | undefined = boxes[0]?.label;
  raw.push([scores.dtype, values.join(), any?.dtype, any?.shape.join(), label].join(" "));
}
await segmenter.stop();
const counter = await models.counter.start({ env: {} });
const counts: number[] = [];
for await (const count of counter.predict([{ inputs: { a: 1, b: 2 } }])) counts.push(count + 1);
await counter.stop();
console.log(JSON.stringify({ lists, raw, counts }));
`;

/** Statements after `START`, and what each compiler reports about the line. */
const WRONG: readonly (readonly [statement: string, error: RegExp])[] = [
  ["prediction.boxs;", /^TS2551: .* 'SegmenterPrediction'\. Did you mean 'boxes'\?/],
  ["prediction.boxes[0].label;", /^TS2532: Object is possibly 'undefined'\./],
  ['prediction.boxes.map((box) => box.label === "car");', /^TS2367: .* and '"car"' have no overlap/],
  ["prediction.boxes.map((box) => box.track + 1);", /^TS18047: 'box\.track' is possibly 'null'\./],
  [
    "prediction.boxes.map((box) => box.corners[2]);",
    /^TS2493: Tuple type 'readonly \[SegmenterPoint, SegmenterPoint\]'/,
  ],
  ["prediction.boxes.pop();", /^TS2339: Property 'pop' does not exist on type 'readonly SegmenterBox\[\]'\./],
  ["prediction.extra.name;", /^TS18046: 'prediction\.extra' is of type 'unknown'\./],
  ['prediction.source = "b";', /^TS2540: Cannot assign to 'source' because it is a read-only property\./],
  ["prediction.scores.data;", /^TS2339: Property 'data' does not exist on type 'readonly number\[\]'\./],
  ["raw.scores.map((score: number) => score);", /^TS2339: Property 'map' does not exist on type .*RawArray<"FP64">/],
  [
    "session.predict([{ inputs: { picture: 1 } }]);",
    /^TS2353: .* 'picture' does not exist in type 'SegmenterDatapointFields'/,
  ],
  ["session.predict([{ inputs: { image: 1 } }]);", /^TS2322: Type 'number' is not assignable to type 'string'/],
  ["session.predict([{ inputs: { threshold: 1 } }]);", /^TS2741: Property 'image' is missing/],
  [
    'session.predict([{ inputs: { image: "a", threshold: "1" } }]);',
    /^TS2322: Type 'string' is not assignable to type 'number'/,
  ],
  ['datapoints = [{ inputs: { image: "a", treshold: 1 } }];', /^TS2561: .* Did you mean to write 'threshold'\?/],
  ['counter.predict([{ path: "a" }]);', /^TS2353: .* 'path' does not exist in type 'DataDatapoint</],
  ['counter.predict([{ inputs: { a: "1" } }]);', /^TS2322: Type 'string' is not assignable to type 'number'/],
  [
    "for await (const count of counter.predict([])) count.boxes;",
    /^TS2339: Property 'boxes' does not exist on type 'number'\./,
  ],
  ["models.segmenter.start();", /^TS2554: Expected 1 arguments, but got 0\./],
  ["models.segmenter.start({});", /^TS(?:2345|2741): .*'env' is missing/],
  ["width = 641;", /^TS2322: Type '641' is not assignable to type '320 \| 640'\./],
];

const START = `import type { Session } from "modelwright/run";
import * as models from "../generated/models.js";
declare const session: Session<models.SegmenterDatapoint, models.SegmenterPrediction, models.SegmenterPredictionRaw>;
declare const counter: Session<models.CounterDatapoint, models.CounterPrediction>;
declare const prediction: models.SegmenterPrediction;
declare const raw: models.SegmenterPredictionRaw;
let datapoints: models.SegmenterDatapoint[] = [];
let width: models.SegmenterLoadArguments["width"] = 320;
void [models, datapoints, width, session, counter, prediction, raw];
export {};
`;

describe("bindings: types from Python", (test) => {
  const folder = temporaryFolder();
  const node = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    assert.is(status, 0, stdout + stderr);
    return stdout;
  };

  test("match the values at run time", async () => {
    cpSync(fixture("accept/python-types"), folder, { recursive: true });
    rmSync(join(folder, "models.ts"));
    rmSync(join(folder, "plan.json"));
    node(MAIN, "build");
    writeProject(folder, { "program.ts": PROGRAM, "globals.d.ts": GLOBALS });
    for (const compiler of COMPILERS) assert.is(await compile(compiler, folder), "", compiler);
    node(join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder, "--noEmit", "false", "--rootDir", folder);
    const result = JSON.parse(node(join(folder, "program.js")));
    assert.equal(result.raw, Array(2).fill("FP64 0.5 UINT8 1,2,2 ship"));
    assert.equal(result.counts, [3]);
    assert.equal(
      result.lists.map(({ source }: { readonly source: string }) => source),
      [join(folder, "a.png"), "b.png"],
    );
    // The received values, written as a program: every value must have its type, without extra properties.
    const values = `import type { SegmenterPrediction } from "./generated/models.js";
export const values: readonly SegmenterPrediction[] = ${JSON.stringify(result.lists)};
`;
    write(folder, { "values.ts": values });
    assert.is(await compile("typescript", folder), "");
    write(folder, { "values.ts": values.replace('"label":"ship"', '"label":"car"') });
    assert.match(await compile("typescript", folder), /values\.ts.*TS2322/);
    rmSync(join(folder, "values.ts"));
  });

  for (const compiler of COMPILERS) {
    test(`reject wrong programs: ${compiler}`, async () => {
      assert.equal(await wrongPrograms(compiler, folder, START, WRONG), []);
    });
  }
});
