// Measures how the bindings of many models affect type checkers. Prints the figures of each type checker, and fails if
// its time grows much faster than the number of models, which would mean that it compares pairs of models.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile, memoryHost } from "modelwright";
import { emit, textEmitter } from "modelwright/emit";
import { manyModels } from "../many-models.ts";
import { table } from "./table.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const COMPILERS = ["typescript-5.9", "typescript-6", "typescript"];
const COUNTS = [1000, 4000];
const ROUNDS = 3;
const USED = 20;
const TOLERANCE = 2;

const OPTIONS = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  target: "ES2022",
  lib: ["ES2022"],
  module: "NodeNext",
  types: [],
};

const folder = mkdtempSync(join(tmpdir(), "modelwright-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, "node_modules"));
symlinkSync(ROOT, join(folder, "node_modules/modelwright"), "dir");

/** A project with the bindings of many models and a program that uses some of them. */
function project(count, python, target) {
  const at = join(folder, `${python}-${target}-${count}`);
  mkdirSync(at);
  const { plan } = compile(["efemarai.yaml"], memoryHost(manyModels(count, python)));
  for (const { path, text } of emit(plan, { root: "./", target }, textEmitter)) writeFileSync(join(at, path), text);
  const uses = Array.from(
    { length: USED },
    (_, i) => `export async function use${i}(): Promise<void> {
  const session = await models.model${i}.start({ env: { API_TOKEN: "x" } });
  for await (const prediction of session.predict([])) void prediction;
}
`,
  );
  writeFileSync(join(at, "use.ts"), `import * as models from "./models.js";\n\n${uses.join("")}`);
  writeFileSync(join(at, "package.json"), '{ "type": "module" }');
  writeFileSync(join(at, "tsconfig.json"), JSON.stringify({ compilerOptions: OPTIONS, files: ["use.ts"] }));
  return at;
}

/** The minimum seconds of a type checker over several runs. */
function checkTime(compiler, at) {
  const tsc = join(ROOT, "node_modules", compiler, "bin/tsc");
  const times = Array.from({ length: ROUNDS }, () => {
    const args = [tsc, "-p", at, "--extendedDiagnostics"];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${compiler}: ${stdout.slice(0, 2000)}`);
    return Number(/^Check time:\s+([\d.]+)s/m.exec(stdout)?.[1]);
  });
  return Math.min(...times);
}

const show = table(30, 13);
show(["seconds of checking", ...COUNTS.map((count) => `${count} models`), "growth"]);
let failed = false;
for (const python of ["plain", "rich"]) {
  for (const target of ["ts", "js"]) {
    const projects = COUNTS.map((count) => project(count, python, target));
    for (const compiler of COMPILERS) {
      const [few, many] = projects.map((at) => checkTime(compiler, at));
      const growth = many / few / (COUNTS[1] / COUNTS[0]);
      show([`${python} ${target}: ${compiler}`, few.toFixed(2), many.toFixed(2), `${growth.toFixed(2)} × linear`]);
      failed ||= growth > TOLERANCE;
    }
  }
}
if (failed) {
  console.error(`A checker's time grows more than ${TOLERANCE} times as fast as the number of models.`);
  process.exitCode = 1;
}
