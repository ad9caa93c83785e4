// What the code of a model can do in a container, and what can be seen of it from outside.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { RunEvent, RunOptions } from "../../src/run/index.ts";
import { describe } from "../describe.ts";
import { temporaryFolder } from "../temporary.ts";
import {
  codeFolder,
  containersOf,
  ENGINE,
  engine,
  hasImages,
  PYTHON_IMAGE,
  runContained,
  saySkipped,
} from "./containers.ts";
import { named, outcomes, planOf, predictions, type Row, runPlan } from "./harness.ts";

saySkipped("the limits of containers");

/** Runs the text of each id, and predicts its value. */
const CODE = `import os, shutil, socket, subprocess, tempfile

def load(**given):
    return given

def status(name):
    with open("/proc/self/status") as file:
        return next(line.split()[1] for line in file if line.startswith(name + ":"))

def connect(host, port):
    socket.create_connection((host, port), timeout=5).close()

def write(path):
    with open(path, "w") as file:
        file.write("x")
    return open(path).read()

def predict(model, datapoints):
    return [{"value": eval(datapoint.id)} for datapoint in datapoints]
`;

/** The values or errors of some Python expressions. */
async function evaluate(
  root: string,
  expressions: readonly string[],
  options: Partial<RunOptions> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { rows, report } = await runContained(root, {}, named(...expressions), options);
  assert.equal(report.failures, []);
  return Object.fromEntries(rows.map((row) => [row.id, shown(row)]));
}

function shown({ predictions, error }: Row): unknown {
  return error === undefined ? (predictions as { value: unknown }).value : `${error.type}: ${error.message}`;
}

describe("run: the limits of a container", (test) => {
  if (!hasImages) return test("is skipped", () => {});
  const root = codeFolder(CODE);

  test("the code writes to /tmp only, cannot read other files, and has no privileges", async () => {
    const secret = temporaryFolder();
    writeFileSync(join(secret, "key"), "k3y");
    const source = join(root, "code", "inference.py");
    const denied = [`write(${JSON.stringify(source)})`, "write('/x')", "write('/usr/bin/x')", "write('/var/tmp/x')"];
    const missing = [
      `open(${JSON.stringify(join(secret, "key"))})`,
      `open(${JSON.stringify(process.execPath)})`,
      "open('/proc/1/root/etc/machine-id')",
    ];
    const values = await evaluate(root, [
      ...denied,
      ...missing,
      "write('/tmp/x')",
      "subprocess.run([shutil.copy('/bin/sh', '/tmp/sh'), '-c', ':']).returncode",
      "[status(name) for name in ('CapEff', 'CapPrm', 'CapBnd', 'NoNewPrivs')]",
      "os.getuid()",
      "os.environ['HOME'] == tempfile.gettempdir() == '/tmp'",
      "os.mknod('/tmp/disk', 0o60600, 0x800)",
    ]);
    for (const each of denied) assert.match(String(values[each]), /OSError: .*Read-only file system/, each);
    for (const each of missing) assert.match(String(values[each]), /(?:FileNotFoundError|PermissionError): /, each);
    assert.is(values["write('/tmp/x')"], "x");
    assert.is(values["subprocess.run([shutil.copy('/bin/sh', '/tmp/sh'), '-c', ':']).returncode"], 0);
    const none = "0000000000000000";
    assert.equal(values["[status(name) for name in ('CapEff', 'CapPrm', 'CapBnd', 'NoNewPrivs')]"], [
      none,
      none,
      none,
      "1",
    ]);
    assert.is(values["os.getuid()"], process.getuid?.());
    assert.is(values["os.environ['HOME'] == tempfile.gettempdir() == '/tmp'"], true);
    assert.match(String(values["os.mknod('/tmp/disk', 0o60600, 0x800)"]), "PermissionError");
    assert.is(readFileSync(source, "utf8"), CODE);
  });

  test("the network is off if the definition or the caller says so", async () => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((each) => each?.family === "IPv4" && !each.internal)?.address;
    const server = createServer((socket) => socket.end()).listen(0, "0.0.0.0");
    await new Promise((resolve) => server.once("listening", resolve));
    try {
      const { port } = server.address() as { port: number };
      const attempt = `connect(${JSON.stringify(address ?? "127.0.0.1")}, ${port})`;
      const off = await evaluate(root, [attempt, "os.listdir('/sys/class/net')"], {
        containerOptions: { network: "none" },
      });
      assert.match(String(off[attempt]), /OSError: .*unreachable|ConnectionRefusedError/);
      assert.equal(off["os.listdir('/sys/class/net')"], ["lo"]);
      const settings = { load: { network: { literal: "none" } } };
      const defined = await runContained(root, { settings }, named(attempt));
      assert.match(defined.rows[0]?.error?.message ?? "", /unreachable|refused/);
    } finally {
      server.close();
    }
  });

  test("memory and processes are limited", async () => {
    const memory = "len(bytearray(2**29))";
    const many = "[subprocess.Popen(['/bin/sh', '-c', 'kill -STOP $$']) for _ in range(200)]";
    const containerOptions = { network: "none", memory: "200m", processes: 50, cpus: 0.5 } as const;
    const { rows } = await runContained(root, {}, named(many, memory, "1"), { containerOptions, maxRestarts: 9 });
    assert.match(outcomes(rows)[0] ?? "", /BlockingIOError$/);
    assert.equal(outcomes(rows).slice(1), [`${memory}: WorkerEnded`, "1"]);
    assert.match(rows[1]?.error?.message ?? "", "killed by SIGKILL (often because the system ran out of memory)");
  });
});

