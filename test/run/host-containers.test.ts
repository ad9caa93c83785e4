// Models in containers of another host: Podman, through a real OpenSSH server on the loopback interface.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { RunEvent, RunOptions } from "../../src/run/index.ts";
import { modelwright, type Outcome } from "../command-line.ts";
import { describe } from "../describe.ts";
import { MAIN } from "../dist.ts";
import { temporaryFolder } from "../temporary.ts";
import { BOTH, codeFolder, ENGINE, engine, hasImages, PYTHON_IMAGE, saySkipped } from "./containers.ts";
import { named, outcomes, planOf, predictions, runPlan } from "./harness.ts";
import { hasSshServer, startSshServer } from "./ssh-server.ts";

saySkipped("containers on another host");

/** A file of the host that no container gets. */
const OF_THE_HOST = join(temporaryFolder(), "file");
writeFileSync(OF_THE_HOST, "");

/** Each datapoint says in its id what happens. */
const ACTS = `import os, time

def load(weights=None):
    return weights and open(weights).read()

def predict(model, datapoints):
    act = datapoints[0].id
    if act == "raises":
        raise ValueError("no")
    if act == "exits":
        os._exit(7)
    if act == "hangs":
        time.sleep(3600)
    if act == "looks":
        seen = [path for path in ("/run/.containerenv", "${OF_THE_HOST}") if os.path.exists(path)]
        return [{"id": f"{model} {seen} {os.environ.get('KEY')} {os.getcwd()}"}]
    return [{"id": act}]
`;

const definition = (image: string): string => `
models:
  - name: ship
    runtime:
      image: ${image}
      load: { entrypoint: "inference:load", output: { name: model } }
      predict:
        entrypoint: inference:predict
        inputs:
          - { name: model, value: "\${model.runtime.load.output.model}" }
          - { name: datapoints, value: "\${datapoints}" }
        output: { name: predictions }
`;

const canRun = hasImages && ENGINE === "podman" && hasSshServer("containers on another host");
const variables = { CONTAINERS_CONF: process.env["CONTAINERS_CONF"] ?? "/dev/null" };
const server = canRun ? await startSshServer(variables) : undefined;

describe("run: in a container on another host", (test) => {
  if (server === undefined) return test("is skipped", () => {});
  const folder = join(temporaryFolder(), "packages of ä");
  const root = codeFolder(ACTS);
  const there: Partial<RunOptions> = {
    ...{ root, python: undefined, container: ENGINE },
    host: `${server.url}${encodeURI(folder)}`,
    // The engine of this machine must not be used.
    programEnvironment: { ...server.environment, CONTAINER_HOST: "tcp://192.0.2.1:1" },
  };
  const plan = planOf({ folder: "code", image: PYTHON_IMAGE, predictInputs: BOTH, keys: ["id"] });

  const environment: NodeJS.ProcessEnv = { ...there.programEnvironment };

  const projectWith = (image: string): string => {
    const project = temporaryFolder();
    writeFileSync(join(project, "efemarai.yaml"), definition(image));
    writeFileSync(join(project, "inference.py"), ACTS);
    return project;
  };

  const hasContainer = (): boolean => engine("ps", "--all", "--format", "{{.Mounts}}").includes(folder);

  /** Waits until no container with one of the packages is left. */
  const gone = async (): Promise<void> => {
    const end = Date.now() + 60_000;
    while (hasContainer()) {
      assert.ok(Date.now() < end, "a container is left on the host");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  test("predicts, gets its variables, and continues after what its code does", async () => {
    const acts = ["looks", "raises", "exits", "hangs", "ends"];
    const { rows, report } = await runPlan(plan, named(...acts), {
      ...there,
      limits: { batchMs: 4000 },
      passEnv: ["KEY"],
      environment: { KEY: "planted" },
    });
    assert.equal(report.failures, []);
    const shown = predictions(rows)[0]?.["id"];
    assert.match(String(shown), new RegExp(`^None \\['/run/.containerenv'\\] planted ${folder}/[0-9a-f]{64}$`));
    assert.equal(outcomes(rows).slice(1), ["raises: ValueError", "exits: WorkerEnded", "hangs: TimeLimit", "ends"]);
    await gone();
  });

  test("is ended with its connection, and started again", async () => {
    let cuts = 0;
    const onEvent = (event: RunEvent): void => {
      if (event.kind !== "state" || event.state !== "predicting" || cuts++ > 0) return;
      for (const id of server.connections()) process.kill(id, "SIGKILL");
    };
    const { rows } = await runPlan(plan, named("a", "b"), { ...there, onEvent });
    assert.equal(outcomes(rows), ["a", "b"]);
    assert.ok(cuts > 0);
    await gone();
  });

  test("is ended if Modelwright is killed", async () => {
    const project = projectWith(PYTHON_IMAGE);
    writeFileSync(join(project, "input.jsonl"), '{"id": "hangs"}\n');
    const args = ["run", "--container", "--host", `${there.host}`, "--input", "input.jsonl", "--output", "rows.jsonl"];
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: project, env: environment, stdio: "ignore" });
    const closed = new Promise((resolve) => child.on("close", resolve));
    while (!hasContainer()) await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill("SIGKILL");
    await closed;
    await gone();
  });

  test("problems are reported before anything starts", async () => {
    const messageOf = async (options: Partial<RunOptions>, image = PYTHON_IMAGE): Promise<string> => {
      const other = planOf({ folder: "code", image, predictInputs: BOTH, keys: ["id"] });
      const { report } = await runPlan(other, named("a"), { ...there, ...options });
      return report.failures.map(({ message }) => message).join("\n");
    };
    assert.match(await messageOf({ container: "docker" }), /`docker` (?:is not installed on the host|cannot be used)/);
    assert.match(await messageOf({ containerOptions: { mounts: ["/etc"] } }), "cannot be used on another host");
    assert.match(await messageOf({}, "127.0.0.1:1/no/such"), /the image `127.0.0.1:1\/no\/such` cannot be pulled: ./);
    assert.match(await messageOf({ offline: true }, "localhost/no/such"), "the engine does not have the image");
  });

  test("doctor examines the engine and the images of the host", () => {
    const doctor = (name: string): Outcome =>
      modelwright(projectWith(name), ["doctor", "--container", "--host", `${there.host}`], "", environment);
    const good = doctor(PYTHON_IMAGE);
    assert.is(good.code, 0, good.out + good.err);
    assert.match(good.out, /^Python +3\.\d+\.\d+, python3, from the image `/m);
    assert.match(doctor("127.0.0.1:1/no/such").out, "  fetches the image `127.0.0.1:1/no/such`");
  });

  test("end the server", async () => {
    await server.stop();
  });
});
