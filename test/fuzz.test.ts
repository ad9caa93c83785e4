// Each layer is fuzzed for a few seconds with a new seed; `npm run fuzz` runs for minutes. All earlier findings and the
// official YAML test suite are tested every time.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { yamlTestSuite } from "./fuzz/corpus.ts";
import { judge } from "./fuzz/judge.ts";
import { LAYERS } from "./fuzz/layers.ts";
import { describeFinding, runLayer } from "./fuzz/run-layer.ts";
import { fixture, golden } from "./golden.ts";

/** `FUZZ_SEED` repeats a run, `FUZZ_SECONDS` extends it. */
const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const seconds = Number(process.env["FUZZ_SECONDS"] ?? 2);

describe("fuzzing", (test) => {
  for (const { name } of LAYERS) {
    test(`${name} (FUZZ_SEED=${seed})`, async () => {
      const folder = await mkdtemp(join(tmpdir(), "modelwright-fuzz-"));
      const { inputs, findings } = await runLayer(name, { seed, seconds, folder });
      assert.equal(
        findings.map((finding) => describeFinding(name, finding)),
        [],
      );
      console.log(`\n${name}: ${inputs} inputs from FUZZ_SEED=${seed} on`);
      assert.ok(inputs > 0);
      await rm(folder, { recursive: true });
    });
  }
});

describe("earlier findings of the fuzzer", (test) => {
  for (const { name, check, begin, end } of LAYERS) {
    const folder = fixture("fuzz", name);
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder).sort()) {
      test(`${name}: ${file}`, async () => {
        await begin?.();
        await check(readFileSync(join(folder, file), "latin1"));
        await end?.();
      });
    }
  }

  test("has no folder without a layer", () => {
    const names = LAYERS.map(({ name }) => name);
    const folders = existsSync(fixture("fuzz")) ? readdirSync(fixture("fuzz")) : [];
    assert.equal(
      folders.filter((name) => !names.includes(name)),
      [],
    );
  });
});

describe("the official YAML test suite", (test) => {
  const cases = yamlTestSuite();

  test("is checked; text that is not YAML is an error, and almost all YAML is accepted", () => {
    assert.is(cases.length, 402);
    const said: string[] = [];
    for (const { id, fail, name, yaml } of cases) {
      const { diagnostics } = judge({ "efemarai.yaml": yaml });
      const found = diagnostics
        // A text that is not a definition may still be valid YAML.
        .filter(({ code, message }) => SYNTAX.has(code) && !/none of the sections/.test(message))
        .map(({ code, message }) => `${code}: ${message}`);
      if (found.length === 0 && fail !== true) continue;
      said.push(`${id} ${name}${fail ? " (no YAML)" : ""}`, ...[...new Set(found)].map((each) => `  ${each}`));
      if (fail) assert.ok(found.length > 0, `${id}: nothing is found`);
    }
    golden(fixture("yaml-test-suite", "findings.txt"), `${said.join("\n")}\n`);
  });
});

/** The codes of findings about YAML itself. */
const SYNTAX = new Set([
  ...["yaml-syntax", "tab-indentation", "multiple-documents", "unknown-anchor", "recursive-alias", "empty-file"],
]);
