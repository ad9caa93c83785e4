// Models in containers, with a real engine: predictions, failures, and everything that is left after them.
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "../describe.ts";
import { temporaryFolder } from "../temporary.ts";
import { codeFolder, ENGINE, hasImages, runContained, saySkipped, testImage } from "./containers.ts";
import { given, named, outcomes, predictions } from "./harness.ts";

saySkipped("models in containers");

/** Each datapoint says in its id what happens. */
const ACTS = `import ctypes, os, signal, socket, subprocess, time

def load(weights=None):
    return weights and open(weights).read()

def predict(model, datapoints):
    act = datapoints[0].id
    if act == "raises":
        raise ValueError("no")
    if act == "exits":
        os._exit(7)
    if act == "is killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if act == "crashes":
        ctypes.string_at(0)
    if act == "kills process 1":
        for number in (signal.SIGINT, signal.SIGKILL, signal.SIGSTOP):
            os.kill(1, number)
    if act == "hangs":
        time.sleep(3600)
    if act == "loops":
        while True:
            pass
    if act == "leaves a process":
        subprocess.Popen(["/bin/sh", "-c", "kill -STOP $$"], start_new_session=True)
    return [{"id": act}]
`;

/** Where Podman looks for devices. */
const CDI = "/var/run/cdi";

const hasGpu = (): boolean =>
  ["/etc/cdi", CDI].some((folder) => existsSync(folder) && readdirSync(folder).some((name) => /nvidia/.test(name)));

