// The typed client of generated bindings.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build as esbuild } from "esbuild";
import * as assert from "uvu/assert";
import type { ExecutionPlan } from "../../src/plan/execution-plan.ts";
import { type Datapoint, defineModel, ModelError, PredictionError } from "../../src/run/index.ts";
import { describe } from "../describe.ts";
import { fixture, ROOT } from "../golden.ts";
import { type Anything, withModel } from "./client-model.ts";
import { assertGone, newMark, oneByOne, planOf, type Sketch } from "./harness.ts";

async function all<Value>(values: AsyncIterable<Value>): Promise<readonly Value[]> {
  const list: Value[] = [];
  for await (const value of values) list.push(value);
  return list;
}

const ids = (...names: readonly string[]): readonly Datapoint[] => names.map((id) => ({ id, inputs: {} }));

describe("run: a session", (test) => {
  test("predicts in order, repeatedly, until it is stopped", () =>
    withModel({ folder: "calls", predict: "sizes", maxSize: 2, environment: ["STAGE"] }, async (model, env) => {
      assert.is(model.id, "model");
      const session = await model.start({ env });
      const first = await all(session.predict(ids("a", "b", "c")));
      const second = await all(session.predict(ids("d")));
      await session.stop();
      assert.equal(
        [...first, ...second],
        [
          { call: 1, size: 2, index: 0 },
          { call: 1, size: 2, index: 1 },
          { call: 2, size: 1, index: 2 },
          { call: 3, size: 1, index: 0 },
        ],
      );
      await session.stop();
      try {
        await all(session.predict(ids("e")));
        assert.unreachable();
      } catch (error) {
        assert.instance(error, ModelError);
      }
    }));

  test("throws for a datapoint that fails, or returns the error as its result", () =>
    withModel({ folder: "hostile", predict: "raises", maxSize: 4 }, async (model, env) => {
      const session = await model.start({ env });
      const seen: unknown[] = [];
      try {
        for await (const prediction of session.predict(ids("a", "bad", "c"))) seen.push(prediction);
        assert.unreachable();
      } catch (error) {
        assert.instance(error, PredictionError);
        const { message, type, index, id, traceback } = error as PredictionError;
        assert.equal([message, type, index, id], ["bad: ValueError: cannot read bad", "ValueError", 1, "bad"]);
        assert.match(traceback ?? "", /in raises\n/);
      }
      assert.equal(seen, [{ id: "a" }]);
      const settled = await all(session.predictSettled(ids("bad", "b", "bad")));
      assert.equal(
        settled.map((each) => (each.status === "fulfilled" ? each.value : each.reason.message)),
        ["bad: ValueError: cannot read bad", { id: "b" }, "bad: ValueError: cannot read bad"],
      );
      assert.equal(
        settled.map(({ index, id }) => [index, id]),
        [0, 1, 2].map((index) => [index, ["bad", "b", "bad"][index]]),
      );
      await session.stop();
    }));

  test("reads at most two batches ahead, and can be left early", () =>
    withModel({ folder: "calls", predict: "sizes", maxSize: 2 }, async (model, env) => {
      const session = await model.start({ env });
      let read = 0;
      let closed = false;
      function* endless(): Generator<Datapoint> {
        try {
          for (;;) yield { id: `${read++}`, inputs: {} };
        } finally {
          closed = true;
        }
      }
      let taken = 0;
      for await (const _ of session.predict(endless())) {
        taken++;
        assert.ok(read <= taken + 4, `${read} read, ${taken} taken`);
        if (taken === 9) break;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
      assert.ok(closed);
      assert.is((await all(session.predict(ids("again")))).length, 1);
      await session.stop();
    }));

  test("stops immediately while the code is busy", () =>
    withModel({ folder: "hostile", predict: "announces" }, async (model, env) => {
      let begun = (): void => {};
      const busy = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const onLog = (line: string): void => {
        if (line.startsWith("sleeper")) begun();
      };
      const session = await model.start({ env, onLog });
      const predicted = all(session.predict(ids("slow"))).catch((error: unknown) => error);
      await busy;
      await session.stop();
      assert.instance(await predicted, ModelError);
    }));

  test("continues if its process dies", () =>
    withModel({ folder: "hostile", predict: "ends_process", maxSize: 2 }, async (model, env) => {
      await using session = await model.start({ env });
      const settled = await all(session.predictSettled(ids("a", "bad", "b", "c")));
      assert.equal(
        settled.map((each) => (each.status === "fulfilled" ? each.value : each.reason.type)),
        [{ id: "a" }, "WorkerEnded", { id: "b" }, { id: "c" }],
      );
      const error: unknown = await all(session.predict(ids("bad"))).catch((reason) => reason);
      assert.instance(error, PredictionError);
      assert.equal(await all(session.predict(ids("d"))), [{ id: "d" }]);
    }));

  test("calls for one datapoint share batches", () =>
    withModel({ folder: "calls", predict: "sizes", maxSize: 16 }, async (model, env) => {
      await using session = await model.start({ env, maxWaitMs: 50 });
      const predicted = ids("a", "b", "c", "d", "e", "f", "g", "h", "i", "j").map((one) => session.predictOne(one));
      const batch = Array.from({ length: 10 }, (_, index) => ({ call: 1, size: 10, index }));
      assert.equal(
        (await Promise.all(predicted)).map((value, index) => ({ ...value, index })),
        batch,
      );
      assert.equal((await session.predictOne({ inputs: {} }))["call"], 2);
    }));

  test("a full batch of single datapoints does not wait", () =>
    withModel({ folder: "calls", predict: "sizes", maxSize: 2 }, async (model, env) => {
      await using session = await model.start({ env, maxWaitMs: 2 ** 30 });
      const predicted = ids("a", "b", "c", "d").map((one) => session.predictOne(one));
      const sizes = (await Promise.all(predicted)).map(({ call, size }) => [call, size]);
      assert.equal(sizes, [
        [1, 2],
        [1, 2],
        [2, 2],
        [2, 2],
      ]);
    }));

  test("a datapoint that fails rejects only its own call", () =>
    withModel({ folder: "hostile", predict: "ends_process", maxSize: 4 }, async (model, env) => {
      await using session = await model.start({ env });
      const settled = await Promise.allSettled(ids("a", "bad", "b").map((one) => session.predictOne(one)));
      assert.equal(
        settled.map((each) => (each.status === "fulfilled" ? each.value : (each.reason as PredictionError).type)),
        [{ id: "a" }, "WorkerEnded", { id: "b" }],
      );
      const broken: unknown = await session.predictOne({} as Datapoint).catch((reason: unknown) => reason);
      assert.is((broken as PredictionError).type, "InputError");
    }));

  test("a call that is aborted leaves its batch", () =>
    withModel({ folder: "calls", predict: "sizes", maxSize: 3 }, async (model, env) => {
      await using session = await model.start({ env, maxWaitMs: 2 ** 30 });
      const leave = new AbortController();
      const [first, second] = ids("a", "b").map((one) =>
        session.predictOne(one, { signal: leave.signal }).catch((reason: unknown) => reason),
      );
      leave.abort("enough");
      assert.equal([await first, await second], ["enough", "enough"]);
      const others = ids("c", "d", "e").map((one) => session.predictOne(one));
      const calls = (await Promise.all(others)).map(({ call, size }) => [call, size]);
      assert.equal(calls, [
        [1, 3],
        [1, 3],
        [1, 3],
      ]);
    }));

  test("does not wait for a source that has no further datapoint yet", () =>
    withModel({ folder: "hostile", predict: "prints", maxSize: 8 }, async (model, env) => {
      await using session = await model.start({ env });
      const { datapoints, next } = oneByOne("a", "b", "c");
      const seen: unknown[] = [];
      for await (const { id } of session.predict(datapoints)) {
        seen.push(id);
        next();
      }
      assert.equal(seen, ["a", "b", "c"]);
    }));

  test("says why it ended, also in later calls", () =>
    withModel({ folder: "hostile", predict: "ends_process", maxSize: 2 }, async (model, env) => {
      await using session = await model.start({ env, restarts: { max: 0 } });
      for (const _ of ["first", "second"]) {
        const error: unknown = await all(session.predict(ids("bad", "a"))).catch((reason) => reason);
        assert.instance(error, ModelError);
        const reason = "`--max-restarts 0` (`restarts` of `start`) does not allow a restart";
        assert.is((error as Error).message, `model/predict: the Python process ended with exit code 7; ${reason}`);
      }
    }));

  test("a signal ends an iteration immediately with its reason, and the model stays loaded", () =>
    withModel({ folder: "hostile", predict: "announces" }, async (model, env) => {
      const leave = new AbortController();
      const session = await model.start({ env, onLog: (line) => line.startsWith("sleeper") && leave.abort() });
      const error: unknown = await all(session.predict(ids("slow"), { signal: leave.signal })).catch(
        (reason) => reason,
      );
      assert.is((error as Error).name, "AbortError");
      const already = AbortSignal.abort(new RangeError("mine"));
      let read = 0;
      function* counted(): Generator<Datapoint> {
        for (;;) yield { id: `${read++}`, inputs: {} };
      }
      for (const predict of [session.predict, session.predictSettled]) {
        assert.instance(await all(predict(counted(), { signal: already })).catch((reason) => reason), RangeError);
      }
      assert.is(read, 0);
      await session.stop();
    }));

  test("a signal between two predictions applies before the next one", () =>
    withModel({ folder: "calls", predict: "sizes", maxSize: 4 }, async (model, env) => {
      const leave = new AbortController();
      await using session = await model.start({ env });
      const seen: unknown[] = [];
      try {
        for await (const prediction of session.predict(ids("a", "b", "c"), { signal: leave.signal })) {
          seen.push(prediction);
          leave.abort("enough");
        }
        assert.unreachable();
      } catch (error) {
        assert.is(error, "enough");
      }
      assert.is(seen.length, 1);
      assert.is((await all(session.predict(ids("again")))).length, 1);
    }));

  test("the signal of the start ends the process, with its reason", () =>
    withModel({ folder: "hostile", predict: "announces" }, async (model, env) => {
      const error = async (signal: AbortSignal): Promise<unknown> => {
        return model.start({ env, signal }).catch((reason: unknown) => reason);
      };
      assert.is(await error(AbortSignal.abort("before")), "before");
      assert.is(((await error(AbortSignal.timeout(20))) as Error).name, "TimeoutError");
      const leave = new AbortController();
      const session = await model.start({
        env,
        signal: leave.signal,
        onLog: (line) => line.startsWith("sleeper") && leave.abort("after"),
      });
      assert.is(await all(session.predict(ids("slow"))).catch((reason: unknown) => reason), "after");
    }));

  test("an input that throws makes the call throw", () =>
    withModel({ folder: "calls", predict: "sizes" }, async (model, env) => {
      const session = await model.start({ env });
      async function* broken(): AsyncGenerator<Datapoint> {
        yield { id: "a", inputs: {} };
        throw new RangeError("mine");
      }
      const seen: unknown[] = [];
      try {
        for await (const prediction of session.predict(broken())) seen.push(prediction);
        assert.unreachable();
      } catch (error) {
        assert.instance(error, RangeError);
      }
      assert.is(seen.length, 1);
      await session.stop();
    }));

  test("arrays are lists, or unchanged", () =>
    withModel({ folder: "returns" }, async (model, env) => {
      const session = await model.start({ env });
      const inputs = [{ inputs: { kind: "memoryview" } }, { inputs: { kind: "not finite" } }];
      const [lists, numbers] = await all(session.predict(inputs));
      assert.equal(lists?.["numbers"], [
        [0, 1, 2],
        [3, 4, 5],
      ]);
      assert.equal(numbers?.["numbers"], [1, Number.NaN, Infinity, -Infinity]);
      const [raw] = await all(session.predict(inputs.slice(0, 1), { arrays: "raw" }));
      assert.equal(raw?.["numbers"], { dtype: "UINT8", shape: [2, 3], data: new Uint8Array([0, 1, 2, 3, 4, 5]) });
      await session.stop();
    }));

  test("reports everything that is wrong", async () => {
    const failing = async (sketch: Sketch, change?: (plan: ExecutionPlan) => unknown): Promise<string> => {
      let message = "";
      await withModel(
        sketch,
        async (model, env) => {
          const error: unknown = await model.start({ env }).catch((reason: unknown) => reason);
          assert.instance(error, ModelError);
          message = (error as ModelError).message;
        },
        change,
      );
      return message;
    };
    const loadInputs = { key: { env: "NOT_SET" } };
    const files = { weights: { literal: "missing" } };
    assert.is(
      await failing({ folder: "calls", loadInputs, files }),
      "model cannot be started:\nmodel/load: the environment variable NOT_SET is not set\nmodel/files/weights: the file `missing` does not exist",
    );
    assert.match(
      await failing({ folder: "hostile", load: "fails_to_load", predict: "prints" }),
      /weights are damaged\nTraceback/,
    );
    const again = /`plan\.json` .*; run `modelwright build` again$/;
    assert.match(await failing({ folder: "calls" }, (plan) => ({ ...plan, hash: `sha256:${"0".repeat(64)}` })), again);
    assert.match(await failing({ folder: "calls" }, (plan) => ({ ...plan, planVersion: 2 })), again);
    assert.match(await failing({ folder: "calls" }, () => "text"), again);
    const edited =
      "plan: `plan.json` was edited after it was built: its content does not match its `hash`; run `modelwright build` again";
    assert.match(await failing({ folder: "calls" }, (plan) => ({ ...plan, models: [] })), edited);
  });
});

describe("run: the place of the definition", (test) => {
  const sketch: Sketch = { folder: "calls", predict: "sizes" };
  const { hash } = planOf(sketch);
  const plan = JSON.stringify(planOf(sketch));
  const load = async () => ({ default: plan });

  test("a build tool contains the plan, and paths start at the working directory", async () => {
    const root = relative(process.cwd(), fixture("run"));
    const model: Anything = defineModel("model", undefined, { root, plan: hash, load });
    const session = await model.start({ env: {} });
    assert.equal(await all(session.predict(ids("a"))), [{ call: 1, size: 1, index: 0 }]);
    await session.stop();
    const other: Anything = defineModel("model", undefined, { root, plan: `${hash}1`, load });
    assert.match(await messageOf(other.start({ env: {} })), "is not the plan from which the module was generated");
  });

  test("`root` gives its new place", async () => {
    const model: Anything = defineModel("model", undefined, { root: "nowhere", plan: hash, load });
    const message = await messageOf(model.start({ env: {} }));
    assert.match(message, "`calls` does not exist");
    assert.match(message, /root: paths start from `.*nowhere`; set the option `root` to use another folder$/);
    const session = await model.start({ env: {}, root: fixture("run") });
    assert.equal(await all(session.predict(ids("a"))), [{ call: 1, size: 1, index: 0 }]);
    await session.stop();
  });

  for (const format of ["esm", "cjs"] as const) {
    test(`a bundle without its Python reports it: ${format}`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
      try {
        const contents = `import { defineModel } from "./src/run/index.ts";
const definition = { root: ${JSON.stringify(fixture("run"))}, plan: "${hash}", load: async () => ({ default: ${JSON.stringify(plan)} }) };
defineModel("model", undefined, definition).start({ env: {} }).catch(({ message }) => console.log(message));`;
        const outfile = join(folder, format === "esm" ? "main.mjs" : "main.cjs");
        const stdin = { contents, resolveDir: ROOT };
        await esbuild({ stdin, outfile, bundle: true, platform: "node", format, logLevel: "silent" });
        const { stdout, stderr } = spawnSync(process.execPath, [outfile], { cwd: folder, encoding: "utf8" });
        assert.match(stdout, "worker: the Python files of `modelwright/run` are missing; mark", stderr);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }

  test("without `plan.json`, the error says what to do", async () => {
    const module = { url: pathToFileURL(fixture("run", "main.js")).href } as ImportMeta;
    const model: Anything = defineModel("model", module, { root: "./", plan: hash });
    const message = await messageOf(model.start({ env: {} }));
    assert.match(
      message,
      /`plan\.json` does not exist in .*run `modelwright build` again.*copy `plan\.json` next to it.*modelwright\/plugin/,
    );
  });
});

describe("run: in a browser", (test) => {
  test("has the same names, needs nothing of Node, and says where models can be started", async () => {
    const browser: Readonly<Record<string, unknown>> & typeof import("../../src/run/browser.ts") = await import(
      "../../src/run/browser.ts"
    );
    assert.equal(Object.keys(browser).sort(), Object.keys(await import("../../src/run/index.ts")).sort());
    const model: Anything = browser.defineModel("digits");
    assert.is(model.id, "digits");
    assert.match(await messageOf(model.start({ env: {} })), "digits: models cannot be started in a browser");
    assert.match(await messageOf(browser.run()), "models cannot be started in a browser");
    const { metafile } = await esbuild({
      entryPoints: [join(ROOT, "src/run/browser.ts")],
      bundle: true,
      platform: "browser",
      write: false,
      metafile: true,
    });
    assert.equal(Object.keys(metafile.inputs).sort(), [
      ...["src/base/exact-json.ts", "src/base/result.ts", "src/run/browser.ts"],
      ...["src/run/client/errors.ts", "src/run/client/json-arrays.ts", "src/run/client/outcomes.ts"],
      ...["src/run/client/remote.ts"],
      ...["src/run/worker/extract-arrays.ts", "src/run/worker/raw-array.ts", "src/run/worker/reply-limits.ts"],
    ]);
  });
});

/** The error of a promise. */
async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.instance(error, ModelError);
  return (error as ModelError).message;
}

describe("run: a session that is not closed", (test) => {
  test("does not keep the process alive, and ends with it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    const mark = newMark();
    try {
      const plan = planOf({ folder: "calls", predict: "sizes" });
      writeFileSync(join(folder, "plan.json"), JSON.stringify(plan));
      writeFileSync(
        join(folder, "main.mjs"),
        `import { defineModel } from ${JSON.stringify(pathToFileURL(join(ROOT, "src/run/index.ts")).href)};
const model = defineModel("model", import.meta, { root: ${JSON.stringify(fixture("run"))}, plan: ${JSON.stringify(plan.hash)} });
const session = await model.start({ env: process.env });
for await (const prediction of session.predict([{ id: "a", inputs: {} }])) console.log(JSON.stringify(prediction));`,
      );
      const child = spawn(process.execPath, ["--import", "tsx", join(folder, "main.mjs")], {
        cwd: ROOT,
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, MODELWRIGHT_MARK: mark },
      });
      let output = "";
      child.stdout.on("data", (chunk) => {
        output += chunk;
      });
      assert.is(await new Promise((resolve) => child.on("close", resolve)), 0);
      assert.is(output, '{"call":1,"size":1,"index":0}\n');
      await assertGone(mark);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("run: the declarations", (test) => {
  test("need no types of Node or a browser, and no package", () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    const compile = (file: string, project: unknown): void => {
      writeFileSync(join(folder, file), JSON.stringify(project));
      const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
      const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", join(folder, file)], { encoding: "utf8" });
      assert.is(status, 0, stdout);
    };
    try {
      compile("library.json", {
        extends: join(ROOT, "tsconfig.json"),
        compilerOptions: {
          noEmit: false,
          declaration: true,
          emitDeclarationOnly: true,
          outDir: join(folder, "built"),
          rootDir: ROOT,
          typeRoots: [join(ROOT, "node_modules/@types")],
        },
        files: [join(ROOT, "src/run/index.ts")],
        include: [],
      });
      const from = JSON.stringify("./built/src/run/index.d.ts").replace(".d.ts", ".js");
      writeFileSync(
        join(folder, "models.ts"),
        `import { defineModel, run } from ${from};
import type { Datapoint, Model } from ${from};
export const model: Model<Datapoint, { readonly scores: readonly number[] }, { readonly KEY: string }> = /* @__PURE__ */ defineModel("model", import.meta, { root: "../", plan: "sha256:" });
const session = await model.start({ env: { KEY: "x" } });
for await (const { scores } of session.predict([{ path: "a.png" }])) scores.map((score: number) => score);
export const report = run;`,
      );
      const compilerOptions = {
        noEmit: true,
        strict: true,
        target: "es2022",
        module: "nodenext",
        lib: ["es2022"],
        types: [],
        skipLibCheck: false,
      };
      writeFileSync(join(folder, "package.json"), '{"type":"module"}');
      compile("consumer.json", { compilerOptions, files: ["models.ts"] });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
