// The progress of a run: on a terminal, in a file, as events, and in its report.
import { join } from "node:path";
import * as assert from "uvu/assert";
import { type RunView, watchRun } from "../../src/cli/render/run.ts";
import type { RunEvent } from "../../src/run/index.ts";
import { describe } from "../describe.ts";
import { ROOT } from "../golden.ts";
import { inProject } from "./definition.ts";
import { named, planOf, runPlan } from "./harness.ts";

const TERMINAL = join(ROOT, "test/tools/terminal.py");

/** The output on a terminal: cursor up, erase, or one letter. */
const ESCAPE = "\u001b";
const CONTROL = new RegExp(`${ESCAPE}\\[(?:(\\d+)A|([KJ]))|([^${ESCAPE}])`, "gu");

/** The final content of a terminal with this number of columns, and the longest line that was ever drawn. */
function screenOf(text: string): { readonly lines: readonly string[]; readonly widest: number } {
  const lines = [""];
  let [row, column, widest] = [0, 0, 0];
  for (const [, up, erase, letter = ""] of text.matchAll(CONTROL)) {
    const line = lines[row] ?? "";
    if (up !== undefined) row = Math.max(0, row - Number(up));
    else if (erase !== undefined) {
      lines[row] = line.slice(0, column);
      if (erase === "J") lines.length = row + 1;
    } else if (letter === "\r") column = 0;
    else if (letter === "\n") {
      row++;
      lines[row] ??= "";
    } else {
      lines[row] = `${line.slice(0, column)}${letter}${line.slice(column + 1)}`;
      column++;
      widest = Math.max(widest, column);
    }
  }
  return { lines, widest };
}

describe("run: on a terminal", (test) => {
  const ids = Array.from({ length: 60 }, (_, index) => `d${index}`);
  const project = { predict: "print('seen', datapoints[0].id)\ntime.sleep(0.01)", ids };

  test("one line per model is redrawn, the output of models stays, and nothing of the line remains", () =>
    inProject(
      { ...project, models: ["first", "a-name-that-is-much-longer-than-any-terminal-is-wide-and-so-on"] },
      async ({ run }) => {
        const before = ["python3", TERMINAL, "60", "24"];
        const { code, out } = await run(["--output", "out.jsonl", "--jobs", "2"], { before });
        assert.is(code, 0);
        const { lines, widest } = screenOf(out);
        assert.ok(/first {2,}predicting +\d+ rows/.test(out), "it is drawn");
        const logs = lines.filter((line) => line.includes("seen "));
        assert.is(logs.length, 120);
        assert.equal(
          logs.filter((line) => line.startsWith("[first]")),
          ids.map((id) => `[first] seen ${id}`),
        );
        assert.not(lines.some((line) => /predicting/.test(line)));
        assert.match(lines.at(-4) ?? "", /^model +state +rows +errors +restarts +load +predict +rows\/s$/);
        assert.match(lines.at(-3) ?? "", /^first +done +60 +0 +0/);
        assert.match(lines.at(-2) ?? "", /^a-name-.*… +done +60/);
        assert.is(lines.at(-1), "");
        // Log lines have any length; redrawn lines do not.
        assert.ok(widest < 90, `${widest} columns`);
        for (const line of out.split("\r")) {
          if (/ (starting|loading|predicting) /.test(line))
            assert.ok(line.replaceAll(CONTROL, "$3").trim().length < 60);
        }
      },
    ));

  test("Ctrl-C keeps the report, and nothing of the progress lines", () =>
    inProject(
      { ...project, predict: "time.sleep(0.05)\nif datapoints[0].id == 'd3': os.kill(os.getppid(), 2)" },
      async ({ run }) => {
        const before = ["python3", TERMINAL, "80", "24"];
        const { code, out } = await run(["--output", "out.jsonl"], { before });
        assert.is(code, 130);
        assert.match(out, /predicting +\d+ rows {2}[\d.]+ rows\/s {2}[\d.]+ m?s per batch/);
        const { lines } = screenOf(out);
        assert.match(lines.at(-3) ?? "", /^model +state/);
        assert.match(lines.at(-2) ?? "", /^model +interrupted/);
        assert.not(lines.some((line) => /rows\/s {2}/.test(line)));
      },
    ));

  test("a dumb terminal, and one that also gets the rows, has plain lines", () =>
    inProject({ ...project, ids: ["a"] }, async ({ run }) => {
      const before = ["python3", TERMINAL, "80", "24"];
      const dumb = await run(["--output", "out.jsonl"], { before, env: { TERM: "dumb" } });
      const shared = await run([], { before, env: { TERM: "xterm" } });
      for (const { out } of [dumb, shared]) {
        assert.not(out.includes("\u001b"));
        assert.match(out, /model: predicting …\r\n/);
      }
    }));
});

