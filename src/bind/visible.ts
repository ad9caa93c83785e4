import type { Phase } from "./bound.ts";
import { isIdentifier } from "./identifier.ts";
import type { BindScope } from "./scope.ts";

/** The paths that an expression can refer to in its phase, by their beginnings and their ends. */
export interface VisiblePaths {
  /** The paths that begin with a path, in the order of the text. */
  readonly below: (path: string) => readonly string[];
  /** The path that ends in a path, if there is exactly one. */
  readonly endingIn: (path: string) => string | undefined;
}

const known = new WeakMap<BindScope, Map<Phase, VisiblePaths>>();

/** Computed once per model and phase, because a definition with many mistakes asks often. */
export function visiblePaths(scope: BindScope, phase: Phase): VisiblePaths {
  const phases = known.get(scope) ?? new Map<Phase, VisiblePaths>();
  known.set(scope, phases);
  const found = phases.get(phase) ?? index(pathsOf(scope, phase));
  phases.set(phase, found);
  return found;
}

function index(paths: readonly (readonly string[])[]): VisiblePaths {
  const beginnings = new Map<string, string[]>();
  const ends = new Map<string, string | undefined>();
  for (const path of paths) {
    const text = print(path);
    for (let i = 1; i < path.length; i++) {
      const beginning = path.slice(0, i).join(".");
      const others = beginnings.get(beginning);
      if (others === undefined) beginnings.set(beginning, [text]);
      else others.push(text);
      const end = path.slice(i).join(".");
      ends.set(end, ends.has(end) ? undefined : text);
    }
  }
  return { below: (path) => beginnings.get(path) ?? [], endingIn: (path) => ends.get(path) };
}

function pathsOf({ files, load, predict }: BindScope, phase: Phase): readonly (readonly string[])[] {
  const name = ["model", "name"];
  if (phase === "outside" || phase === "definition") return phase === "outside" ? [] : [name];
  const below = (path: readonly string[], names: Iterable<string> | undefined, ...end: readonly string[]) =>
    [...(names ?? [])].map((each) => [...path, each, ...end]);
  const runtime = ["model", "runtime"];
  const output = load?.output === undefined ? [] : [load.output];
  return [
    name,
    ...below(["model", "files"], files, "url"),
    [...runtime, "device"],
    ...(phase === "runtime" ? [] : below([...runtime, "load", "inputs"], load?.inputs)),
    ...(phase === "predict" ? below([...runtime, "load", "output"], output) : []),
    ...(phase === "predict" ? below([...runtime, "predict", "inputs"], predict?.inputs) : []),
  ];
}

function print(path: readonly string[]): string {
  return path.map((name, i) => (i === 0 ? name : isIdentifier(name) ? `.${name}` : `["${name}"]`)).join("");
}
