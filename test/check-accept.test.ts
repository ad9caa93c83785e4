// Complete, correct definitions. Their plans and bindings are golden files.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { emit } from "../src/emit/emit.ts";
import { COMPILERS, compile, writeProject } from "./bindings-project.ts";
import { describe } from "./describe.ts";
import { casesOf, compileCase, printed } from "./fixtures.ts";
import { fixture, golden } from "./golden.ts";

/** The findings that a correct definition may have. */
const HARMLESS = ["hint", "warning", "unverified"];

describe("accept", (test) => {
  const cases = casesOf("accept");

  for (const name of cases) {
    test(name, () => {
      const folder = fixture("accept", name);
      const { diagnostics, files, plan } = compileCase(folder);
      assert.ok(
        diagnostics.every(({ severity }) => HARMLESS.includes(severity)),
        printed({ diagnostics, files }),
      );
      assert.ok(plan, "there is no plan");
      for (const { path, text } of emit(plan, { root: "./" })) golden(join(folder, path), text);
      const remarks = join(folder, "diagnostics.txt");
      if (diagnostics.length > 0) golden(remarks, printed({ diagnostics, files }));
      else assert.not(existsSync(remarks), "there is nothing to say any more: remove diagnostics.txt");
    });
  }

  test("the bindings of all of them compile", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    try {
      const texts = cases.map((name) => [
        `${name}/models.ts`,
        readFileSync(fixture("accept", name, "models.ts"), "utf8"),
      ]);
      writeProject(folder, Object.fromEntries(texts));
      for (const compiler of COMPILERS) assert.is(await compile(compiler, folder), "", compiler);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
