// A correct definition has no finding: in any format, with and without an environment.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { FORMATS, type FormatName } from "../src/cli/render/formats.ts";
import { type Checked, check } from "../src/compile.ts";
import { nodeHost } from "../src/disk/host.ts";
import { describe } from "./describe.ts";
import { MAIN } from "./dist.ts";
import { casesOf, definitionOf } from "./fixtures.ts";
import { FINDINGS } from "./format-names.ts";
import { fixture } from "./golden.ts";

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
const ALARMS: Readonly<Record<FormatName, (text: string) => boolean>> = {
  pretty: (text) => /^(?:error|warning)\[/m.test(text),
  concise: (text) => /: error\b/.test(text),
  json: (text) => {
    const { summary } = JSON.parse(text) as { readonly summary: Readonly<Record<string, number>> };
    return summary["errors"] !== 0;
  },
  sarif: (text) => {
    const log = JSON.parse(text) as {
      readonly runs: readonly { readonly results: readonly { readonly level: string }[] }[];
    };
    return log.runs.some(({ results }) => results.some(({ level }) => level === "error"));
  },
  github: (text) => /^::error /m.test(text),
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
        for (const format of FINDINGS) {
          const text = FORMATS[format].render(checked, { color: false, isResult: true });
          assert.is(ALARMS[format](text) && !(hasRemarks && format === "pretty"), false, format);
        }
      }
    });
  }

  test("the command line, in all formats at once, with --env and --env-file", () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    try {
      const cwd = fixture("accept", "environment");
      const variables = join(folder, "variables.env");
      const names = environmentOf(check([definitionOf(cwd)], nodeHost(cwd)));
      writeFileSync(
        variables,
        Object.keys(names)
          .map((each) => `${each}=1\n`)
          .join(""),
      );
      const formats = FINDINGS.flatMap((format) => ["--format", format, "--output-file", join(folder, format)]);
      for (const environment of [[], ["--env"], ["--env-file", variables]]) {
        const options = {
          cwd,
          encoding: "utf8",
          env: { ...process.env, ...(environment[0] === "--env" ? names : {}) },
        } as const;
        const { status, stdout, stderr } = spawnSync(
          process.execPath,
          ["--", MAIN, "check", ...formats, ...environment],
          options,
        );
        assert.is(status, 0, stdout + stderr);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
