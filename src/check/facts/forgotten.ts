import type { BoundCall, BoundValue } from "../../bind/bound.ts";
import type { Path, YamlNode } from "../../parse/tree.ts";

/** A value that looks like an expression without its dollar sign, such as `{datapoints}`. */
export interface ForgottenDollar {
  readonly node: YamlNode;
  readonly path: Path | undefined;
  /** The path that is meant. */
  readonly meant: string;
}

/** All such values in the inputs of a call, including those in lists and maps. */
export function forgottenDollars({ inputs }: BoundCall): readonly ForgottenDollar[] {
  return [...inputs.values()].flatMap(({ value }) => (value === undefined ? [] : forgottenIn(value)));
}

function forgottenIn(value: BoundValue): readonly ForgottenDollar[] {
  const { node, path } = value;
  if (value.kind === "list") return value.items.flatMap(forgottenIn);
  if (value.kind === "map") {
    const [only, ...others] = value.entries;
    const meant = only !== undefined && others.length === 0 && isNothing(only[1]) ? pathIn(only[0]) : undefined;
    if (meant !== undefined) return [{ node, path, meant }];
    return value.entries.flatMap(([, entry]) => forgottenIn(entry));
  }
  if (value.kind !== "literal") return [];
  const inside = /^\s*(?:\{\{?([^{}]*)\}\}?|\$?\(([^()]*)\)|\$\[([^[\]]*)\]|(\w*\.[\w.]*))\s*$/.exec(value.node.text);
  const meant = pathIn(inside?.slice(1).find((part) => part !== undefined) ?? "");
  return meant === undefined ? [] : [{ node, path, meant }];
}

/** A path that expressions can have; any other text is only text. */
function pathIn(text: string): string | undefined {
  const path = text.trim();
  return KNOWN.test(path) ? path : undefined;
}

const KNOWN =
  /^(?:datapoints|datapoint\.image|model\.(?:name|files\.\w+\.url|runtime\.(?:device|(?:load|predict)\.(?:inputs|output)\.\w+)))$/u;

function isNothing(value: BoundValue): boolean {
  return value.kind === "literal" && value.node.value === null;
}
