// A run continues where an earlier one ended: which rows are kept, which are predicted, and what is rejected.
import { spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type RunEvent, type RunOptions, type RunReport, run } from "../../src/run/index.ts";
import { describe } from "../describe.ts";
import { fixture, ROOT } from "../golden.ts";
import { assertGone, named, newMark, outcomes, planOf, type Row } from "./harness.ts";

const plan = planOf({ folder: "hostile", predict: "prints", keys: ["id"], maxSize: 2 });
const two = planOf(
  { id: "first", folder: "hostile", predict: "prints", keys: ["id"], maxSize: 2 },
  { id: "second", folder: "hostile", predict: "prints", keys: ["id"], maxSize: 3 },
);

/** A row as a run writes it, but with a prediction that no run makes, which shows that it was kept. */
const row = (index: number, id: string, model = "model") =>
  `{"index":${index},"id":"${id}","model":"${model}","predictions":{"id":"kept ${id}"}}\n`;

const rows = (count: number, model = "model", from = 0) =>
  Array.from({ length: count }, (_, index) => row(from + index, `d${from + index}`, model)).join("");

interface Place {
  readonly folder: string;
  readonly input: string;
  readonly output: string;
}

/** A folder with an input of ten datapoints, d0 to d9. */
async function inFolder(work: (place: Place) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
  const input = join(folder, "in.jsonl");
  writeFileSync(input, Array.from({ length: 10 }, (_, index) => `{"id":"d${index}"}\n`).join(""));
  try {
    await work({ folder, input, output: join(folder, "out.jsonl") });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Resumed {
  readonly report: RunReport;
  readonly problems: readonly string[];
  readonly events: readonly RunEvent[];
  readonly log: readonly string[];
}

async function resume(place: Place, options: Partial<RunOptions> = {}, models = plan): Promise<Resumed> {
  const events: RunEvent[] = [];
  const report = await run(models, {
    root: fixture("run"),
    environment: process.env,
    input: place.input,
    output: place.output,
    resume: true,
    onEvent: (event) => void events.push(event),
    ...options,
  });
  const problems = report.failures.map(({ step, message }) => `${step}: ${message}`);
  const log = events.flatMap((event) => (event.kind === "log" ? [event.text] : []));
  return { report, problems, events, log };
}

const text = ({ output }: Place): string => readFileSync(output, "utf8");
const parsed = (place: Place): readonly Row[] =>
  text(place)
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Row]));
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => `d${from + index}`);

/** The name of a file that a process left when it ended. */
async function deadName(): Promise<string> {
  const { partialName } = await import("../../src/run/output/partial-file.ts");
  return partialName("out.jsonl").replace(`-${process.pid}-`, "-4194999-");
}

