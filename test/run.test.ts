// How functions are called: arguments, environment, batches, datapoints, and the process as the code sees it.
import * as assert from "uvu/assert";
import type { PlanValue } from "../src/plan/execution-plan.ts";
import type { Datapoint } from "../src/run/index.ts";
import { describe } from "./describe.ts";
import { fixture } from "./golden.ts";
import { given, named, planOf, predictions, type Row, runPlan, type Sketch } from "./run/harness.ts";

const datapoints = { ref: "model/datapoints", select: "all" };
const handle = { ref: "model/load", select: "output" };
const echo: Sketch = { folder: "calls", predict: "arguments" };

/** The arguments of a call of `arguments`. */
async function argumentsOf(sketch: Partial<Sketch>, environment: Record<string, string> = {}): Promise<unknown> {
  const { rows, report } = await runPlan(planOf({ ...echo, ...sketch }), named("a"), { environment });
  assert.equal(report.failures, []);
  return predictions(rows)[0]?.["arguments"];
}

const problemsOf = async (
  sketch: Partial<Sketch>,
  environment: Record<string, string> = {},
): Promise<readonly string[]> => {
  const { report, rows } = await runPlan(planOf({ ...echo, ...sketch }), named("a"), { environment });
  assert.equal(rows, []);
  return report.failures.map(({ step, message }) => `${step}: ${message}`);
};

describe("run: arguments", (test) => {
  test("literals, lists, maps, templates and references to inputs", async () => {
    const predictInputs: Record<string, PlanValue> = {
      datapoints,
      text: { literal: "$handle" },
      number: { literal: 1.5 },
      nothing: { literal: null },
      list: { list: [{ literal: ["value", 1].join() }, { list: [] }, handle] },
      map: { map: { handle: { literal: "handle" }, __proto__x: { literal: true } } },
      template: {
        template: [{ literal: "a" }, { literal: true }, { literal: null }, { literal: 1e21 }, { literal: 2 }],
      },
      again: { ref: "model/predict", select: "inputs.map" },
      loaded: { ref: "model/load", select: "inputs.size" },
    };
    const seen = await argumentsOf({
      predictInputs,
      loadInputs: { size: { literal: 3 }, device: { literal: "mine" } },
    });
    const map = { handle: "handle", __proto__x: true };
    assert.equal(seen, {
      text: "$handle",
      number: 1.5,
      nothing: null,
      list: ["value,1", [], { size: 3, device: "mine" }],
      map,
      template: "atrue1e+212",
      again: map,
      loaded: 3,
      device: "cpu",
    });
  });

  test("text that looks like a marker stays text", async () => {
    const marks: PlanValue = { list: [{ list: [{ literal: "handle" }] }, { literal: "datapoints" }] };
    const seen = await argumentsOf({ predictInputs: { datapoints, marks } });
    assert.equal(seen, { marks: [["handle"], "datapoints"], device: "cpu" });
  });

  test("files are absolute paths", async () => {
    const files = { weights: { literal: "calls/inference.py" }, folder: { literal: "./calls/../calls" } };
    const weights = { ref: "model/files/weights", select: "url" };
    const folder = { template: [{ literal: "at " }, { ref: "model/files/folder", select: "url" }] };
    const seen = await argumentsOf({ files, predictInputs: { datapoints, weights, folder } });
    assert.equal(seen, {
      weights: fixture("run/calls/inference.py"),
      folder: `at ${fixture("run/calls")}`,
      device: "cpu",
    });
  });

  test("async functions are awaited, all in one loop", async () => {
    const plan = planOf({ folder: "calls", load: "load_later", predict: "later" });
    const { rows, report } = await runPlan(plan, named("a", "b"));
    assert.equal(report.failures, []);
    const [first, second] = predictions(rows).map(({ loop }) => loop);
    assert.is(typeof first, "number");
    assert.is(first, second);
  });
});

describe("run: names as Python reads them", (test) => {
  test("an input reaches the parameter whose normalized name is equal, and `**options` as written", async () => {
    const predictInputs = { datapoints, "\u00b5": { literal: 1 }, "\ufb01t": { literal: 2 } };
    const { rows, report } = await runPlan(planOf({ folder: "calls", predict: "micro", predictInputs }), named("a"));
    assert.equal(report.failures, []);
    assert.equal(predictions(rows), [{ micro: 1, options: ["device", "\ufb01t"] }]);
  });

  test("the same for an entry point", async () => {
    const { report } = await runPlan(planOf({ folder: "calls", predict: "\ufb01rst" }), named("a"));
    assert.equal(report.failures, []);
  });
});

