// What a TypeScript program passes to a model (variables, a name, files), and how it closes it.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { COMPILERS, compile, writeProject, wrongPrograms } from "./bindings-project.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { fixture, ROOT } from "./golden.ts";
import { temporaryFolder } from "./temporary.ts";

const GLOBALS = `declare const process: { readonly env: { [name: string]: string | undefined; TZ?: string } };
declare const console: { log(text: string): void };
interface Disposable { [Symbol.dispose](): void }
interface AsyncDisposable { [Symbol.asyncDispose](): PromiseLike<void> }
interface SymbolConstructor { readonly dispose: unique symbol }
`;

const PROGRAM = `import * as models from "./generated/models.js";

const people = ["Ada", "", "Lin"].map((name) => ({ id: "person " + name, inputs: { name } }));
const lines: string[] = [];
let ended: unknown;
{
  await using greeter = await models.greeter.start({ env: { GREETER_LANGUAGE: "de" } });
  for await (const { status, id, ...rest } of greeter.predictSettled(people)) {
    lines.push(id + ": " + status + ("index" in rest ? " " + rest.index : ""));
  }
  for await (const each of greeter.predictSettled(people)) {
    if (each.status === "fulfilled") lines.push(each.value.text + ", " + each.value.mood);
    else lines.push(each.reason.type + " " + each.reason.index);
  }
  ended = greeter.predict(people.slice(0, 1));
}
try {
  for await (const _ of ended as AsyncIterable<unknown>) lines.push("still there");
} catch (error) {
  lines.push(String(error));
}

const harbour = await models.universal("harbour", { words: "weights/harbour.txt" }).start({ env: process.env });
for await (const { model, count } of harbour.predict([{ inputs: { name: "ship" } }])) lines.push(model + " " + (count + 1));
await harbour.stop();
const lost: Promise<unknown> = models.universal("river", { words: "weights/river.txt" }).start({ env: {} });
lines.push(await lost.then(String, String));
console.log(JSON.stringify(lines));
`;

/** Statements after `START`, and what each compiler reports about the line. */
const WRONG: readonly (readonly [statement: string, error: RegExp])[] = [
  ["models.greeter.start({ env: {} });", /^TS2741: Property 'GREETER_LANGUAGE' is missing in type '\{\}'/],
  ["models.greeter.start({});", /^TS2(?:345|741): .*'env' is missing/],
  ["models.greeter.start();", /^TS2554: Expected 1 arguments, but got 0\./],
  [
    'models.greeter.start({ env: { GREETER_LANGUGE: "en" } });',
    /^TS2561: .* Did you mean to write 'GREETER_LANGUAGE'\?/,
  ],
  [
    "models.greeter.start({ env: { GREETER_LANGUAGE: 5 } });",
    /^TS2322: Type 'number' is not assignable to type 'string'/,
  ],
  [
    "models.greeter.start({ env: { GREETER_LANGUAGE: undefined } });",
    /^TS2322: Type 'undefined' is not assignable to type 'string'/,
  ],
  [
    'models.greeter.start({ env: { GREETER_LANGUAGE: "en", OTHER: "x" } });',
    /^TS2353: .* 'OTHER' does not exist in type 'GreeterEnvironment'/,
  ],
  ["models.greeter.start({ env: moods });", /^TS2741: Property 'GREETER_LANGUAGE' is missing/],
  ["models.greeter.start({ env: numbers });", /^TS2322: .*'Record<string, number>'/],
  ["models.greeter.start({ env: process.env, signal: 5 });", /^TS2322: Type 'number' is not assignable/],
  ['greeter.predict([{ inputs: { nam: "Ada" } }]);', /^TS2561: .* Did you mean to write 'name'\?/],
  ['greeter.predict([{ path: "a.png" }]);', /^TS2353: .* 'path' does not exist in type 'DataDatapoint<GreeterPerson>'/],
  ["greeter.predict(people, { array: true });", /^TS2561: .* Did you mean to write 'arrays'\?/],
  [
    "for await (const { txt } of greeter.predict(people)) txt;",
    /^TS2339: Property 'txt' does not exist on type 'GreeterPrediction'/,
  ],
  [
    "for await (const each of greeter.predictSettled(people)) each.value;",
    /^TS2339: Property 'value' does not exist on type/,
  ],
  ["models.universal.start({ env: {} });", /^TS2339: Property 'start' does not exist on type 'UniversalModel</],
  ['models.universal("a");', /^TS2554: Expected 2 arguments, but got 1\./],
  ['models.universal("a", {});', /^TS2(?:345|741): .*'UniversalFiles'/],
  ['models.universal("a", { words: 5 });', /^TS2322: Type 'number' is not assignable to type 'string'/],
  ['models.universal("a", { word: "a" });', /^TS2561: .* Did you mean to write 'words'\?/],
];

const START = `import type { Session } from "modelwright/run";
import * as models from "../generated/models.js";
declare const greeter: Session<models.GreeterDatapoint, models.GreeterPrediction, models.GreeterPrediction>;
declare const people: models.GreeterDatapoint[];
declare const process: { readonly env: { [name: string]: string | undefined; TZ?: string } };
declare const numbers: Record<string, number>;
const moods = { GREETER_MOOD: "glad" };
declare const plain: { readonly [name: string]: string | undefined };
declare const own: models.GreeterEnvironment;
const universal = models.universal("a", { words: "b" });
// An environment that is passed as a whole is searched when the model starts.
void [universal.start({ env: plain }), universal.start({ env: process.env }), universal.start({ env: {} })];
void [models.greeter.start({ env: plain }), models.greeter.start({ env: own })];
void [models.greeter.start({ env: process.env }), models.greeter.start({ env: { ...process.env, GREETER_LANGUAGE: "en" } })];
void [models, greeter, people, numbers, moods];
export {};
`;

describe("bindings: what a program passes", (test) => {
  const folder = temporaryFolder();
  const node = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    assert.is(status, 0, stdout + stderr);
    return stdout;
  };

  test("reaches the model, and each datapoint gets its own result", async () => {
    cpSync(fixture("accept/typed-client"), folder, { recursive: true });
    for (const generated of ["models.ts", "plan.json"]) rmSync(join(folder, generated));
    node(MAIN, "build");
    writeProject(folder, { "program.ts": PROGRAM, "globals.d.ts": GLOBALS });
    for (const compiler of COMPILERS) assert.is(await compile(compiler, folder), "", compiler);
    node(join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder, "--noEmit", "false", "--rootDir", folder);
    assert.equal(JSON.parse(node(join(folder, "program.js"))), [
      "person Ada: fulfilled 0",
      "person : rejected 1",
      "person Lin: fulfilled 2",
      "Hallo Ada, friendly",
      "ValueError 1",
      "Hallo Lin, friendly",
      "ModelError: greeter/predict: the model was stopped",
      "harbour 3",
      "ModelError: universal/files/words: the file `weights/river.txt` does not exist",
    ]);
  });

  for (const compiler of COMPILERS) {
    test(`is checked: ${compiler}`, async () => assert.equal(await wrongPrograms(compiler, folder, START, WRONG), []));
  }
});
