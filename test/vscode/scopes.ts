// The scopes that determine the colors of a definition, from the engine and the YAML grammar of the installed editor.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { ROOT } from "../golden.ts";
import { VSCODE } from "./window.ts";

interface Token {
  readonly startIndex: number;
  readonly endIndex: number;
  readonly scopes: readonly string[];
}

interface Grammar {
  tokenizeLine(line: string, before: unknown): { readonly tokens: readonly Token[]; readonly ruleStack: unknown };
}

/** The parts of the package `vscode-textmate` that are used. */
interface TextMate {
  readonly INITIAL: unknown;
  readonly Registry: new (options: {
    readonly onigLib: Promise<unknown>;
    readonly loadGrammar: (scope: string) => Promise<unknown>;
    readonly getInjections: (scope: string) => readonly string[];
  }) => { loadGrammar(scope: string): Promise<Grammar> };
  readonly parseRawGrammar: (text: string, path: string) => unknown;
}

/** The parts of the package `vscode-oniguruma` that are used. */
interface Oniguruma {
  readonly loadWASM: (bytes: Uint8Array) => Promise<void>;
  readonly createOnigScanner: (patterns: readonly string[]) => unknown;
  readonly createOnigString: (text: string) => unknown;
}

interface Manifest {
  readonly contributes: { readonly grammars: readonly { readonly scopeName: string; readonly path: string }[] };
}

const OURS = "source.efemarai";

/** A line for each token in a scalar, a comment or an expression: its text, then these scopes. */
export async function scopesOf(text: string): Promise<string> {
  const code = join(dirname(VSCODE ?? ""), "..");
  const require = createRequire(join(code, "package.json"));
  const textmate = require("vscode-textmate") as TextMate;
  const oniguruma = require("vscode-oniguruma") as Oniguruma;
  await oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")));
  const { createOnigScanner, createOnigString } = oniguruma;
  const paths = new Map([...grammarsOf(join(code, "extensions/yaml")), ...grammarsOf(join(ROOT, "src/vscode"))]);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async (scope) => {
      const path = paths.get(scope);
      return path === undefined ? null : textmate.parseRawGrammar(readFileSync(path, "utf8"), path);
    },
    getInjections: (scope) => (scope === OURS ? ["expression.efemarai"] : []),
  });
  const grammar = await registry.loadGrammar(OURS);
  const lines: string[] = [];
  let state = textmate.INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    for (const { startIndex, endIndex, scopes } of tokens) {
      const shown = scopes.filter((scope) => scope !== OURS && /^(?:string|comment)\.|\.efemarai$/.test(scope));
      if (shown.length > 0) lines.push(`${line.slice(startIndex, endIndex)}  ${shown.join(" ")}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The paths of the grammars of an extension, by their scopes. */
function grammarsOf(folder: string): readonly (readonly [scope: string, path: string])[] {
  const { contributes } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  return contributes.grammars.map(({ scopeName, path }) => [scopeName, join(folder, path)]);
}