describe("run: the device", (test) => {
  const device = async (sketch: Partial<Sketch>): Promise<unknown> => {
    const { rows } = await runPlan(planOf({ folder: "calls", ...sketch }), named("a"));
    return predictions(rows)[0]?.["device"];
  };

  test("is passed to functions that accept it", async () => {
    assert.is(await device({ predict: "with_device", device: "cuda" }), "cuda");
    assert.is(await device({ predict: "predictor" }), "cpu");
    assert.is(
      await device({ predict: "without_device", load: "load_only", loadInputs: { weights: { literal: 1 } } }),
      null,
    );
  });

  test("can be passed by the plan, and come from the environment", async () => {
    const predictInputs = { datapoints, device: { literal: "mine" } };
    assert.is(await device({ predict: "with_device", predictInputs }), "mine");
    // The wrapped function decides, not the wrapper.
    assert.is(await device({ predict: "logged_without_device", device: "cuda" }), null);
    assert.is(await device({ predict: "logged_with_device", device: "cuda" }), "cuda");
    const environment = { DEVICE: "gpu" };
    const plan = planOf({ folder: "calls", predict: "with_device", device: { env: "DEVICE" } });
    const { rows } = await runPlan(plan, named("a"), { environment });
    assert.equal(rows[0]?.predictions, { device: "cuda" });
  });
});

describe("run: the environment", (test) => {
  const env = (name: string, more: { default?: string; message?: string } = {}): PlanValue => ({ env: name, ...more });

  test("values, defaults for unset and empty ones", async () => {
    const predictInputs = {
      datapoints,
      set: env("STAGE"),
      unset: env("NOT_SET", { default: "one" }),
      empty: env("EMPTY", { default: "two" }),
      nothing: env("NOT_SET", { default: "" }),
    };
    const seen = await argumentsOf({ predictInputs }, { STAGE: "production", EMPTY: "" });
    assert.equal(seen, { set: "production", unset: "one", empty: "two", nothing: "", device: "cpu" });
  });

  test("all missing variables are reported at once", async () => {
    const sketch = {
      loadInputs: { a: env("ONE"), b: { template: [{ literal: "x" }, env("TWO", { message: "the second" })] } },
      predictInputs: { datapoints, c: env("ONE"), d: { list: [env("EMPTY")] } },
      files: {
        weights: env("THREE"),
        labels: { literal: "calls/missing.json" },
        cloud: { literal: "gopher://host/x" },
      },
      predict: "missing.module:arguments",
    };
    assert.equal(await problemsOf(sketch, { EMPTY: "" }), [
      "model/files/weights: the environment variable THREE is not set",
      "model/load: the environment variable ONE is not set",
      "model/load: the environment variable TWO is not set: the second",
      "model/predict: the environment variable EMPTY is empty",
      "model/files/labels: the file `calls/missing.json` does not exist",
      "model/files/cloud: URLs with the scheme `gopher` cannot be fetched; supported: `https`, `http`, `s3`, `gs`, `azure`, `abfs`, `abfss`, `hdfs`, `webhdfs`, `ssh`, `scp`, `sftp` and paths on this machine",
      "model/predict: the module `missing.module` does not exist: neither `missing/module.py` nor `missing/module/__init__.py` was found",
    ]);
  });

  test("numbers are converted, or rejected without showing the value", async () => {
    const sketch = { predict: "sizes", maxSize: env("BATCH") };
    const plan = planOf({ folder: "calls", ...sketch });
    const { rows } = await runPlan(plan, named("a", "b", "c"), { environment: { BATCH: " 2 " } });
    assert.equal(
      predictions(rows).map(({ size }) => size),
      [2, 2, 1],
    );
    for (const BATCH of ["0", "2.5", "many"]) {
      const problem = "model: the environment variable BATCH must be a whole number of at least 1";
      assert.equal(await problemsOf(sketch, { BATCH }), [problem]);
    }
  });

  test("a value cannot lead out of the folder, or show its content", async () => {
    const files = { weights: { template: [{ literal: "calls/" }, env("NAME")] } };
    const out = "model/files/weights: the environment variable NAME leaves the folder with `..`";
    assert.equal(await problemsOf({ files }, { NAME: "../calls/inference.py" }), [out]);
    // Text around a variable, or another variable, can complete the two dots.
    const pieces = (...template: readonly PlanValue[]) => ({ weights: { template } });
    const around = pieces({ literal: "." }, env("NAME"), { literal: "/inference.py" });
    assert.equal(await problemsOf({ files: around }, { NAME: "./calls" }), [out]);
    const both = "model/files/weights: the environment variables NAME, OTHER leave the folder with `..`";
    assert.equal(await problemsOf({ files: pieces(env("NAME"), env("OTHER")) }, { NAME: ".", OTHER: "./a" }), [both]);
    const unset = { env: "UNSET", unset: "$UNSET" };
    assert.equal(await problemsOf({ files: pieces(unset, env("NAME")) }, { NAME: "/../../x" }), [
      out.replace("variable NAME leaves", "variables UNSET, NAME leave"),
    ]);
    const gone = "model/files/weights: the file whose URL contains an environment variable does not exist";
    assert.equal(await problemsOf({ files }, { NAME: "abc" }), [gone]);
  });

  test("secrets are hidden in the log and in errors", async () => {
    const token = "tok-1234567890";
    const predictInputs = { datapoints, token: env("TOKEN") };
    const plan = planOf({ folder: "calls", predict: "leaks", predictInputs, environment: ["TOKEN"] });
    const { rows, log, lines, events } = await runPlan(plan, named("a"), { environment: { TOKEN: token } });
    assert.is(log, "the token is ***");
    assert.is(rows[0]?.error?.message, "*** was refused");
    assert.match(rows[0]?.error?.traceback ?? "", /ValueError: \*\*\* was refused$/);
    assert.not.match(JSON.stringify([lines, events]), token);
  });
});