describe("run: a model in a container", (test) => {
  if (!hasImages) return test("is skipped", () => {});
  const root = codeFolder(ACTS);
  const limits = { batchMs: 4000 };

  test("predicts, gets its files, and continues after everything that its code does", async () => {
    writeFileSync(join(root, "weights.txt"), "weights");
    const acts = ["starts", "raises", "exits", "kills process 1", "leaves a process", "hangs", "crashes", "ends"];
    const sketch = {
      files: { weights: { literal: "weights.txt" } },
      loadInputs: { weights: { ref: "model/files/weights", select: "url" } },
      keys: ["id"],
    };
    const { rows, report, events } = await runContained(root, sketch, named(...acts), { limits, maxRestarts: 9 });
    assert.equal(report.failures, []);
    assert.equal(outcomes(rows), [
      ...["starts", "raises: ValueError", "exits: WorkerEnded", "kills process 1", "leaves a process"],
      ...["hangs: TimeLimit", "crashes: WorkerEnded", "ends"],
    ]);
    const reasons = events.flatMap((event) => (event.kind === "restart" ? [event.reason] : []));
    assert.match(reasons[0] ?? "", "ended with exit code 7");
    assert.match(reasons.at(-1) ?? "", "killed by SIGSEGV");
    assert.match(rows.find(({ id }) => id === "hangs")?.error?.traceback ?? "", "time.sleep(3600)");
  });

  test("reports a killed worker as one that was killed, and predicts its datapoint again", async () => {
    const { rows, events } = await runContained(root, {}, named("starts", "is killed", "ends"), { maxRestarts: 9 });
    assert.equal(outcomes(rows), ["starts", "is killed: WorkerEnded", "ends"]);
    const reasons = events.flatMap((event) => (event.kind === "restart" ? [event.reason] : []));
    assert.is(reasons.length, 2, "the datapoint alone, once more");
    assert.match(reasons[0] ?? "", "killed by SIGKILL");
  });

  test("reads the files of its input and what is mounted, and nothing else", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "inputs"));
    writeFileSync(join(folder, "inputs", "a,b.txt"), "");
    writeFileSync(join(folder, "elsewhere.txt"), "");
    symlinkSync(join(folder, "elsewhere.txt"), join(folder, "inputs", "link.txt"));
    const reading = codeFolder(`def load():
    return None

def predict(model, datapoints):
    return [{"size": len(open(datapoints[0]["file"]).read())}]
`);
    const fromFolder = await runContained(reading, {}, join(folder, "inputs"));
    assert.equal(outcomes(fromFolder.rows), ["a,b.txt", "link.txt: InputError"]);
    assert.match(
      fromFolder.rows[1]?.error?.message ?? "",
      `\`${join(folder, "elsewhere.txt")}\`, which cannot be read in the container; mount`,
    );
    const file = join(folder, "elsewhere.txt");
    const without = await runContained(reading, {}, given({ file }));
    assert.match(
      without.rows[0]?.error?.message ?? "",
      "cannot be read in the container; mount its folder with `--mount`",
    );
    const mounted = await runContained(reading, {}, given({ file }), {
      containerOptions: { network: "none", mounts: [folder] },
    });
    assert.equal(predictions(mounted.rows), [{ size: 0 }]);
  });

  for (const [name, message] of [
    ["no-python", "the image `IMAGE` has no `python3`; use an image with Python 3.9 or later"],
    ["old-python", "the `python3` of the image `IMAGE` is Python 3.8.20; Python 3.9 or later is required"],
    ["other-machine", "the image `IMAGE` is for another processor, but this machine has `"],
    ["missing", "the image `IMAGE` cannot be pulled: "],
  ] as const) {
    test(`does not start if the image is wrong: ${name}`, async () => {
      const image = testImage(name);
      const { report, events } = await runContained(root, { image }, named("a"));
      assert.is(report.failures.length, 1);
      assert.match(report.failures[0]?.message ?? "", message.replace("IMAGE", image));
      assert.is(
        events.some((event) => event.kind === "state"),
        false,
      );
      assert.is(
        events.some((event) => event.kind === "pull"),
        name === "missing",
      );
    });
  }

  test("starts `python3` whatever the ENTRYPOINT of the image is, and says so", async () => {
    const image = testImage("entrypoint");
    const { rows, events } = await runContained(root, { image }, named("a"));
    assert.equal(outcomes(rows), ["a"]);
    assert.equal(events[0], { kind: "entrypoint-not-used", image: `\`${image}\``, models: ["model"] });
  });

  test("does not run without the GPU that it asks for", async () => {
    const { report } = await runContained(root, { device: "cuda" }, named("a"));
    assert.match(
      report.failures[0]?.message ?? "",
      /^`(?:podman|docker)` cannot give containers a GPU: .*(?:CDI|device driver).*; set up the NVIDIA/,
    );
  });

  test("gets the devices and drivers of the GPU that it asks for", async () => {
    if (ENGINE !== "podman" || process.getuid?.() !== 0 || hasGpu()) {
      return console.log("skipped: a made-up GPU, because this needs Podman, root, and a machine without a GPU");
    }
    // A specification of the Container Device Interface, as the NVIDIA Container Toolkit writes one, with a made-up driver.
    const driver = join(root, "driver");
    mkdirSync(driver);
    writeFileSync(join(driver, "version"), "550");
    const mounts = [{ hostPath: driver, containerPath: "/usr/local/driver", options: ["ro", "bind"] }];
    const devices = [{ name: "all", containerEdits: { env: ["GPU_NAME=made up"], mounts } }];
    const hadFolder = existsSync(CDI);
    mkdirSync(CDI, { recursive: true });
    const file = join(CDI, "modelwright-test.json");
    try {
      writeFileSync(file, JSON.stringify({ cdiVersion: "0.5.0", kind: "nvidia.com/gpu", devices }));
      const code = `import os

def load():
    pass

def predict(model, datapoints):
    return [{"id": os.environ["GPU_NAME"] + " " + open("/usr/local/driver/version").read()}]
`;
      const own = codeFolder(code);
      for (const [device, expected] of [
        ["cuda", "made up 550"],
        ["cpu", undefined],
      ] as const) {
        const { rows } = await runContained(own, { device, keys: ["id"] }, named("a"));
        assert.is(predictions(rows)[0]?.["id"], expected, JSON.stringify(rows));
      }
    } finally {
      rmSync(hadFolder ? file : CDI, { recursive: true });
    }
  });

  test("has one sentence for each other mistake before anything starts", async () => {
    for (const [sketch, options, message] of [
      [{ image: undefined }, {}, "it has no `image`, so it cannot run in a container"],
      [{ image: "--privileged" }, {}, "the image `--privileged` is not the name of an image"],
      [
        { image: { env: "NO_SUCH_IMAGE" } },
        {},
        "the image `${NO_SUCH_IMAGE}`: the environment variable NO_SUCH_IMAGE is not set",
      ],
      [{}, { python: "python3" }, "the option `python` cannot be used with a container"],
      [{}, { containerOptions: { mounts: ["/usr"] } }, "the mount `/usr` would hide `/usr` of the image"],
      [{}, { containerOptions: { mounts: ["/"] } }, "the mount `/` would hide `/proc` of the image"],
      [{}, { containerOptions: { mounts: ["/no/such"] } }, "the mount `/no/such` does not exist"],
      [{}, { containerOptions: { memory: "much" } }, "the memory limit `much` is not an amount"],
      [
        { settings: { load: { network: { literal: "none" } } } },
        { container: false },
        "the setting `network` requires a container",
      ],
      [
        {},
        { container: false, containerOptions: { network: "none" } },
        "no model runs in one; use the option `container`",
      ],
      [{}, { environment: { PATH: "/nowhere" }, container: true }, "neither `podman` nor `docker` is installed"],
      [{}, { environment: { PATH: "/nowhere" } }, `\`${ENGINE}\` is not installed`],
    ] as const) {
      const { report, events } = await runContained(root, sketch, named("a"), options);
      assert.equal(
        report.failures.map((failure) => failure.message.includes(message)),
        [true],
        JSON.stringify(report.failures),
      );
      assert.is(
        events.some((event) => event.kind === "state"),
        false,
      );
    }
  });
});
