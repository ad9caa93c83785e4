// Models on another host: a real OpenSSH server on the loopback interface.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { RunEvent, RunOptions } from "../../src/run/index.ts";
import { command } from "../bundle-project.ts";
import { inFolder, modelwright } from "../command-line.ts";
import { describe } from "../describe.ts";
import { fixture } from "../golden.ts";
import { temporaryFolder } from "../temporary.ts";
import { runChaos } from "./chaos.ts";
import { assertGone, given, marked, named, newMark, outcomes, planOf, predictions, runPlan } from "./harness.ts";
import { hasSshServer, startSshServer } from "./ssh-server.ts";

/** All files below a folder, as text. */
function textsBelow(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1")).join("\n");
}

const mark = newMark();
const folder = `${temporaryFolder()}/packages of ä`;
/** Programs of the host. */
const programs = temporaryFolder();
const variables = { MODELWRIGHT_MARK: mark, PATH: `${programs}:${process.env["PATH"]}` };
const server = hasSshServer("models on another host") ? await startSshServer(variables) : undefined;

/** Takes the place of NVIDIA's program, which prints the names of GPUs. */
const GPUS =
  '#!/bin/sh\n[ "$*" = "--query-gpu=name --format=csv,noheader" ] && printf "Made Up 100\\nMade Up 200\\n"\n';

const definitionWith = (device: string): string => `
models:
  - name: ship
    runtime:
      device: "${device}"
      load: { entrypoint: "inference:load", output: { name: model } }
      predict:
        entrypoint: inference:predict
        inputs: [{ name: datapoints, value: "\${datapoints}" }]
        output: { name: predictions }
`;