describe("run: secrets of a model in a container", (test) => {
  if (!hasImages) return test("is skipped", () => {});

  test("variables are in no argument, description, environment or log, and only in their own model", async () => {
    const planted = "planted-91c4-value";
    const root = codeFolder(`import os, time

SECRET = os.environ.get("PLANTED")

def load(**given):
    print("SECRET", SECRET)
    return None

def predict(datapoints):
    return [{"has": SECRET == "${planted}", "proxy": os.environ.get("https_proxy"), "names": sorted(os.environ)}]
`);
    const seen: string[] = [];
    const look = (): void => {
      const ids = readdirSync("/proc").filter((id) => /^\d+$/.test(id) && Number(id) !== process.pid);
      for (const id of ids) {
        for (const name of ["cmdline", "environ"]) {
          try {
            const text = readFileSync(`/proc/${id}/${name}`, "latin1");
            if (text.includes("MODELWRIGHT_WORKER=") || name === "cmdline") seen.push(text);
          } catch {}
        }
      }
      seen.push(engine("inspect", ...containersOf(root)), engine("image", "inspect", PYTHON_IMAGE));
      const folder =
        ENGINE === "podman"
          ? "{{.Store.GraphRoot}}/{{.Store.GraphDriverName}}-containers"
          : "{{.DockerRootDir}}/containers";
      const storage = engine("info", "--format", folder).trim();
      for (const file of readdirSync(storage, { recursive: true, encoding: "utf8" })) {
        if (/config\.json$|\.log$/.test(file)) seen.push(readFileSync(join(storage, file), "latin1"));
      }
    };
    const onEvent = (event: RunEvent): void => {
      if (event.kind === "state" && event.state === "predicting") look();
    };
    const sketch = { folder: "code", image: PYTHON_IMAGE };
    const plan = planOf(
      { ...sketch, settings: { load: { passEnv: { list: [{ literal: "PLANTED" }] } } } },
      { ...sketch, id: "other" },
    );
    const environment = {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      CONTAINERS_CONF: process.env["CONTAINERS_CONF"],
      DOCKER_HOST: process.env["DOCKER_HOST"],
    };
    const others = {
      PLANTED: planted,
      https_proxy: "http://user:pa55word-planted@proxy.example:1",
      TOKEN: "t0ken-planted",
    };
    const input = join(root, "in.jsonl");
    writeFileSync(input, '{"id":"a"}\n');
    const result = await runPlan(plan, input, {
      root,
      python: undefined,
      container: ENGINE,
      environment: { ...environment, ...others },
      containerOptions: { network: "none" },
      programEnvironment: { ...environment, https_proxy: others.https_proxy },
      onEvent,
    });
    const { rows, log, report } = result;
    assert.equal(report.failures, []);
    const [first, second] = predictions(rows) as unknown as {
      has: boolean;
      proxy: unknown;
      names: string[];
    }[];
    assert.is(first?.has, true);
    assert.is(second?.has, false);
    for (const each of [first, second]) {
      assert.is(each?.proxy, null);
      assert.not.ok(each?.names.includes("TOKEN"));
    }
    assert.is(log.includes(planted), false);
    assert.ok(
      seen.some((text) => text.includes("MODELWRIGHT_WORKER=")),
      "the environment of workers was read",
    );
    assert.ok(
      seen.some((text) => text.includes("modelwright-")),
      "containers were described",
    );
    for (const text of seen) assert.not.match(text, planted);
    const described = seen.filter((text) => text.includes('"Config"'));
    for (const text of described) assert.not.match(text, /pa55word|t0ken/);
  });
});
