// Where datapoints come from, where rows are written, and what is rejected before anything starts.
import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { run } from "../../src/run/index.ts";
import { describe } from "../describe.ts";
import { fixture, ROOT } from "../golden.ts";
import { named, oneByOne, outcomes, planOf, predictions, type Row, runPlan } from "./harness.ts";

const plan = planOf({ folder: "calls", predict: "describes", maxSize: 3 });
const hostile = planOf({ folder: "hostile", predict: "prints", keys: ["id"] });

/** A folder that is removed afterwards. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("run: a folder as input", (test) => {
  test("files at any depth, sorted by path, without hidden and special files", () =>
    inFolder(async (folder) => {
      for (const path of ["b/x.png", "b-1.png", "b.txt", "B.png", "a/.hidden/x", "é.png", "a/b/c/d.jpg"]) {
        mkdirSync(join(folder, path, ".."), { recursive: true });
        writeFileSync(join(folder, path), "");
      }
      writeFileSync(join(folder, ".hidden"), "");
      symlinkSync("..", join(folder, "a", "loop"));
      symlinkSync("../b.txt", join(folder, "a", "link.txt"));
      symlinkSync("nowhere", join(folder, "a", "broken"));
      spawnSync("mkfifo", [join(folder, "pipe")]);
      const { rows } = await runPlan(plan, folder);
      const expected = ["B.png", "a/b/c/d.jpg", "a/link.txt", "b-1.png", "b.txt", "b/x.png", "é.png"];
      assert.equal(
        rows.map(({ id }) => id),
        expected,
      );
      assert.equal(
        predictions(rows).map(({ inputs }) => inputs),
        expected.map((id) => ({ [/\.(png|jpg)$/.test(id) ? "image" : "file"]: join(folder, id) })),
      );
    }));
});

describe("run: JSON lines as input", (test) => {
  test("ids, inputs, and paths relative to the file", () =>
    inFolder(async (folder) => {
      const path = join(folder, "data.jsonl");
      const lines = [
        '\ufeff{"id":"first","image":"images/a.png","text":"é"}\r',
        "",
        '  {"id":7,"file":"/abs/b.bin","path":"../c"}',
        '{"image":"https://host/x.png","__proto__":{"image":1}}',
        '{"image":"data:image/png;base64,iVBORw0="}',
        "{}",
      ];
      writeFileSync(path, lines.join("\n"));
      const { rows } = await runPlan(plan, path);
      assert.equal(
        rows.map(({ id, index }) => [id, index]),
        [
          ["first", 0],
          ["7", 1],
          ["2", 2],
          ["3", 3],
          ["4", 4],
        ],
      );
      const inputs = predictions(rows).map((prediction) => JSON.stringify(prediction["inputs"]));
      assert.equal(inputs, [
        JSON.stringify({ image: join(folder, "images/a.png"), text: "é" }),
        JSON.stringify({ file: "/abs/b.bin", path: join(folder, "../c") }),
        '{"image":"https://host/x.png","__proto__":{"image":1}}',
        '{"image":"data:image/png;base64,iVBORw0="}',
        "{}",
      ]);
    }));

  test("a broken line is reported before anything starts", () =>
    inFolder(async (folder) => {
      const path = join(folder, "data.jsonl");
      const broken: readonly (readonly [string | Buffer, RegExp])[] = [
        ['{"a":1}\n\n{"a":}\n', /line 3 is not JSON: /],
        ["[1]", /line 1 is not a JSON object$/],
        ['{"id":null}', /line 1 has an `id` that is neither text nor a number$/],
        [Buffer.from([0x7b, 0xff, 0x7d]), /line 1 is not valid UTF-8$/],
      ];
      for (const [content, message] of broken) {
        writeFileSync(path, content);
        const { report, rows, events } = await runPlan(plan, path);
        assert.equal(rows, []);
        assert.equal(
          report.failures.map(({ step }) => step),
          ["input"],
        );
        assert.match(report.failures[0]?.message ?? "", message);
        assert.not(events.some(({ kind }) => kind === "state"));
      }
    }));

  test("standard input is read as it arrives, and a broken line is an error row", async () => {
    const child = script("-", "-");
    const [rows, closed] = [collect(child), new Promise((resolve) => child.on("close", resolve))];
    child.stdin.write('{"id":"a"}\n');
    await rows.until(1);
    child.stdin.write('oops\n{"id":"c"}');
    child.stdin.end();
    await closed;
    assert.equal(outcomes(rows.seen()), ["a", "1: InputError", "c"]);
    assert.match(rows.seen()[1]?.error?.message ?? "", /^line 2 is not JSON/);
  });

  test("a datapoint of a stream does not wait until its batch is full", async () => {
    const { datapoints, next } = oneByOne("a", "b", "c");
    const plan = planOf({ folder: "hostile", predict: "prints", keys: ["id"], maxSize: 8 });
    const { rows } = await runPlan(plan, datapoints, { onEvent: ({ kind }) => kind === "progress" && next() });
    assert.equal(outcomes(rows), ["a", "b", "c"]);
  });

  test("an endless stream does not block after the worker has ended", async () => {
    const child = script("-", "-", "ends_process");
    child.stdin.write('{"id":"a"}\n{"id":"bad"}\n');
    const rows = collect(child);
    await new Promise((resolve) => child.on("close", resolve));
    assert.equal(outcomes(rows.seen()), ["a", "bad: WorkerEnded"]);
  });

  test("a stream can be used by one model", async () => {
    const two = planOf({ id: "a", folder: "calls" }, { id: "b", folder: "calls" });
    const { report } = await runPlan(two, named("x"));
    const message =
      "this input can be read only once, so it cannot be used for several models; select one model, or use a file";
    assert.equal(report.failures, [{ step: "input", message }]);
  });
});

describe("run: output files", (test) => {
  test("appear complete, at the end", () =>
    inFolder(async (folder) => {
      const path = join(folder, "out.jsonl");
      writeFileSync(path, "before\n");
      chmodSync(path, 0o640);
      symlinkSync("out.jsonl", join(folder, "link"));
      const during: string[] = [];
      const onEvent = () => void during.push(readFileSync(path, "utf8"));
      await run(hostile, options({ input: named("a", "b"), output: join(folder, "link"), onEvent }));
      assert.equal(new Set(during), new Set(["before\n"]));
      assert.equal(outcomes(rowsOf(path)), ["a", "b"]);
      assert.ok(lstatSync(join(folder, "link")).isSymbolicLink());
      assert.is(statSync(path).mode & 0o777, 0o640);
      assert.equal(readdirSync(folder), ["link", "out.jsonl"]);
    }));

  test("keep predictions from before a step failed", () =>
    inFolder(async (folder) => {
      const path = join(folder, "out.jsonl");
      const dying = planOf({ folder: "hostile", predict: "ends_process" });
      const { failures } = await run(dying, options({ input: named("a", "bad", "b"), output: path, maxRestarts: 0 }));
      assert.is(failures.length, 1);
      assert.equal(outcomes(rowsOf(path)), ["a", "bad: WorkerEnded"]);
    }));

  test("do not change if nothing starts", () =>
    inFolder(async (folder) => {
      const path = join(folder, "out.jsonl");
      writeFileSync(path, "before\n");
      const { failures } = await run(hostile, options({ input: join(folder, "missing"), output: path }));
      assert.is(failures.length, 1);
      assert.is(readFileSync(path, "utf8"), "before\n");
      assert.equal(readdirSync(folder), ["out.jsonl"]);
    }));

  test("do not change if a step fails, or the run is interrupted, before the first row", () =>
    inFolder(async (folder) => {
      const path = join(folder, "out.jsonl");
      writeFileSync(path, "before\n");
      const failing = planOf({ folder: "hostile", load: "fails_to_load", predict: "prints" });
      await run(failing, options({ input: named("a"), output: path }));
      const controller = new AbortController();
      controller.abort();
      await run(hostile, options({ input: named("a"), output: path, signal: controller.signal }));
      assert.is(readFileSync(path, "utf8"), "before\n");
      assert.equal(readdirSync(folder), ["out.jsonl"]);
    }));

  test("that are devices are written directly", async () => {
    const { failures } = await run(hostile, options({ input: named("a"), output: "/dev/null" }));
    assert.equal(failures, []);
    assert.ok(statSync("/dev/null").isCharacterDevice());
  });

  test("a full disk stops the run", async () => {
    if (process.platform !== "linux") return;
    const { failures, models } = await run(hostile, options({ input: named("a", "b", "c"), output: "/dev/full" }));
    assert.equal(failures, [{ step: "output", message: "the disk is full" }]);
    assert.is(models[0]?.state, "failed");
  });

  test("an error of a callback stops the run", async () => {
    const output = () => Promise.reject(new Error("no more"));
    const { failures } = await run(hostile, options({ input: named("a", "b", "c"), output }));
    assert.equal(failures, [{ step: "output", message: "no more" }]);
  });

  test("a broken pipe stops the run", async () => {
    const child = script(fixture("run/digits/images"), "-");
    child.stdout.once("data", () => child.stdout.destroy());
    let report = "";
    child.stderr.on("data", (chunk) => {
      report += chunk;
    });
    await new Promise((resolve) => child.on("close", resolve));
    assert.equal(JSON.parse(report).failures, [{ step: "output", message: "the reader has closed it (broken pipe)" }]);
  });
});

describe("run: errors before the start", (test) => {
  const failuresOf = async (...[models, more]: [typeof plan, Parameters<typeof options>[0]]) => {
    const { failures } = await run(models, options(more));
    return failures.map(({ step, message }) => `${step}: ${message}`);
  };

  test("all at once", () =>
    inFolder(async (folder) => {
      const gone = planOf({ folder: "nowhere" }, { id: "far", folder: "calls", files: { x: { literal: "y" } } });
      const input = join(folder, "data.txt");
      writeFileSync(input, "");
      const python = join(folder, "python");
      const output = join(folder, "missing/out.jsonl");
      assert.equal(await failuresOf(gone, { input, python, output }), [
        "model/repository: the folder `nowhere` does not exist",
        `python: \`${python}\` (the option \`python\`) is not a Python interpreter that can be started`,
        "far/files/x: the file `y` does not exist",
        `input: \`${input}\` is not a folder, a .jsonl, .csv or .json file, a COCO annotation file, or \`-\` for JSON Lines on standard input`,
        `output: \`${output}\` cannot be written: its folder does not exist`,
      ]);
    }));

  test("models that do not exist or cannot be run", async () => {
    const three = planOf(
      { id: "yolor_p6", name: "YOLOR-P6", folder: "calls" },
      { id: "other", folder: "calls" },
      { id: "any", name: "${model.name}", folder: "calls", universal: true },
    );
    const input = named();
    assert.equal(await failuresOf(three, { input, models: ["YOLOR-P7", "${model.name}", "other"] }), [
      "models: unknown model `YOLOR-P7`. Did you mean `YOLOR-P6`?",
      "models: `${model.name}` is a universal model, so it cannot be run by itself; run a model that uses it",
    ]);
    assert.equal(await failuresOf(planOf(), { input }), ["models: the plan has no model to run"]);
    const { models } = await run(three, options({ input: named(), models: ["YOLOR-P6"] }));
    assert.equal(
      models.map(({ id }) => id),
      ["yolor_p6"],
    );
  });

  test("a Python that is too old, and where Python is looked for", () =>
    inFolder(async (folder) => {
      const old = join(folder, "python-old");
      writeFileSync(old, "#!/bin/sh\nprintf '3.8.1\\n/usr/bin/python3'\n", { mode: 0o755 });
      const tooOld = `python: \`${old}\` (the option \`python\`) is Python 3.8.1; Python 3.9 or later is required`;
      assert.equal(await failuresOf(hostile, { input: named(), python: old }), [tooOld]);
      const environment = { ...process.env, VIRTUAL_ENV: folder };
      const inactive =
        "python: the Python of VIRTUAL_ENV is not a Python interpreter that can be started; install Python 3.9 or later, or set the option `python`";
      assert.equal(await failuresOf(hostile, { input: named(), environment }), [inactive]);
      const none = { ...process.env, VIRTUAL_ENV: "", PATH: folder };
      const missing =
        "python: `python3` is not a Python interpreter that can be started; install Python 3.9 or later, or set the option `python`";
      assert.equal(await failuresOf(hostile, { input: named(), environment: none }), [missing]);
    }));

  test("a URL that Git is not asked for", async () => {
    const plan = planOf({ folder: "hostile", checkout: { url: { literal: "ext::sh -c id" } } });
    assert.equal(await failuresOf(plan, { input: named() }), [
      "model/repository: the URL of the repository contains `::`, which would make Git start a program",
    ]);
  });
});

function options(
  more: Partial<Parameters<typeof run>[1]> & Pick<Parameters<typeof run>[1], "input">,
): Parameters<typeof run>[1] {
  return { root: fixture("run"), environment: process.env, ...more };
}

function rowsOf(path: string): readonly Row[] {
  const lines = readFileSync(path, "utf8").split("\n");
  assert.is(lines.pop(), "", "the last line ends");
  return lines.map((line): Row => JSON.parse(line));
}

/** A separate process that runs a function and writes its report to standard error. */
function script(input: string, output: string, predict = "prints") {
  const child = spawn(process.execPath, ["--import", "tsx", "test/run/run-script.ts", predict, input, output], {
    cwd: ROOT,
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.on("error", () => {});
  return child;
}

function collect(child: ReturnType<typeof script>) {
  let text = "";
  let wake = (): void => {};
  child.stdout.on("data", (chunk) => {
    text += chunk;
    wake();
  });
  const seen = (): readonly Row[] => text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Row]));
  const until = async (count: number): Promise<void> => {
    while (seen().length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { seen, until };
}
