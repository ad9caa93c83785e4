// Compiles generated bindings as their users do: with the real compilers, in a project of their own.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./golden.ts";

/** Stands in for the declarations of `modelwright/run`, which the bindings import. */
const RUNTIME_DECLARATIONS = `
export interface FileDatapoint { readonly path: string; }
export interface DataDatapoint { readonly data: unknown; }
export type Datapoint = FileDatapoint | DataDatapoint;
export interface StartOptions<E> { readonly env: E | Readonly<Record<string, string | undefined>>; }
export interface Session<D, P> {
  predict(datapoints: Iterable<D> | AsyncIterable<D>): AsyncIterable<P>;
  stop(): Promise<void>;
}
export interface Model<D, P, E> { readonly id: string; start(options: StartOptions<E>): Promise<Session<D, P>>; }
export declare function defineModel<D, P, E>(
  id: string, module: ImportMeta, options: { readonly root: string; readonly plan: string },
): Model<D, P, E>;
`;

/** The strictest settings that a user of the bindings may have, and no global types. */
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

/** Writes files into a folder, with the folders that they stand in. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Writes a project around generated files; a program in it can import `modelwright/run`. */
export function writeProject(folder: string, files: Readonly<Record<string, string>>): void {
  write(folder, {
    ...files,
    "package.json": '{ "type": "module" }',
    "tsconfig.json": JSON.stringify(TSCONFIG),
    "node_modules/modelwright/package.json": '{ "type": "module", "exports": { "./run": { "types": "./run.d.ts" } } }',
    "node_modules/modelwright/run.d.ts": RUNTIME_DECLARATIONS,
  });
}

/** What a version of TypeScript has to say about a project: nothing, when all is well. */
export async function compile(compiler: string, folder: string): Promise<string> {
  const tsc = join(ROOT, "node_modules", compiler, "bin", "tsc");
  const child = spawn(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => child.on("close", resolve).on("error", reject));
  return code === 0 ? output : `exit ${code}\n${output.slice(0, 4000)}`;
}
