// What is left after Ctrl-C, and after the death of the process that runs a plan.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import * as assert from "uvu/assert";
import type { RunEvent } from "../../src/run/index.ts";
import { describe } from "../describe.ts";
import { ROOT } from "../golden.ts";
import { assertGone, marked, named, newMark, outcomes, planOf, runPlan } from "./harness.ts";

interface Script {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly mark: string;
  /** Waits until it has printed a text to standard error. */
  readonly says: (text: string) => Promise<void>;
  readonly said: () => string;
  readonly closed: Promise<number | null>;
}

/** A separate process that runs a function of `fixtures/run/hostile`. */
function start(predict: string, output: string, ids: readonly string[], ...options: readonly string[]): Script {
  const mark = newMark();
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "test/run/run-script.ts", predict, "-", output, ...options],
    {
      cwd: ROOT,
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, MODELWRIGHT_MARK: mark },
    },
  );
  child.stdin.write(ids.map((id) => `{"id":"${id}"}\n`).join(""));
  let text = "";
  let wake = (): void => {};
  child.stderr.on("data", (chunk) => {
    text += chunk;
    wake();
  });
  const says = async (part: string): Promise<void> => {
    while (!text.includes(part)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  // Not `close`: a remaining child process keeps the pipes open.
  const closed = new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { child, mark, says, said: () => text, closed };
}

async function withOutput(work: (output: string, folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
  try {
    await work(join(folder, "out.jsonl"), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("run: interrupted", (test) => {
  test("Ctrl-C: nothing is left, and the output has complete lines", () =>
    withOutput(async (output, folder) => {
      const script = start("announces", output, ["quick", "slow", "later"]);
      await script.says("sleeper");
      script.child.kill("SIGINT");
      assert.is(await script.closed, 0);
      await assertGone(script.mark, 0);
      const lines = readFileSync(output, "utf8");
      assert.is(lines, '{"index":0,"id":"quick","model":"model","predictions":{"id":"quick"}}\n');
      assert.equal(readdirSync(folder), ["out.jsonl"]);
      assert.match(script.said(), '"interrupted":true');
      assert.match(script.said(), '"failures":[]');
    }));

  test("code that ignores signals is killed", async () => {
    const controller = new AbortController();
    const plan = planOf({ folder: "hostile", predict: "hangs_in_c" });
    const onEvent = (event: { kind: string }): void => {
      if (event.kind === "progress") setTimeout(() => controller.abort(), 100);
    };
    const { rows, report } = await runPlan(plan, named("a", "bad", "b"), { signal: controller.signal, onEvent });
    assert.equal(outcomes(rows), ["a"]);
    assert.equal([report.interrupted, report.models[0]?.state, report.failures], [true, "interrupted", []]);
  });

  test("during loading, while waiting for input, and before the start", async () => {
    const loading = planOf({ folder: "hostile", load: "loads_slowly", predict: "prints" });
    const waiting = planOf({ folder: "hostile", predict: "prints" });
    const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const at = async (plan: typeof loading, input: Parameters<typeof runPlan>[1], state?: string) => {
      const controller = new AbortController();
      if (state === undefined) controller.abort();
      const onEvent = (event: RunEvent): void => {
        if (event.kind === "state" && event.state === state) controller.abort();
      };
      const { report } = await runPlan(plan, input, { signal: controller.signal, onEvent });
      assert.ok(report.interrupted);
      assert.equal(report.failures, []);
      return report.models[0]?.state;
    };
    assert.is(await at(loading, named("a"), "loading"), "interrupted");
    assert.is(await at(waiting, never, "predicting"), "interrupted");
    assert.is(await at(waiting, named("a")), "waiting");
  });
});

describe("run: the parent is paused", (test) => {
  test("the time of the pause does not count, and an answer that has arrived is used", () =>
    withOutput(async (output) => {
      const ids = ["a", "b", "c"];
      const script = start("takes_a_moment", output, ids, "1200");
      script.child.stdin.end();
      for (const id of ids) {
        await script.says(`begun ${id}`);
        script.child.kill("SIGSTOP");
        await new Promise((resolve) => setTimeout(resolve, 2500));
        script.child.kill("SIGCONT");
      }
      assert.is(await script.closed, 0);
      assert.match(script.said(), '"errors":0,"maxErrors"');
      assert.match(script.said(), '"failures":[]');
      await assertGone(script.mark);
    }));
});

describe("run: the parent is killed", (test) => {
  const busy: readonly (readonly [string, string, string, string])[] = [
    ["the worker and its children are gone soon", "announces", "slow", "sleeper"],
    ["also when no thread of Python can run", "hangs_in_c", "bad", "holding the lock"],
    ["also when the worker has nothing to do", "announces", "quick", "begun quick"],
    ["also while the worker continues to start others that hide", "hides_others", "slow", "begun to hide"],
  ];
  for (const [title, predict, id, text] of busy) {
    test(title, () =>
      withOutput(async (output) => {
        if (process.platform !== "linux") return;
        const script = start(predict, output, [id]);
        await script.says(text);
        assert.ok(marked(script.mark).length >= 2, "a worker is there");
        script.child.kill("SIGKILL");
        await script.closed;
        await assertGone(script.mark);
      }),
    );
  }
});
