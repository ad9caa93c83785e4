// Compiles generated bindings as users do: with real compilers in a separate project.
import { spawn } from "node:child_process";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { linkPackage } from "./dist.ts";
import { ROOT } from "./golden.ts";

/** The strictest settings that users may have, and no global types. */
const TSCONFIG = {
  compilerOptions: {
    noEmit: true,
    declaration: true,
    lib: ["ES2022"],
    target: "ES2022",
    module: "NodeNext",
    types: [],
    strict: true,
    erasableSyntaxOnly: true,
    exactOptionalPropertyTypes: true,
    isolatedDeclarations: true,
    isolatedModules: true,
    noImplicitReturns: true,
    noPropertyAccessFromIndexSignature: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    skipLibCheck: false,
    verbatimModuleSyntax: true,
  },
};

/** The supported versions of TypeScript, as packages. */
export const COMPILERS = ["typescript-5.9", "typescript-6", "typescript"];

/** Writes files into a folder, and creates their folders. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    // Atomically, so that a watcher never reads a partial file.
    writeFileSync(`${folder}.new`, text);
    renameSync(`${folder}.new`, join(folder, path));
  }
}

/** Writes a project around generated files. Its programs can import `modelwright/run`. */
export function writeProject(folder: string, files: Readonly<Record<string, string>>): void {
  write(folder, {
    ...files,
    "package.json": '{ "type": "module" }',
    "tsconfig.json": JSON.stringify(TSCONFIG),
  });
  // The built package, linked as an installation would do.
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  linkPackage(join(folder, "node_modules/modelwright"));
}

/** What a version of TypeScript reports about a project; empty if there are no errors. */
export async function compile(compiler: string, folder: string): Promise<string> {
  const tsc = join(ROOT, "node_modules", compiler, "bin", "tsc");
  const child = spawn(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  return code === 0 ? output : `exit ${code}\n${output.slice(0, 20_000)}`;
}

/**
 * Compiles wrong programs, each made of `start` and one statement. Returns those that a compiler accepts or rejects for
 * an unexpected reason.
 */
export async function wrongPrograms(
  compiler: string,
  folder: string,
  start: string,
  wrong: readonly (readonly [statement: string, error: RegExp])[],
): Promise<readonly string[]> {
  write(folder, Object.fromEntries(wrong.map(([statement], i) => [`wrong/${i}.ts`, `${start}${statement}\n`])));
  // An error continues in the indented lines after it.
  const errors = (await compile(compiler, folder)).replace(/\n\s+/g, " ").split("\n");
  const byCase = new Map(wrong.map((_, i) => [i, [] as string[]]));
  for (const line of errors) {
    const [, at, error = ""] = /wrong\/(\d+)\.ts\(\d+,\d+\): error (.*)/.exec(line) ?? [];
    byCase.get(Number(at))?.push(error);
  }
  return wrong.flatMap(([statement, expected], i) => {
    const found = byCase.get(i) ?? [];
    return found.length === 1 && expected.test(found[0] ?? "") ? [] : [`${statement} ${found.join(" ")}`];
  });
}
