import type { TypedGraph } from "../infer/typed.ts";
import type { Problem, ShapeProblem } from "../parse/problem.ts";
import { type Path, printPath } from "../parse/tree.ts";

type UnknownKey = Extract<ShapeProblem, { readonly kind: "unknown-key" }>;
type MissingKey = Extract<ShapeProblem, { readonly kind: "missing-key" }>;
type EmptyValue = Extract<ShapeProblem, { readonly kind: "empty-value" }>;

/** Keys that stand one step too far left or right: each is one mistake, though two maps are wrong. */
export interface MisplacedKeys {
  /** Unknown keys, with the map that misses exactly this key. */
  readonly belongs: ReadonlyMap<Problem, MissingKey>;
  /** What they are missing from. */
  readonly explained: ReadonlySet<Problem>;
  /** Unknown keys that are a missing key and its value without the colon between them. */
  readonly colonless: ReadonlyMap<Problem, MissingKey>;
  /** Keys without a value, with the unknown key right below that is not indented. */
  readonly unindented: ReadonlyMap<Problem, UnknownKey>;
}

/** Finds them in all files. */
export function misplacedKeys({ bound }: TypedGraph): MisplacedKeys {
  const belongs = new Map<Problem, MissingKey>();
  const unindented = new Map<Problem, UnknownKey>();
  const colonless = new Map<Problem, MissingKey>();
  for (const { problems } of bound.files) {
    const missing = new Map<string, MissingKey>();
    const empty = new Map<string, EmptyValue[]>();
    for (const problem of problems) {
      if (problem.kind === "missing-key") {
        // Where the key would be found: beside the map that misses it, or inside of a map of that map.
        missing.set(keyOf(problem.path?.parent, problem.key), problem);
        missing.set(`inside ${keyOf(problem.path, problem.key)}`, problem);
      } else if (problem.kind === "empty-value") {
        const beside = printPath(problem.path.parent);
        empty.set(beside, [...(empty.get(beside) ?? []), problem]);
      }
    }
    for (const problem of problems) {
      if (problem.kind !== "unknown-key") continue;
      const { parent } = problem.path;
      const owner =
        missing.get(keyOf(parent, problem.key)) ?? missing.get(`inside ${keyOf(parent?.parent, problem.key)}`);
      const [word = "", ...others] = problem.key.split(/\s+/);
      const same = others.length > 0 ? missing.get(`inside ${keyOf(parent, word)}`) : undefined;
      const above = empty.get(printPath(parent))?.find((each) => isRightAbove(each, problem));
      if (same !== undefined) colonless.set(problem, same);
      else if (owner !== undefined && printPath(owner.path) !== printPath(parent)) belongs.set(problem, owner);
      else if (above !== undefined) unindented.set(above, problem);
    }
  }
  const explained = new Set([...belongs.values(), ...unindented.values(), ...colonless.values()]);
  return { belongs, explained, unindented, colonless };
}

function keyOf(path: Path | undefined, key: string): string {
  return `${printPath(path)} ${key}`;
}

function isRightAbove({ span: above }: EmptyValue, { span: below }: UnknownKey): boolean {
  return above.source === below.source && /^:[ \t]*(?:#.*)?\s+$/.test(above.source.text.slice(above.end, below.start));
}
