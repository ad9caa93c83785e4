import { firstOf } from "../../base/candidates.ts";
import { nearest, orList, quote } from "../../base/did-you-mean.ts";
import { isSlip } from "../../base/slip.ts";
import { nameOf } from "../../bind/runtime.ts";
import { plainText } from "../../bind/value.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Leaf } from "../../parse/shaped.ts";
import { printPath, type ScalarNode, spanOf } from "../../parse/tree.ts";
import type { Rule } from "../rule.ts";

export const undefinedName: Rule = {
  code: "undefined-name",
  severity: "hint",
  subject: "definition",
  summary: "A test or baseline names something that is not in its file.",
  explanation:
    "It may exist on the platform. It is said only when the file defines others of the same kind, because then the name is often misspelled. It is a warning when the two differ only in capitals, hyphens or the order of two letters.",
  bad: `datasets:
  - name: flights
    format: COCO
    stage: test
baselines:
  - name: release
    model: detector
    dataset: fligths
`,
  good: `datasets:
  - name: flights
    format: COCO
    stage: test
baselines:
  - name: release
    model: detector
    dataset: flights
`,
  *check(graph) {
    // What another of the files defines is known.
    const defined = together(graph.bound.requested.map(namesOf));
    for (const definition of graph.bound.files) {
      const own = namesOf(definition);
      for (const { what, leaf } of usesIn(definition)) {
        const name = leaf && plainText(leaf.node);
        const names = own[what];
        if (leaf === undefined || name === undefined || names === undefined || names.size === 0) continue;
        if (names.has(name) || defined[what]?.has(name) !== false) continue;
        const near = nearest(name, names);
        const slip = near.find((other) => isSlip(name, other));
        yield {
          message: `This file defines no ${what} named ${quote(name)}; it may exist on the platform.`,
          hint: hintFor(what, near, names),
          ...(slip === undefined ? {} : { severity: "warning" as const }),
          span: spanOf(leaf.node),
          path: printPath(leaf.path),
        };
      }
    }
  },
};

function hintFor(what: string, near: readonly string[], names: ReadonlySet<string>): string {
  if (near.length > 0) return `Did you mean ${orList(near)}?`;
  const some = firstOf(names, 3).map(quote);
  const more = names.size > 3 ? ` and ${names.size - 3} more` : "";
  return `The ${what}${names.size === 1 ? "" : "s"} of this file: ${some.join(", ")}${more}.`;
}

const KINDS = ["model", "dataset", "domain"] as const;
type Kind = (typeof KINDS)[number];

interface Use {
  readonly what: Kind;
  readonly leaf: Leaf<ScalarNode> | undefined;
}

/** Every name of a model, dataset or domain in a test or baseline. */
function* usesIn({ root }: ParsedDefinition): Generator<Use> {
  for (const test of root?.fields.tests?.items ?? []) {
    for (const what of KINDS) yield { what, leaf: test?.fields[what] };
  }
  for (const baseline of root?.fields.baselines?.items ?? []) {
    for (const what of ["model", "dataset"] as const) yield { what, leaf: baseline?.fields[what] };
  }
}

/** The names that a file defines; none at all when one cannot be known, for it may be the one that is meant. */
type Names = Readonly<Record<Kind, ReadonlySet<string> | undefined>>;

/** What any of some files defines; `undefined` when one of them may define anything. */
function together(all: readonly Names[]): Names {
  const union = (kind: Kind) => {
    const sets = all.flatMap((names) => names[kind] ?? []);
    return sets.length < all.length ? undefined : new Set(sets.flatMap((names) => [...names]));
  };
  return { model: union("model"), dataset: union("dataset"), domain: union("domain") };
}

function namesOf({ root }: ParsedDefinition): Names {
  const { models, datasets, domains } = root?.fields ?? {};
  return {
    model: known((models?.items ?? []).map((item) => item && nameOf(item))),
    dataset: known((datasets?.items ?? []).map((item) => textOf(item?.fields.name))),
    domain: known(
      (domains?.items ?? []).map((item) => (item && "name" in item.fields ? textOf(item.fields.name) : undefined)),
    ),
  };
}

function textOf(leaf: Leaf<ScalarNode> | undefined): string | undefined {
  // A number or a boolean is another mistake, and nobody means a name by it.
  return leaf && typeof leaf.node.value === "string" ? plainText(leaf.node) : undefined;
}

function known(names: readonly (string | undefined)[]): ReadonlySet<string> | undefined {
  const readable = names.filter((name) => name !== undefined && name.trim() !== "" && !/\$[{<]/.test(name));
  return readable.length === names.length ? new Set(names.filter((name) => name !== undefined)) : undefined;
}