describe("run: in a file", (test) => {
  /** The lines for these events, one event per second. */
  const linesOf = (events: readonly RunEvent[], more: Partial<RunView> = {}): readonly string[] => {
    let text = "";
    let time = 0;
    const write = (piece: string): void => {
      text += piece;
    };
    const view = { json: false, quiet: false, verbose: false, screen: undefined, write, now: () => time, ...more };
    const watcher = watchRun(planOf({ folder: "calls" }), view);
    for (const event of events) {
      watcher.onEvent(event);
      time += 1000;
    }
    return text.split("\n").slice(0, -1);
  };
  const model = "model";
  const progress = (rows: number): RunEvent => ({ kind: "progress", model, rows, errors: 0, batchMs: 1000 });

  test("progress lines come every ten seconds, later every minute", () => {
    const state: RunEvent = { kind: "state", model, state: "predicting" };
    const lines = linesOf([state, ...Array.from({ length: 1000 }, (_, index) => progress(index + 1))]);
    assert.equal(lines.slice(0, 2), ["model: predicting …", "model: 10 rows, 1 rows/s"]);
    assert.ok(lines.length > 15 && lines.length < 32, `${lines.length} lines for 1000 batches`);
  });

  test("the first datapoint that fails is shown; with --verbose, all of them with tracebacks", () => {
    const failed = (index: number): RunEvent => {
      const error = { type: "ValueError", message: "no\u001b[31m", traceback: "Traceback:\n  here\n" };
      return { kind: "error", model, index, id: `d${index}`, error };
    };
    const one = "ValueError: no\\u001b[31m";
    assert.equal(linesOf([failed(0), failed(1)]), [
      `model: d0: ${one} (use \`--verbose\` to show every failed datapoint)`,
    ]);
    assert.equal(linesOf([failed(0), failed(1)], { verbose: true }), [
      `model: d0: ${one}`,
      "    Traceback:",
      "      here",
      `model: d1: ${one}`,
      "    Traceback:",
      "      here",
    ]);
  });

  test("--quiet shows only failures", () =>
    inProject({}, async ({ run }) => {
      const { code, err } = await run(["--quiet"]);
      assert.equal([code, err], [0, ""]);
    }));

  test("a flood of lines is truncated and counted; --verbose shows all of it", () =>
    inProject({ predict: "for i in range(3000): print(i)", ids: ["a"] }, async ({ run }) => {
      const { err } = await run([]);
      assert.match(err, /\[model\] … \d+ lines omitted/);
      assert.ok(err.split("\n").length < 1000);
      const { err: all } = await run(["--verbose"]);
      assert.is(all.split("\n").filter((line) => line.startsWith("[model] ")).length, 3000);
    }));
});

describe("run: events", (test) => {
  test("of every kind are JSON lines with the fields in src/docs/running.md", () =>
    inProject({ predict: "print('x')\nif bad: raise ValueError('no')" }, async ({ run }) => {
      const { err } = await run(["--format", "json", "--output", "out.jsonl"]);
      const events = err
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      const fields = new Map(events.map((event) => [event.kind, Object.keys(event).sort().join()]));
      assert.equal(Object.fromEntries(fields), {
        "image-not-used": "kind,models",
        state: "kind,model,state",
        log: "kind,model,text",
        error: "error,id,index,kind,model",
        progress: "batchMs,errors,kind,model,rows",
        end: "errors,failures,interrupted,kind,locks,maxErrors,models,plan,rows,tooManyErrors",
      });
      assert.equal(Object.keys(events.at(-1).models[0]).sort(), [
        "errors",
        "id",
        "kept",
        "loadMs",
        "name",
        "predictMs",
        "restarts",
        "rows",
        "state",
      ]);
    }));
});

describe("run: an image", (test) => {
  const NOT_USED = "`image` of the definition is not used; use `--container` to run models in containers\n";

  test("that is not used is reported once per run, also with several models", () =>
    inProject({ models: ["a", "b"] }, async ({ run }) => {
      const { err } = await run(["--output", "out.jsonl"]);
      assert.is(err.split(NOT_USED).length, 2, err);
      const one = await run(["--output", "out.jsonl", "--model", "b"]);
      assert.is(one.err.split(NOT_USED).length, 2, one.err);
    }));

  test("that no model names is not reported", async () => {
    const { events } = await runPlan(planOf({ folder: "calls" }), named("a"));
    assert.equal(
      events.filter(({ kind }) => kind === "image-not-used"),
      [],
    );
  });
});

describe("run: many models", (test) => {
  test("twenty at once: no warning about listeners, and every row", () =>
    inProject({ models: Array.from({ length: 20 }, (_, index) => `m${index}`) }, async ({ run }) => {
      const { code, out, err } = await run(["--jobs", "20", "--resume", "--output", "out.jsonl"]);
      assert.equal([code, out], [0, ""]);
      assert.not.match(err, "Warning");
      assert.is(err.match(/^m\d+ +done +3 +0/gm)?.length, 20);
      const again = await run(["--jobs", "20", "--resume", "--output", "out.jsonl"]);
      assert.is(again.code, 0);
      assert.not.match(again.err, "Warning");
    }));
});