if (server === undefined) describe("run: on another host", (test) => test("is skipped", () => {}));
else
  describe("run: on another host", (test) => {
    /** Options that run models on the server. */
    const there = (): Partial<RunOptions> => ({
      host: `${server.url}${encodeURI(folder)}`,
      programEnvironment: server.environment,
    });

    /** Waits until nothing of a model is left on the server. */
    const gone = async (): Promise<void> => {
      const end = Date.now() + 60_000;
      while (marked(mark).some((id) => /worker\.py|sleep/.test(commandOf(id)))) {
        assert.ok(Date.now() < end, `left on the host: ${marked(mark).map(commandOf).join("\n")}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };

    test("gives the same rows, with files of the model and of the input", async () => {
      const plan = planOf({
        folder: "digits",
        load: "load_model",
        files: { weights: { literal: "digits/weights.json" }, labels: { literal: "digits/labels.json" } },
        loadInputs: {
          weights_path: { ref: "model/files/weights", select: "url" },
          labels_path: { ref: "model/files/labels", select: "url" },
        },
        predictInputs: {
          network: { ref: "model/load", select: "output" },
          datapoints: { ref: "model/datapoints", select: "all" },
        },
        keys: ["classes", "scores"],
      });
      const input = fixture("run/digits/images");
      const here = await runPlan(plan, input);
      assert.equal(here.report.failures, []);
      const first = await runPlan(plan, input, there());
      assert.equal(first.report.failures, []);
      assert.equal(first.lines, here.lines);
      const sent = (events: readonly RunEvent[]) => events.filter(({ kind }) => kind === "send");
      assert.ok(sent(first.events).length > 0);
      const second = await runPlan(plan, input, there());
      assert.equal(second.lines, here.lines);
      assert.equal(sent(second.events), [], "nothing is sent twice");
      assert.ok(readdirSync(folder).every((name) => /^[0-9a-f]{64}$/.test(name)));
    });

    test("time limits interrupt the code, crashes and signals restart it, and nothing is left", async () => {
      const time = await runPlan(
        planOf({ folder: "hostile", predict: "hangs", keys: ["id"] }),
        named("a", "bad", "b"),
        {
          ...there(),
          limits: { batchMs: 1500 },
        },
      );
      assert.equal(outcomes(time.rows), ["a", "bad: TimeLimit", "b"]);
      assert.match(time.rows[1]?.error?.traceback ?? "", "KeyboardInterrupt");
      for (const [predict, message] of [
        ["crashes", "the Python process was killed by SIGSEGV"],
        ["hangs_in_c", "time limit"],
      ] as const) {
        const plan = planOf({ folder: "hostile", predict, keys: ["id"] });
        const { rows } = await runPlan(plan, named("a", "bad", "b"), { ...there(), limits: { batchMs: 1500 } });
        assert.equal(
          rows.map(({ id }) => id),
          ["a", "bad", "b"],
        );
        assert.match(rows[1]?.error?.message ?? "", message);
      }
      await gone();
    });

    test("code that starts processes, kills its guard, or leaves its session: nothing is left", async () => {
      for (const act of ["starts", "forks", "spreads", "stops", "kills", "ends", "signal"]) {
        const trace = `${newMark()}-${act}`;
        const plan = planOf({ folder: "hostile", predict: "escapes", keys: ["id"] });
        await runPlan(plan, named(`${act}:${trace}`), { ...there(), maxRestarts: 0, limits: { batchMs: 3000 } });
        const end = Date.now() + 30_000;
        while (allCommands().some((command) => command.endsWith(trace))) {
          assert.ok(Date.now() < end, `left: ${act}`);
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    });

    test("a connection that ends is a death of the worker: the batch is predicted again", async () => {
      let cuts = 0;
      const onEvent = (event: RunEvent): void => {
        if (event.kind !== "log" || !event.text.startsWith("begun b") || cuts++ > 0) return;
        for (const id of server.connections()) process.kill(id, "SIGKILL");
      };
      const plan = planOf({ folder: "hostile", predict: "takes_a_moment", keys: ["id"] });
      const { rows, report } = await runPlan(plan, named("a", "b", "c"), { ...there(), onEvent });
      assert.equal(outcomes(rows), ["a", "b", "c"]);
      assert.is(report.models[0]?.restarts, 1);
      assert.is(cuts > 0, true);
      await gone();
    });

    test("stopping the run ends everything on the host", async () => {
      const controller = new AbortController();
      const onEvent = (event: RunEvent): void => {
        if (event.kind === "log" && event.text.startsWith("sleeper")) controller.abort();
      };
      const plan = planOf({ folder: "hostile", predict: "announces", keys: ["id"] });
      const options = { ...there(), onEvent, signal: controller.signal };
      const { report } = await runPlan(plan, named("quick", "slow"), options);
      assert.is(report.interrupted, true);
      await gone();
    });

    test("variables reach the model, and are in no argument, no file and no environment of the login", async () => {
      const secret = "planted-8c1d55e0";
      const plan = planOf({ folder: "hostile", predict: "shows_environment", keys: ["environment"] });
      const seen: string[] = [];
      const onEvent = (event: RunEvent): void => {
        if (event.kind === "state" && event.state === "loading")
          seen.push(...allCommands(), ...marked(mark).map(environmentOf));
      };
      const { rows } = await runPlan(plan, named("a"), {
        ...there(),
        onEvent,
        passEnv: ["KEY"],
        environment: { KEY: secret, OTHER: "x" },
      });
      const environment = predictions(rows)[0]?.["environment"] as Record<string, string>;
      assert.is(environment["KEY"], secret);
      assert.is(environment["OTHER"], undefined);
      assert.ok(seen.length > 0);
      assert.not.ok(seen.join("\n").includes(secret));
      assert.not.ok(textsBelow(folder).includes(secret));
    });

    test("datapoints whose files are not on the host are error rows", async () => {
      const plan = planOf({ folder: "hostile", predict: "ids", keys: ["id"] });
      const input = given({ image: "/etc/hostname" }, { image: "https://example.com/x.png" });
      const { rows } = await runPlan(plan, input, there());
      assert.match(rows[0]?.error?.message ?? "", "`/etc/hostname` is not on the host");
      assert.is(rows[1]?.error, undefined);
    });

    test("problems are reported before anything starts", async () => {
      const plan = planOf({ folder: "hostile", predict: "ids", keys: ["id"] });
      const messageOf = async (options: Partial<RunOptions>): Promise<string> => {
        const { report } = await runPlan(plan, named("a"), { ...there(), ...options });
        assert.is(report.models[0]?.state, "waiting");
        return report.failures.map(({ step, message }) => `${step}: ${message}`).join("\n");
      };
      const { unknownHost, noKey } = server.strange;
      assert.match(
        await messageOf({ programEnvironment: unknownHost }),
        "host: the host `127.0.0.1` is unknown to `ssh`",
      );
      assert.match(await messageOf({ programEnvironment: noKey }), "host: the host `127.0.0.1` refuses the login of");
      assert.match(await messageOf({ python: "python3.99" }), "host: the host `127.0.0.1` has no `python3.99`");
      assert.match(await messageOf({ python: "python3; id" }), "cannot be used on another host");
      assert.match(await messageOf({ host: "ssh://127.0.0.1:1" }), "host: the host `127.0.0.1` cannot be reached");
      assert.match(await messageOf({ host: "ssh://me:secret@box" }), "cannot have a password");
      for (const host of [
        "ssh://-oProxyCommand=id",
        "ssh://-l%20me@box",
        "ssh://box?folder",
        "ssh://a@-b",
        "http://box",
        "ssh://",
        "ssh://a b",
        "ssh://h:99999",
        "box",
      ])
        assert.match(await messageOf({ host }), "is not the address of a host");
      assert.match(await messageOf({ host: `${server.url}/proc/packages` }), "host: the host `127.0.0.1` reports: ");
      assert.match(await messageOf({ programEnvironment: { PATH: "/nowhere" } }), "install the OpenSSH client");
    });

    test("predicts the recorded examples, here and in a bundle", async () => {
      const project = `${temporaryFolder()}/digits`;
      cpSync(fixture("run/digits"), project, { recursive: true });
      const shared = { cache: temporaryFolder(), env: server.environment };
      assert.is((await command(project, ["bundle", "--out", "../made.tar"], shared)).code, 0);
      const host = ["--host", `${server.url}${encodeURI(folder)}`];
      for (const args of [["test"], ["bundle", "verify", "../made.tar", "--run"]]) {
        const { code, out, err } = await command(project, [...args, ...host], shared);
        assert.is(code, 0, err);
        assert.match(out, /digits: 3 examples, as recorded\n$/);
        assert.ok(readdirSync(folder).length > 0);
      }
      const nowhere = await command(project, ["test", "--host", "ssh://127.0.0.1:1"], shared);
      assert.is(nowhere.code, 6, nowhere.err);
    });

    test("doctor examines it, and changes nothing there", () => {
      const files = {
        "efemarai.yaml": definitionWith("${DEVICE}"),
        "inference.py": "def load():\n    pass\n\n\ndef predict(datapoints):\n    return datapoints\n",
      };
      inFolder(files, (project) => {
        const unused = join(project, "not", "there");
        const doctor = (device: string, url = `${server.url}${unused}`, ...more: readonly string[]) =>
          modelwright(project, ["doctor", "--host", url, ...more], "", { ...server.environment, DEVICE: device });
        const good = doctor("cpu");
        assert.is(good.code, 0, good.out);
        assert.match(good.out, /^Python +3\.\d+\.\d+, python3, from the host `127\.0\.0\.1`$/m);
        const line = good.out.split("\n").find((each) => each.startsWith("host  ")) ?? "";
        assert.match(line, new RegExp(`^host +127\\.0\\.0\\.1: ${unused}, [\\d.]+ [GMT]B of disk space free; `));
        assert.not.ok(existsSync(join(project, "not")));
        const json = JSON.parse(doctor("cpu", undefined, "--format", "json").out);
        assert.equal(Object.keys(json.machine.host), ["name", "python", "folder", "freeDisk", "gpus"]);

        writeFileSync(join(programs, "nvidia-smi"), "#!/bin/sh\nexit 9\n", { mode: 0o755 });
        const none = doctor("gpu");
        assert.is(none.code, 1);
        assert.match(none.out, "problem: host: the host `127.0.0.1` has no GPU that works, which a model requires");
        writeFileSync(join(programs, "nvidia-smi"), GPUS, { mode: 0o755 });
        const some = doctor("gpu");
        assert.is(some.code, 0, some.out);
        assert.match(some.out, /; GPUs: Made Up 100, Made Up 200$/m);
        rmSync(join(programs, "nvidia-smi"));

        assert.match(
          doctor("cpu", `${server.url}/etc/passwd/x`).out,
          "problem: host: the host `127.0.0.1` reports: Permission",
        );
        assert.match(doctor("cpu", "ssh://127.0.0.1:1").out, "problem: host: the host `127.0.0.1` cannot be reached");
      });
    });

    test("chaos: workers and the command line are killed, and the run is continued", async () => {
      const place = { options: ["--host", `${server.url}${encodeURI(folder)}`], environment: server.environment, mark };
      const kills = { killWorkerMs: 3000, killParentMs: 20_000 };
      const seed = Math.floor(Math.random() * 2 ** 31);
      const harm = { each: 1, slow: 0, acts: ["forks", "raises", "exits"] }; // each restart needs a new connection
      const { workersKilled, starts } = await runChaos({ datapoints: 400, ...harm, seed, ...kills, place });
      assert.ok(workersKilled > 0 || starts > 1);
    });

    test("no process is left when the server has ended", async () => {
      await server.stop();
      await assertGone(mark);
    });
  });

const commandOf = (id: number): string => contentOf(`/proc/${id}/cmdline`).replaceAll("\0", " ").trim();
const environmentOf = (id: number): string => contentOf(`/proc/${id}/environ`);
const allCommands = (): readonly string[] =>
  readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [commandOf(Number(name))] : []));

function contentOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // the process has ended
  }
}