describe("run: batches", (test) => {
  test("in order, with a shorter last one", async () => {
    const ids = Array.from({ length: 11 }, (_, index) => `d${index}`);
    const plan = planOf({ folder: "calls", predict: "sizes", maxSize: 4 });
    const { rows, events } = await runPlan(plan, named(...ids));
    const seen = rows.map(({ id, index, predictions }) => ({ id, place: index, ...(predictions as object) }));
    assert.equal(
      seen,
      ids.map((id, index) => {
        const call = Math.floor(index / 4) + 1;
        return { id, place: index, call, size: call === 3 ? 3 : 4, index };
      }),
    );
    const progress = events.flatMap((event) => (event.kind === "progress" ? [event.rows] : []));
    assert.equal(progress, [4, 8, 11]);
  });

  test("`head` takes the first ones, and no input gives no rows", async () => {
    const plan = planOf({ folder: "calls", predict: "sizes", maxSize: 2 });
    const { rows } = await runPlan(plan, named("a", "b", "c", "d"), { head: 3 });
    assert.equal(
      rows.map(({ id }) => id),
      ["a", "b", "c"],
    );
    const { report } = await runPlan(plan, named());
    assert.equal([report.models[0]?.state, report.models[0]?.rows], ["done", 0]);
  });

  test("the input is read at most two batches ahead, and is not delayed", async () => {
    let read = 0;
    let written = 0;
    let ahead = 0;
    async function* endless(): AsyncGenerator<Datapoint> {
      for (; read < 40; read++) {
        ahead = Math.max(ahead, read + 1 - written);
        yield { id: `${read}`, inputs: {} };
      }
    }
    const output = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      written++;
    };
    await runPlan(planOf({ folder: "calls", predict: "sizes", maxSize: 4 }), endless(), { output });
    assert.is(written, 40);
    assert.ok(ahead <= 12, `${ahead} datapoints were read ahead`);
  });

  test("a slow input does not delay results", async () => {
    const seen: string[] = [];
    let done = (): void => {};
    const first = new Promise<void>((resolve) => {
      done = resolve;
    });
    async function* slow(): AsyncGenerator<Datapoint> {
      yield { id: "a", inputs: {} };
      await first; // would wait for ever if the row of "a" waited for "b"
      yield { id: "b", inputs: {} };
    }
    const output = (line: string): void => {
      seen.push((JSON.parse(line) as Row).id);
      done();
    };
    await runPlan(planOf({ folder: "calls", predict: "sizes" }), slow(), { output });
    assert.equal(seen, ["a", "b"]);
  });
});