describe("run: resume", (test) => {
  test("without an output, it is an ordinary run", () =>
    inFolder(async (place) => {
      const { report, problems } = await resume(place);
      assert.equal(problems, []);
      assert.equal(outcomes(parsed(place)), ids(0, 10));
      assert.equal([report.models[0]?.rows, report.models[0]?.kept], [10, 0]);
      assert.equal(readdirSync(place.folder), ["in.jsonl", "out.jsonl"]);
    }));

  test("complete rows are kept byte for byte, a partial line is dropped, and the rest is predicted", () =>
    inFolder(async (place) => {
      for (const [before, kept] of [
        [rows(3), 3],
        [`${rows(3)}{"index":3,"id":"d3`, 3],
        [`${rows(3)}${row(3, "d3").trimEnd()}`, 3],
        ['{"index":0', 0],
        [rows(9), 9],
      ] as const) {
        writeFileSync(place.output, before);
        const { report, problems, events, log } = await resume(place);
        assert.equal(problems, []);
        assert.ok(text(place).startsWith(rows(kept)));
        assert.equal(outcomes(parsed(place)), ids(0, 10));
        assert.equal(
          parsed(place).map(({ index }) => index),
          [...ids(0, 10).keys()],
        );
        assert.ok(!text(place).slice(rows(kept).length).includes("kept"));
        const [model] = report.models;
        assert.equal([model?.state, model?.rows, model?.kept], ["done", 10, kept]);
        const resumed = events.flatMap((event) => (event.kind === "resume" ? [[event.rows, event.errors]] : []));
        assert.equal(resumed, kept === 0 ? [] : [[kept, 0]]);
        assert.ok(log.length <= Math.ceil((10 - kept) / 2) + 1, "what is kept is not predicted again");
        assert.equal(readdirSync(place.folder), ["in.jsonl", "out.jsonl"]);
      }
    }));

  test("a complete output starts nothing and does not change", () =>
    inFolder(async (place) => {
      writeFileSync(place.output, rows(10));
      const { report, events } = await resume(place);
      assert.is(text(place), rows(10));
      assert.is(report.models[0]?.state, "done");
      assert.not(events.some((event) => event.kind === "state" && event.state === "starting"));
    }));

  test("error rows are also kept", () =>
    inFolder(async (place) => {
      const failed = '{"index":0,"id":"d0","model":"model","error":{"type":"ValueError","message":"x"}}\n';
      writeFileSync(place.output, failed);
      const { report } = await resume(place, { failFast: true });
      assert.ok(text(place).startsWith(failed));
      assert.equal([report.models[0]?.rows, report.models[0]?.errors, report.models[0]?.state], [10, 1, "done"]);
      assert.equal(report.failures, []);
    }));

  test("several models, one after the other and at the same time", () =>
    inFolder(async (place) => {
      for (const jobs of [1, 2]) {
        const before = rows(4, "first") + rows(1, "second") + rows(1, "first", 4) + rows(6, "second", 1);
        writeFileSync(place.output, before);
        const { report, problems } = await resume(place, { jobs }, two);
        assert.equal(problems, []);
        assert.ok(text(place).startsWith(before));
        for (const { id } of report.models) {
          const own = parsed(place).filter(({ model }) => model === id);
          assert.equal(outcomes(own), ids(0, 10));
        }
        assert.equal(
          report.models.map(({ rows, kept }) => [rows, kept]),
          [
            [10, 5],
            [10, 7],
          ],
        );
      }
    }));

  test("the temporary output of a killed run is continued, even if the output does not exist yet", () =>
    inFolder(async (place) => {
      const left = join(place.folder, await deadName());
      writeFileSync(left, `${rows(4)}{"ind`);
      assert.equal((await resume(place)).problems, []);
      assert.ok(text(place).startsWith(rows(4)));
      assert.equal(outcomes(parsed(place)), ids(0, 10));
      assert.equal(readdirSync(place.folder), ["in.jsonl", "out.jsonl"]);
    }));

  test("the longer one of an output and the temporary output of a killed run with `--resume` is continued", () =>
    inFolder(async (place) => {
      writeFileSync(place.output, rows(2));
      writeFileSync(join(place.folder, await deadName()), rows(5));
      writeFileSync(join(place.folder, `${await deadName()}.copy`), rows(1));
      assert.equal((await resume(place)).problems, []);
      assert.ok(text(place).startsWith(rows(5)));
      assert.equal(outcomes(parsed(place)), ids(0, 10));
      assert.equal(readdirSync(place.folder), ["in.jsonl", "out.jsonl"]);
    }));

  test("without `resume`, temporary output is reported, kept while it may be needed, and removed at the end", () =>
    inFolder(async (place) => {
      const left = join(place.folder, await deadName());
      writeFileSync(left, rows(4));
      const dying = planOf({ folder: "hostile", predict: "ends_process" });
      await resume(place, { resume: false, input: named("a", "bad"), maxRestarts: 0 }, dying);
      assert.is(readFileSync(left, "utf8"), rows(4));
      const { events, problems } = await resume(place, { resume: false });
      assert.equal(problems, []);
      assert.ok(events.some((event) => event.kind === "left-behind" && event.path.endsWith(left)));
      assert.not.match(text(place), "kept");
      assert.equal(readdirSync(place.folder), ["in.jsonl", "out.jsonl"]);
    }));

  test("of another machine: an unchanged file is continued, one that is being written is not", async () => {
    const left = (await deadName()).replace(/[0-9a-f]{8}(?=-\d+-\d+-[0-9a-f]+\.tmp$)/, "00000000");
    const silent = inFolder(async (place) => {
      writeFileSync(join(place.folder, left), rows(4));
      assert.equal((await resume(place)).problems, []);
      assert.ok(text(place).startsWith(rows(4)));
    });
    const busy = inFolder(async (place) => {
      writeFileSync(join(place.folder, left), rows(4));
      const touching = setInterval(() => utimesSync(join(place.folder, left), new Date(), new Date()), 100);
      const { problems } = await resume(place);
      clearInterval(touching);
      assert.match(problems[0] ?? "", /another run is writing `/);
    });
    await Promise.all([silent, busy]);
  });

  test("through a link", () =>
    inFolder(async (place) => {
      mkdirSync(join(place.folder, "real"));
      writeFileSync(join(place.folder, "real", "x.jsonl"), rows(2));
      symlinkSync("real/x.jsonl", place.output);
      assert.equal((await resume(place)).problems, []);
      assert.ok(text(place).startsWith(rows(2)));
      assert.equal(readdirSync(join(place.folder, "real")), ["x.jsonl"]);
    }));

  test("an input that can be read only once", () =>
    inFolder(async (place) => {
      writeFileSync(place.output, rows(4));
      assert.equal((await resume(place, { input: named(...ids(0, 10)) })).problems, []);
      assert.equal(outcomes(parsed(place)), ids(0, 10));
      assert.ok(text(place).startsWith(rows(4)));
    }));

  test("with `head`", () =>
    inFolder(async (place) => {
      writeFileSync(place.output, rows(4));
      assert.equal((await resume(place, { head: 6 })).problems, []);
      assert.equal(outcomes(parsed(place)), ids(0, 6));
    }));

  test("a step that fails again changes nothing", () =>
    inFolder(async (place) => {
      const left = join(place.folder, await deadName());
      writeFileSync(left, rows(4));
      const failing = planOf({ folder: "hostile", load: "fails_to_load", predict: "prints" });
      assert.is((await resume(place, {}, failing)).problems.length, 1);
      assert.equal(readdirSync(place.folder), [left.split("/").at(-1), "in.jsonl"].sort());
      assert.is(readFileSync(left, "utf8"), rows(4));
    }));

  test("a datapoint that kills its process does not block the others, after any number of resumed runs", () =>
    inFolder(async (place) => {
      const dying = planOf({ folder: "hostile", predict: "ends_process", keys: ["id"], maxSize: 4 });
      writeFileSync(place.input, ["d0", "d1", "bad", "d3", "bad", "d5"].map((id) => `{"id":"${id}"}\n`).join(""));
      let last = await resume(place, { maxRestarts: 0 }, dying);
      for (let tries = 0; last.problems.length > 0; tries++) {
        assert.ok(tries < 5, "it continues");
        last = await resume(place, { maxRestarts: 0 }, dying);
      }
      assert.equal(outcomes(parsed(place)), ["d0", "d1", "bad: WorkerEnded", "d3", "bad: WorkerEnded", "d5"]);
    }));
});

describe("run: outputs that are not continued", (test) => {
  const again = "; move it to keep it, or omit `--resume` to start over";
  const refused: readonly (readonly [string, string, RegExp])[] = [
    [
      "another id",
      row(0, "d0") + row(1, "x"),
      /line 2 is the row of datapoint `x`, but the input has `d1` at this position/,
    ],
    ["another model", row(0, "d0", "other"), /line 1 is a row of the model `other`, which is not selected in this run/],
    ["a row twice", row(0, "d0") + row(0, "d0"), /line 2 is the row of datapoint 0, but datapoint 1 was expected/],
    ["a row too few", row(1, "d1"), /line 1 is the row of datapoint 1, but datapoint 0 was expected/],
    [
      "more rows than datapoints",
      rows(11),
      /line 11 is the row of datapoint 10, but the input ends before this datapoint/,
    ],
    ["another JSON", '{"a":1}\n', /line 1 is not an output row/],
    ["another file", "id,label\n1,cat\n", /line 1 is not JSON/],
    ["bytes", "\0\0\0\n", /line 1 is not JSON/],
  ];
  for (const [title, before, message] of refused) {
    test(title, () =>
      inFolder(async (place) => {
        for (const name of ["out.jsonl", await deadName()]) {
          const path = join(place.folder, name);
          writeFileSync(path, before);
          const { problems, events } = await resume(place);
          assert.is(problems.length, 1);
          assert.match(problems[0] ?? "", message);
          assert.ok(problems[0]?.endsWith(again), problems[0]);
          assert.is(readFileSync(path, "utf8"), before);
          assert.equal(readdirSync(place.folder), [name, "in.jsonl"].sort());
          assert.not(events.some(({ kind }) => kind === "state"));
          rmSync(path);
        }
      }),
    );
  }

  test("one model for the output of another one", () =>
    inFolder(async (place) => {
      writeFileSync(place.output, rows(2, "first") + rows(1, "second"));
      const { problems } = await resume(place, { models: ["first"] }, two);
      assert.match(problems[0] ?? "", /line 3 is a row of the model `second`, which is not selected in this run/);
    }));

  test("two files of which neither is complete", () =>
    inFolder(async (place) => {
      const left = await deadName();
      writeFileSync(place.output, rows(7));
      writeFileSync(join(place.folder, left), rows(3));
      const { problems } = await resume(place);
      assert.match(problems[0] ?? "", /out\.jsonl` has 7 rows, and the temporary file .* of a killed run has 3 rows/);
      assert.is(text(place), rows(7));
      assert.equal(readdirSync(place.folder), [left, "in.jsonl", "out.jsonl"].sort());
    }));

  test("standard output, a device, a function", () =>
    inFolder(async (place) => {
      const problem = async (output: RunOptions["output"]) => (await resume(place, { output })).problems;
      assert.equal(await problem("-"), [
        "output: standard output cannot be resumed; use `--output FILE` with `--resume`",
      ]);
      assert.equal(await problem("/dev/null"), ["output: `/dev/null` is not a regular file, so it cannot be resumed"]);
      assert.equal(await problem(() => {}), [
        "output: a run without an output file cannot be resumed; use `--output FILE` with `--resume`",
      ]);
    }));

  test("an output that another run in this process is writing", () =>
    inFolder(async (place) => {
      const problems: string[] = [];
      async function* slow() {
        yield { id: "d0", inputs: {} };
        problems.push(...(await resume(place)).problems);
      }
      await resume(place, { resume: false, input: slow() });
      assert.match(problems[0] ?? "", /another run is writing `.*` \(its temporary file is `/);
      assert.equal(outcomes(parsed(place)), ["d0"]);
    }));

  test("an output that another run is writing", () =>
    inFolder(async (place) => {
      const mark = newMark();
      const script = ["--import", "tsx", "test/run/run-script.ts", "prints", "-", place.output];
      const child = spawn(process.execPath, script, {
        cwd: ROOT,
        stdio: ["pipe", "ignore", "ignore"],
        env: { ...process.env, MODELWRIGHT_MARK: mark },
      });
      const ended = new Promise((resolve) => child.on("exit", resolve));
      child.stdin.write('{"id":"d0"}\n');
      while (!readdirSync(place.folder).some((name) => name.endsWith(".tmp"))) await wait(20);
      assert.match((await resume(place)).problems[0] ?? "", /another run is writing `.*` \(its temporary file is `/);
      child.kill("SIGKILL");
      await ended;
      await assertGone(mark);
      assert.equal((await resume(place)).problems, []);
      assert.equal(outcomes(parsed(place)), ids(0, 10));
    }));
});

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
