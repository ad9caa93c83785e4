// Failures of a run, following the table in src/docs/running.md row by row, on the real command line.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../describe.ts";
import { inProject, type Place } from "./definition.ts";
import type { Row } from "./harness.ts";

const rowsOf = (text: string): readonly Row[] => {
  const lines = text.split("\n");
  assert.is(lines.pop(), "", "the last line ends");
  return lines.map((line): Row => JSON.parse(line));
};
const short = (text: string): readonly string[] =>
  rowsOf(text).map(({ id, error }) => (error === undefined ? id : `${id}: ${error.type}`));
const filesOf = ({ folder }: Place): readonly string[] =>
  readdirSync(folder).filter((name) => !["__pycache__", "efemarai.yaml", "in.jsonl", "inference.py"].includes(name));

const many = Array.from({ length: 2000 }, (_, index) => `d${index}`);

describe("run: a datapoint that fails", (test) => {
  const ids = ["a", "b", "bad", "c", "d", "e"];
  const acts: readonly (readonly [string, string, string, RegExp, readonly string[]])[] = [
    ["raises", 'if bad: raise ValueError("no")', "ValueError", /^no$/, []],
    ["ends its process", "if bad: os._exit(7)", "WorkerEnded", /exit code 7/, []],
    ["is killed", "if bad: os.kill(os.getpid(), 9)", "WorkerEnded", /killed by SIGKILL \(often .* memory/, []],
    [
      "runs out of memory in Python",
      "before = resource.getrlimit(resource.RLIMIT_AS)\nif bad: resource.setrlimit(resource.RLIMIT_AS, (2**28, before[1]))\ntry: x = bytearray(2**29 if bad else 1)\nfinally: resource.setrlimit(resource.RLIMIT_AS, before)",
      "MemoryError",
      /^$/,
      [],
    ],
    [
      "runs out of memory in native code",
      "if bad:\n    resource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28))\n    try: bytearray(2**29)\n    except MemoryError: os.abort()",
      "WorkerEnded",
      /killed by SIGABRT/,
      [],
    ],
    [
      "answers for the worker with an invalid reply",
      `if bad:
    header = b'{"type":"result","items":[null],"numbers":[[[{}],"x"]],"errors":[]}'
    for descriptor in range(3, 20):
        try: os.write(descriptor, len(header).to_bytes(4, "little") + bytes(8) + header)
        except OSError: pass`,
      "WorkerEnded",
      /sent an invalid message: a number without a valid path/,
      [],
    ],
    [
      "answers for the worker with another answer",
      `if bad:
    header = b'{"type":"ready"}'
    for descriptor in range(3, 20):
        try: os.write(descriptor, len(header).to_bytes(4, "little") + bytes(8) + header)
        except OSError: pass`,
      "WorkerEnded",
      /sent an invalid message: a reply of the wrong type/,
      [],
    ],
    ["loops", "while bad: pass", "TimeLimit", /exceeded the time limit of 0\.5 s/, ["--batch-timeout", "0.5"]],
    [
      "hangs in C",
      "if bad:\n    signal.signal(signal.SIGINT, signal.SIG_IGN)\n    ctypes.PyDLL(None).sleep(3600)",
      "TimeLimit",
      /exceeded the time limit of 0\.5 s/,
      ["--batch-timeout", "0.5"],
    ],
  ];
  for (const [title, predict, type, message, options] of acts) {
    test(title, () =>
      inProject({ predict, ids, maxSize: 4 }, async ({ run }) => {
        const { code, out } = await run([...options]);
        assert.is(code, 6);
        assert.equal(
          short(out),
          ids.map((id) => (id === "bad" ? `bad: ${type}` : id)),
        );
        assert.match(rowsOf(out)[2]?.error?.message ?? "", message);
      }),
    );
  }

  test("--max-errors accepts error rows, and says why the others make it 6", () =>
    inProject({ predict: 'if bad: raise ValueError("no")', ids: ["a", "bad", "b", "c"] }, async ({ run }) => {
      const allowed = "1 of 4 rows failed, more than `--max-errors";
      const cases: readonly (readonly [readonly string[], number, string])[] = [
        [[], 6, `${allowed} 0\` allows. To allow some, use a number or a percentage, such as \`--max-errors 5%\`.`],
        [["--max-errors", "24.9%"], 6, `${allowed} 24.9%\` allows.`],
        [["--max-errors", "25%"], 0, ""],
        [["--max-errors", "1"], 0, ""],
        [["--max-errors", "all"], 0, ""],
      ];
      for (const [options, expected, message] of cases) {
        const { code, err, out } = await run([...options, "--quiet"]);
        assert.equal([code, err.trimEnd()], [expected, message], options.join(" "));
        assert.is(rowsOf(out).length, 4);
      }
      const result = await run(["--max-errors", "0"]);
      assert.match(result.err, /\nmodel +done +4 +1 .*\n1 of 4 rows failed, more than `--max-errors 0` allows\./);
      const events = (await run(["--format", "json", "--max-errors", "5%"])).err.trim().split("\n");
      const { rows, errors, maxErrors, tooManyErrors } = JSON.parse(events.at(-1) ?? "");
      assert.equal(
        { rows, errors, maxErrors, tooManyErrors },
        { rows: 4, errors: 1, maxErrors: "5%", tooManyErrors: true },
      );
      for (const wrong of ["-1", "1.5", "101%", "some", "%", ""]) {
        const { code, err } = await run([`--max-errors=${wrong}`]);
        assert.is(code, 2, wrong);
        assert.match(err, "for `--max-errors`: expected a number, a percentage such as 5%, or all.");
      }
    }));

  test("a failed step makes it 6, even if --max-errors allows all errors", () =>
    inProject({ load: 'raise ValueError("no weights")' }, async ({ run }) => {
      const { code, err } = await run(["--max-errors", "all", "--quiet"]);
      assert.is(code, 6);
      assert.match(err, /^model\/load: .*no weights/);
    }));

  test("rows that --resume keeps count, too", () =>
    inProject({ predict: 'if bad: raise ValueError("no")', ids: ["bad", "a", "b"] }, async ({ run }) => {
      const args = ["--output", "out.jsonl", "--resume", "--quiet"];
      assert.is((await run([...args, "--head", "1", "--max-errors", "1"])).code, 0);
      const { code, err } = await run(args);
      assert.is(code, 6);
      assert.match(err, "1 of 3 rows failed");
      assert.is((await run([...args, "--max-errors", "34%"])).code, 0);
    }));

  test("--fail-fast ends with 6, and keeps what is predicted", () =>
    inProject({ predict: 'if bad: raise ValueError("no")', ids }, async (place) => {
      const { code, err } = await place.run(["--fail-fast", "--output", "out.jsonl", "--quiet"]);
      assert.is(code, 6);
      assert.match(err, /^model\/predict: stopped at the first datapoint that failed$/m);
      assert.equal(short(readFileSync(place.output, "utf8")), ["a", "b", "bad: ValueError"]);
      assert.equal(filesOf(place), ["out.jsonl"]);
    }));

  test("a process that only dies ends with 6 and says why, and --resume continues after it", () => {
    const killers = Array.from({ length: 7 }, () => "bad");
    return inProject({ predict: "if bad: os._exit(7)", ids: ["a", ...killers, "c"] }, async (place) => {
      const args = ["--max-restarts", "1", "--output", "out.jsonl", "--resume", "--max-errors", "all"];
      const first = await place.run(args);
      assert.is(first.code, 6);
      const reason = "6 datapoints in a row ended it, more than `--max-restarts 1` (`restarts` of `start`) allows";
      assert.match(first.err, `exit code 7; ${reason}; datapoints after the first 7 rows were not predicted`);
      const dead = Array.from({ length: 6 }, () => "bad: WorkerEnded");
      assert.equal(short(readFileSync(place.output, "utf8")), ["a", ...dead]);
      const second = await place.run(args);
      assert.is(second.code, 0);
      assert.equal(short(readFileSync(place.output, "utf8")), ["a", ...dead, "bad: WorkerEnded", "c"]);
      assert.match(second.err, "model: kept 7 rows of an earlier run");
    });
  });
});

describe("run: time limits", (test) => {
  const limits: readonly (readonly [string, object, readonly string[], RegExp])[] = [
    [
      "import",
      { top: "time.sleep(3600)" },
      ["--import-timeout", ".5"],
      /importing `inference`: .* time limit of 0\.5 s/,
    ],
    ["load", { load: "time.sleep(3600)" }, ["--load-timeout", "0.5"], /`inference:load`: .* time limit of 0\.5 s/],
    [
      "load that is deaf",
      { load: "signal.signal(signal.SIGINT, signal.SIG_IGN)\nctypes.PyDLL(None).sleep(3600)" },
      ["--load-timeout", "0.5"],
      /`inference:load`: .* time limit of 0\.5 s/,
    ],
  ];
  for (const [title, project, args, message] of limits) {
    test(title, () =>
      inProject(project, async ({ run }) => {
        const { code, err, out } = await run([...args]);
        assert.equal([code, out], [6, ""]);
        assert.match(err, message);
      }),
    );
  }

  test("that are invalid", () =>
    inProject({}, async ({ run }) => {
      for (const option of ["--import-timeout", "--load-timeout", "--batch-timeout"]) {
        for (const value of ["0", "-1", "5m", "", "1e3", "Infinity"]) {
          const { code, err } = await run([`${option}=${value}`]);
          assert.is(code, 2);
          assert.match(
            err,
            `Invalid value \`${value}\` for \`${option}\`: expected a number of seconds, such as 90 or 0.5.`,
          );
        }
      }
    }));
});

describe("run: signals", (test) => {
  const slow = { ids: many, predict: "time.sleep(0.01)" };
  for (const [signal, exit] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    test(`${signal}: exit code ${exit}, complete lines, and --resume continues`, () =>
      inProject(slow, async (place) => {
        const args = ["--output", "out.jsonl", "--format", "json"];
        const { child, ended, says } = place.start(args);
        await says('"rows":20,');
        child.kill(signal);
        child.kill(signal); // npx passes on the signal that the terminal has already sent
        assert.is((await ended).code, exit);
        await place.gone(0);
        assert.equal(filesOf(place), ["out.jsonl"]);
        const before = readFileSync(place.output, "utf8");
        assert.ok(rowsOf(before).length >= 20);
        assert.is((await place.run(["--output", "out.jsonl", "--resume", "--head", "500"])).code, 0);
        const after = readFileSync(place.output, "utf8");
        assert.ok(after.startsWith(before));
        assert.equal(short(after), many.slice(0, 500));
      }));
  }

  test("a model that ignores signals and hangs is ended", () =>
    inProject(
      { predict: "signal.signal(signal.SIGINT, signal.SIG_IGN)\nctypes.PyDLL(None).sleep(3600)" },
      async (place) => {
        const { child, ended, says } = place.start([]);
        await says("predicting");
        child.kill("SIGINT");
        assert.is((await ended).code, 130);
        await place.gone(0);
      },
    ));

  test("SIGKILL: no process is left, and --resume continues after the written rows", () =>
    inProject(slow, async (place) => {
      const { child, ended, says } = place.start(["--output", "out.jsonl", "--format", "json"]);
      await says('"rows":100,');
      child.kill("SIGKILL");
      await ended;
      await place.gone();
      const [left = ""] = filesOf(place);
      assert.match(left, /^\.out\.jsonl\..*\.tmp$/);
      const before = readFileSync(join(place.folder, left), "utf8");
      assert.ok(before.split("\n").length > 30, "what is older than half a second is there");
      const { code, err } = await place.run(["--output", "out.jsonl", "--resume", "--head", "300"]);
      assert.is(code, 0);
      assert.match(err, / kept \d+ rows of an earlier run/);
      const after = readFileSync(place.output, "utf8");
      assert.ok(after.startsWith(before.slice(0, before.lastIndexOf("\n") + 1)));
      assert.equal(short(after), many.slice(0, 300));
      assert.equal(filesOf(place), ["out.jsonl"]);
    }));

  test("processes that the code has started end with it, even outside of its process group", () =>
    inProject(
      {
        top: 'subprocess.Popen(["sleep", "3600"], start_new_session=True)',
        load: 'subprocess.Popen(["sleep", "3600"])\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(3600)\n    os._exit(0)',
        predict: "time.sleep(3600 if bad else 0)",
      },
      async (place) => {
        if (process.platform !== "linux") return;
        assert.is((await place.run(["--head", "1"])).code, 0);
        for (const signal of ["SIGTERM", "SIGKILL"] as const) {
          const { child, ended, says } = place.start(["--format", "json"]);
          await says('"rows":1,');
          child.kill(signal);
          await ended;
          await place.gone();
        }
      },
    ));
});

describe("run: an output that cannot be written", (test) => {
  const lines = { ids: many, maxSize: 50 };

  test("a full disk: exit code 6, and complete lines", () =>
    inProject(lines, async (place) => {
      if (process.platform !== "linux") return;
      for (const args of [["--output", "/dev/full"], []]) {
        const before = args.length === 0 ? ["sh", "-c", 'exec "$@" > /dev/full', "sh"] : [];
        const { code, err } = await place.run([...args, "--quiet"], { before });
        assert.equal([code, err], [6, "output: the disk is full\n"]);
      }
      const mount = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=16k none /mnt && exec "$@"', "sh"];
      const [program = "", ...rest] = [...mount, "true"];
      if (spawnSync(program, rest).status !== 0) return console.log("skipped: no small disk can be mounted here");
      // The disk disappears with the command, so the shell prints its content before.
      const script =
        'mount -t tmpfs -o size=16k none /mnt && "$@"; code=$?; ls -A /mnt >&2; cat /mnt/out.jsonl; exit $code';
      const { code, err, out } = await place.run(["--output", "/mnt/out.jsonl", "--quiet"], {
        before: ["unshare", "-rm", "sh", "-c", script, "sh"],
      });
      assert.equal([code, err], [6, "output: the disk is full\nout.jsonl\n"]);
      const written = short(out);
      assert.ok(written.length > 50 && written.length < 300, `${written.length} rows fit`);
      assert.equal(written, many.slice(0, written.length));
    }));

  test("a broken pipe: exit code 6", () =>
    inProject({ ...lines, predict: "time.sleep(0.01)" }, async ({ run }) => {
      const head = ["sh", "-c", '{ "$@"; echo "exit $?" >&2; } | head -n 1', "sh"];
      const { out, err } = await run(["--quiet"], { before: head });
      assert.is(short(out).length, 1);
      assert.is(err, "output: the reader has closed it (broken pipe)\nexit 6\n");
    }));

  test("standard output cannot be resumed", () =>
    inProject(lines, async ({ run }) => {
      const { code, err } = await run(["--resume", "--quiet"]);
      assert.is(code, 6);
      assert.match(err, "output: standard output cannot be resumed");
    }));

  test("the temporary output of a killed run is reported, and removed when a run without --resume is complete", () =>
    inProject({ ...lines, predict: "time.sleep(0.1)" }, async (place) => {
      const { child, ended, says } = place.start(["--output", "out.jsonl", "--format", "json"]);
      await says('"rows":100,');
      child.kill("SIGKILL");
      await ended;
      await place.gone();
      const { err } = await place.run(["--output", "out.jsonl", "--head", "3"]);
      assert.match(err, /a killed run left .*\.out\.jsonl\..*\.tmp; use `--resume` to continue it/);
      assert.ok(existsSync(place.output));
      assert.equal(filesOf(place), ["out.jsonl"]);
    }));
});