describe("run: datapoints in Python", (test) => {
  test("a file", async () => {
    const plan = planOf({ folder: "calls", predict: "describes" });
    async function* files(): AsyncGenerator<Datapoint> {
      yield { path: "/data/a.JPG" };
      yield { path: "/data/b.txt", id: "second" };
    }
    const { rows } = await runPlan(plan, files());
    assert.equal(rows[0]?.predictions, {
      id: "/data/a.JPG",
      index: 0,
      path: "/data/a.JPG",
      inputs: { image: "/data/a.JPG" },
      names: ["image"],
      length: 1,
      image: "/data/a.JPG",
      texts: ["/data/a.JPG"],
      "has image": true,
    });
    assert.equal(rows[1]?.predictions, {
      id: "second",
      index: 1,
      path: "/data/b.txt",
      inputs: { file: "/data/b.txt" },
      names: ["file"],
      length: 1,
      image: null,
      texts: ["/data/b.txt"],
      "has image": false,
    });
  });

  test("named values, including names with another meaning", async () => {
    const plan = planOf({ folder: "calls", predict: "describes" });
    const inputs = { __proto__: null, image: "x.png", path: 5, index: [1, { a: null }], "": "é" };
    const { rows } = await runPlan(plan, given(inputs));
    const [seen] = predictions(rows).map(({ inputs, path, texts }) => ({ inputs, path, texts }));
    const own = { image: "x.png", path: 5, index: [1, { a: null }], "": "é" };
    assert.equal(seen, { inputs: own, path: "x.png", texts: ["x.png", "é"] });
  });

  test("the datapoints of efemarai, if it is installed", async () => {
    const plan = planOf({ folder: "efemarai", keys: ["fields"] });
    const { rows } = await runPlan(plan, given({ image: "a.png", text: "b", number: 5, other: [1] }));
    const field = (key_name: string, value: unknown) => ({ value, key_name });
    assert.equal(rows[0]?.predictions, {
      fields: [field("image", "a.png"), field("text", "b"), field("number", 5)],
      image: field("image", "a.png"),
      plain: { image: "a.png", text: "b", number: 5, other: [1] },
      place: ["0", 0, "a.png"],
    });
  });

  test("an invalid datapoint becomes an error row", async () => {
    async function* wrong(): AsyncGenerator<Datapoint> {
      yield { id: "a", inputs: {} };
      yield 5 as unknown as Datapoint;
      yield { id: "c", inputs: { big: new Map() } };
      yield { id: "d", inputs: {} };
    }
    const { rows } = await runPlan(planOf({ folder: "calls", predict: "sizes", maxSize: 4 }), wrong());
    assert.equal(
      rows.map(({ id, error }) => [id, error?.type]),
      [
        ["a", undefined],
        ["1", "InputError"],
        ["c", "InputError"],
        ["d", undefined],
      ],
    );
    assert.match(rows[1]?.error?.message ?? "", /^a datapoint must be an object with `path` or `inputs`/);
  });

  test("the older form: one image, or a list of them", async () => {
    const predictInputs = { images: { ref: "model/datapoints", select: "image" } };
    const input = () => given({ image: "a.png" }, { image: "b.png" });
    const one = await runPlan(planOf({ folder: "calls", predict: "images", predictInputs }), input());
    assert.equal(
      one.rows.map(({ predictions }) => predictions),
      [{ images: "a.png" }, { images: "b.png" }],
    );
    const many = await runPlan(planOf({ folder: "calls", predict: "images", predictInputs, maxSize: 2 }), input());
    assert.equal(many.rows[1]?.predictions, { images: ["a.png", "b.png"] });
  });
});

describe("run: the process", (test) => {
  test("looks as if the code had been started directly", async () => {
    const environment = { GREETING: "hello", PYTHONSAFEPATH: "1" };
    const { rows } = await runPlan(planOf({ folder: "calls", predict: "surroundings" }), named("a"), {
      environment,
      passEnv: ["GREETING"],
    });
    const folder = fixture("run/calls");
    assert.equal(rows[0]?.predictions, {
      folder,
      first: folder,
      ours: [],
      modules: [],
      environment: "hello",
      main: null,
    });
  });

  test("two models with modules of the same name run their own code", async () => {
    const plan = planOf(
      { id: "one", folder: "same-name/first", predictInputs: inputsOf("one") },
      { id: "two", folder: "same-name/second", predictInputs: inputsOf("two") },
      { id: "all", folder: "same-name/missing", universal: true },
    );
    const { rows, report } = await runPlan(plan, fixture("run/same-name/first"), { jobs: 2 });
    const names = (model: string) => rows.filter((row) => row.model === model).map(({ predictions }) => predictions);
    assert.equal(names("one"), [{ name: "first" }, { name: "first" }]);
    assert.equal(names("two"), [{ name: "second" }, { name: "second" }]);
    assert.equal(
      report.models.map(({ id, state }) => [id, state]),
      [
        ["one", "done"],
        ["two", "done"],
      ],
    );
  });
});

const inputsOf = (id: string): Record<string, PlanValue> => ({
  handle: { ref: `${id}/load`, select: "output" },
  datapoints: { ref: `${id}/datapoints`, select: "all" },
});
