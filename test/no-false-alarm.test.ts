// A correct definition has no finding: in any format, with and without an environment.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { renderConcise } from "../src/cli/render/concise.ts";
import { renderGithub } from "../src/cli/render/github.ts";
import { renderJson } from "../src/cli/render/json.ts";
import { renderSarif } from "../src/cli/render/sarif.ts";
import { type Checked, check } from "../src/compile.ts";
import { nodeHost } from "../src/disk/host.ts";
import { renderPretty } from "../src/render/pretty.ts";
import { describe } from "./describe.ts";
import { casesOf, definitionOf } from "./fixtures.ts";
import { fixture, ROOT } from "./golden.ts";

const CASES = [...casesOf("accept").map((name) => fixture("accept", name)), fixture("run", "digits")];

/** All variables that a definition names, with a value that is valid for all of them. */
function environmentOf({ graph }: Checked): Readonly<Record<string, string>> {
  const { references, models } = graph.bound;
  const all = [...references, ...models.flatMap((model) => model.references)];
  return Object.fromEntries(
    all.flatMap(({ meaning }) => (meaning.kind === "environment" ? [[meaning.name, "1"] as const] : [])),
  );
}

/** What a reader of each format recognizes as a finding: a severity at its place in that format. */
const ALARMS: Readonly<Record<string, (checked: Checked) => boolean>> = {
  pretty: (checked) => /^(?:error|warning)\[/m.test(renderPretty(checked, { color: false, isResult: true })),
  concise: (checked) => /: error\b/.test(renderConcise(checked)),
  json: (checked) => {
    const { summary } = JSON.parse(renderJson(checked)) as { readonly summary: Readonly<Record<string, number>> };
    return summary["errors"] !== 0;
  },
  sarif: (checked) => {
    const log = JSON.parse(renderSarif(checked)) as {
      readonly runs: readonly { readonly results: readonly { readonly level: string }[] }[];
    };
    return log.runs.some(({ results }) => results.some(({ level }) => level === "error"));
  },
  github: (checked) => /^::error /m.test(renderGithub(checked)),
};

describe("a correct definition", (test) => {
  for (const folder of CASES) {
    const name = folder.slice(fixture().length);
    // A fixture with findings has them in a golden file, and none of them is an error.
    const hasRemarks = existsSync(join(folder, "diagnostics.txt"));
    test(name, () => {
      const given = [definitionOf(folder)];
      const host = nodeHost(folder);
      const alone = check(given, host);
      for (const checked of [alone, check(given, host, { environment: environmentOf(alone) })]) {
        if (!hasRemarks) assert.equal(checked.diagnostics, []);
        assert.not(checked.diagnostics.some(({ severity }) => severity === "error"));
        for (const [format, isAlarm] of Object.entries(ALARMS)) {
          assert.is(isAlarm(checked) && !(hasRemarks && format === "pretty"), false, format);
        }
      }
    });
  }

  test("the command line, in all formats at once, with --env and --env-file", () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    try {
      const main = join(ROOT, "dist/cli/main.js");
      const cwd = fixture("accept", "environment");
      const variables = join(folder, "variables.env");
      const names = environmentOf(check([definitionOf(cwd)], nodeHost(cwd)));
      writeFileSync(
        variables,
        Object.keys(names)
          .map((each) => `${each}=1\n`)
          .join(""),
      );
      const formats = Object.keys(ALARMS).flatMap((format) => [
        "--format",
        format,
        "--output-file",
        join(folder, format),
      ]);
      for (const environment of [[], ["--env"], ["--env-file", variables]]) {
        const options = {
          cwd,
          encoding: "utf8",
          env: { ...process.env, ...(environment[0] === "--env" ? names : {}) },
        } as const;
        const { status, stdout, stderr } = spawnSync(
          process.execPath,
          ["--", main, "check", ...formats, ...environment],
          options,
        );
        assert.is(status, 0, stdout + stderr);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
