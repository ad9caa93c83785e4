// The workflow in the documentation: what an untrusted pull request can do in it, and what a linter of workflows reports.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { describe } from "./describe.ts";
import { linkPackage } from "./dist.ts";
import { example } from "./documentation.ts";
import { inTemporaryFolder } from "./temporary.ts";

/** `.ci/run` sets the path. The default is the program on the PATH. */
const ZIZMOR = process.env["MODELWRIGHT_ZIZMOR"] ?? "zizmor";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly jobs: { readonly check: Job; readonly upload: Job };
}

const text = example("yaml .github/workflows/models.yaml");
const workflow = parse(text) as Workflow;
const { check, upload } = workflow.jobs;

describe("the workflow in the documentation", (test) => {
  test("pins every action, and gives each job what it needs", () => {
    const uses = text.split("\n").filter((line) => line.includes("uses:"));
    assert.is(uses.length, [...check.steps, ...upload.steps].filter((step) => step.uses !== undefined).length);
    for (const line of uses) assert.match(line, /uses: [\w./-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
    assert.equal(Object.keys(workflow.on).sort(), ["pull_request", "push"]);
    assert.equal(workflow.permissions, {});
    assert.equal(check.permissions, { contents: "read" });
    assert.equal(upload.permissions, { "security-events": "write" });
    assert.not.ok(upload.steps.some(({ uses, run }) => uses?.startsWith("actions/checkout@") || run !== undefined));
    for (const { run = "" } of check.steps) assert.not.match(run, /npx|npm (?:ci|install|i) |\$\{\{/);
  });

  test("installs before the checkout, which keeps no credentials", () => {
    const place = (name: string) => check.steps.findIndex(({ uses, run }) => (uses ?? run ?? "").includes(name));
    assert.ok(place("npm run build") >= 0 && place("npm run build") < place("actions/checkout@"));
    assert.is(check.steps[place("actions/checkout@")]?.with?.["persist-credentials"], false);
  });

  test("runs no file of the checkout, and reports mistakes", () => {
    const script = '#!/bin/sh\ntouch "$RUNNER_TEMP/ran"\n';
    const js = "require('node:fs').writeFileSync(process.env.RUNNER_TEMP + '/ran', '');\n";
    const files = {
      "project/efemarai.yaml": "project:\n  nam: x\n",
      "project/.npmrc": "node-options=--require=./x.cjs\nscript-shell=./x\nprefix=./node_modules\ngit=./x\n",
      "project/x": script,
      "project/x.cjs": js,
      "project/package.json": JSON.stringify({
        type: "module",
        scripts: { build: "./x", prepare: "./x", install: "./x" },
      }),
      "project/.node-version": "0",
      "project/node.config.json": JSON.stringify({ nodeOptions: { require: ["./x.cjs"] } }),
      ...Object.fromEntries(
        ["modelwright", "node", "git", "npm", "npx", "python3"].map((name) => [
          `project/node_modules/.bin/${name}`,
          script,
        ]),
      ),
      "project/.venv/bin/python": script,
    };
    inTemporaryFolder(files, (folder) => {
      for (const path of Object.keys(files)) if (!/\.\w+$/.test(path)) chmodSync(join(folder, path), 0o755);
      const temporary = join(folder, "temporary");
      mkdirSync(temporary);
      // The part before the checkout.
      linkPackage(join(temporary, "modelwright"));
      const project = join(folder, "project");
      const run = (line: string) =>
        spawnSync("bash", ["-e", "-c", line], {
          cwd: project,
          encoding: "utf8",
          env: { PATH: process.env["PATH"], HOME: process.env["HOME"], RUNNER_TEMP: temporary, GITHUB_ACTIONS: "true" },
        });
      const lines = check.steps.flatMap(({ run: line }) =>
        line === undefined || line.includes("git clone") ? [] : [line],
      );
      assert.is(lines.length, 2);
      const [findings, bindings] = lines.map(run);
      assert.is(findings?.status, 1, findings?.stderr);
      assert.match(findings?.stdout ?? "", "::error file=efemarai.yaml,line=2");
      assert.is(bindings?.status, 1, bindings?.stderr);
      assert.match(readFileSync(join(temporary, "modelwright.sarif"), "utf8"), "unknown-key");
      assert.not.ok(existsSync(join(temporary, "ran")));
      const artifact = check.steps.at(-1)?.with;
      assert.is(artifact?.["path"], "${{ runner.temp }}/modelwright.sarif");
      assert.is(upload.steps.at(-1)?.with?.["sarif_file"], "modelwright.sarif");
    });
  });

  const isInstalled = spawnSync(ZIZMOR, ["--version"]).status === 0;
  if (!isInstalled) {
    console.log("skipped: zizmor is not installed here, so it does not lint the workflow in the documentation");
    return;
  }

  test("passes zizmor", () =>
    inTemporaryFolder({ ".github/workflows/models.yaml": text }, (folder) => {
      const args = ["--offline", "--no-config", "--persona", "pedantic", "--color", "never", "."];
      const { status, stdout, stderr } = spawnSync(ZIZMOR, args, { cwd: folder, encoding: "utf8" });
      assert.is(status, 0, stdout + stderr);
      assert.match(stdout, "No findings");
      // It lints the given file: an action by its tag is a finding.
      writeFileSync(join(folder, ".github/workflows/models.yaml"), text.replace(/@[\da-f]{40} # v7\.0\.1/, "@v7"));
      assert.is.not(spawnSync(ZIZMOR, args, { cwd: folder }).status, 0);
    }));
});
