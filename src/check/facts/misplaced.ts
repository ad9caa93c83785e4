import { remember } from "../../base/remember.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import type { Problem, ShapeProblem } from "../../parse/problem.ts";
import { nodeAt, type Path, printKeyPath, type YamlNode } from "../../parse/tree.ts";

type UnknownKey = Extract<ShapeProblem, { readonly kind: "unknown-key" }>;
type MissingKey = Extract<ShapeProblem, { readonly kind: "missing-key" }>;
type EmptyValue = Extract<ShapeProblem, { readonly kind: "empty-value" }>;

/** Keys in the wrong place: each is one mistake, although it causes several problems. */
export interface MisplacedKeys {
  /** Problems that are only a consequence of them. */
  readonly explained: ReadonlySet<Problem>;
  /** Unknown keys that consist of a missing key and its value, without the colon between them. */
  readonly colonless: ReadonlyMap<Problem, MissingKey>;
  /** Keys without a value, with the unknown key directly below that is not indented. */
  readonly unindented: ReadonlyMap<Problem, UnknownKey>;
  /** Unknown keys that are the name of an item, as in `- device: gpu`, with the missing keys of the item. */
  readonly named: ReadonlyMap<Problem, NamedItem>;
}

/** The value after the name of an item, and the missing keys of the item. */
export interface NamedItem {
  readonly value: YamlNode;
  readonly keys: readonly string[];
}

/** Finds them in all files; computed once, because two rules need them. */
export const misplacedKeys: (graph: TypedGraph) => MisplacedKeys = remember(({ bound }) => {
  const unindented = new Map<Problem, UnknownKey>();
  const colonless = new Map<Problem, MissingKey>();
  const named = new Map<Problem, NamedItem>();
  const unnamed: MissingKey[] = [];
  for (const { problems, root } of bound.files) {
    const missing = new Map<string, MissingKey>();
    const empty = new Map<string, EmptyValue[]>();
    const incomplete = new Map<string, MissingKey[]>();
    const unknown = new Map<string, number>();
    for (const problem of problems) {
      if (problem.kind === "missing-key") {
        missing.set(keyOf(problem.path, problem.key), problem);
        const item = printKeyPath(problem.path);
        incomplete.set(item, [...(incomplete.get(item) ?? []), problem]);
      } else if (problem.kind === "empty-value") {
        const map = printKeyPath(problem.path.parent);
        empty.set(map, [...(empty.get(map) ?? []), problem]);
      } else if (problem.kind === "unknown-key") {
        const item = printKeyPath(problem.path.parent);
        unknown.set(item, (unknown.get(item) ?? 0) + 1);
      }
    }
    for (const problem of problems) {
      if (problem.kind !== "unknown-key") continue;
      const { parent } = problem.path;
      const [word = "", ...others] = problem.key.split(/\s+/);
      const same = others.length > 0 ? missing.get(keyOf(parent, word)) : undefined;
      const above = empty.get(printKeyPath(parent))?.find((each) => isRightAbove(each, problem));
      const item = printKeyPath(parent);
      const absent = incomplete.get(item) ?? [];
      const keys = absent.map(({ key }) => key);
      const isItem = typeof parent?.key === "number" && keys.includes("name") && unknown.get(item) === 1;
      const value = isItem && same === undefined && root !== undefined ? nodeAt(root.node, problem.path) : undefined;
      if (value !== undefined && (value.kind === "map" || keys.length <= 2)) {
        named.set(problem, { value, keys });
        unnamed.push(...absent);
        continue;
      }
      if (same !== undefined) colonless.set(problem, same);
      else if (above !== undefined) unindented.set(above, problem);
    }
  }
  const explained = new Set([...unindented.values(), ...colonless.values(), ...unnamed]);
  return { explained, unindented, colonless, named };
});

function keyOf(path: Path | undefined, key: string): string {
  return `${printKeyPath(path)} ${key}`;
}

function isRightAbove({ span: above }: EmptyValue, { span: below }: UnknownKey): boolean {
  return above.source === below.source && /^:[ \t]*(?:#.*)?\s+$/.test(above.source.text.slice(above.end, below.start));
}
