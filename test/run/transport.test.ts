// A transport that sends variables in the first frame: they are in no environment that can be read from outside.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { localTransport } from "../../src/run/worker/local.ts";
import { startWorker } from "../../src/run/worker/worker.ts";
import { describe } from "../describe.ts";
import { temporaryFolder } from "../temporary.ts";

const PYTHON = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });
const SECRET = "planted-6f1c";

const CODE = `import os, subprocess

AT_IMPORT = os.environ.get("PLANTED")
SECRET = "${SECRET}"

def load():
    command = ["sh", "-c", 'echo "$PLANTED"']
    inherited = subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout.strip()
    try:
        with open("/proc/self/environ") as file:
            outside = file.read()
    except OSError:
        outside = ""
    print(AT_IMPORT == inherited == SECRET, SECRET in outside, os.environ["ODD"] == "\\u00e9=\\n\\u2028", "UNSET" in os.environ)

def predict():
    return []
`;

describe("run: variables in the first frame", (test) => {
  test("are set before the code is imported, are inherited, and are not in the environment of the process", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "inference.py"), CODE);
    const log: string[] = [];
    const worker = startWorker({
      transport: { ...localTransport(PYTHON, folder), sendsVariables: true },
      environment: { PATH: process.env["PATH"], PLANTED: SECRET, ODD: "é=\n\u2028", UNSET: undefined },
      onLog: ({ text }) => log.push(text),
      allLogs: true,
    });
    for (const call of ["load", "predict"]) {
      const message = { type: "import", call, device: "cpu", module: "inference", function: call } as const;
      assert.equal(await worker.request(message, 60_000), { kind: "done" }, log.join());
    }
    const load = { type: "load", arguments: [], predict: [], keys: [], rules: [] } as const;
    assert.equal(await worker.request(load, 60_000), { kind: "done" }, log.join());
    await worker.stop();
    assert.equal(log, ["True False True False"]);
  });
});
