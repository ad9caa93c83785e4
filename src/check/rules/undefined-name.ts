import { firstOf } from "../../base/candidates.ts";
import { nearest } from "../../base/nearest.ts";
import { orList, quote } from "../../base/quote.ts";
import { isTypo } from "../../base/typo.ts";
import {
  constantName,
  isConstant,
  isVariable,
  type LateName,
  lateName,
  namesLike,
  spelledText,
} from "../../bind/late-name.ts";
import { plainText } from "../../bind/value.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Leaf } from "../../parse/shaped.ts";
import { printKeyPath, type ScalarNode, spanOf } from "../../parse/tree.ts";
import { namedCredentials } from "../facts/named-credentials.ts";
import type { Rule } from "../rule.ts";

export const undefinedName: Rule = {
  code: "undefined-name",
  severity: "hint",
  subject: "definition",
  summary: "A test or baseline refers to something that its file does not define.",
  explanation:
    "It may exist on the platform. It is reported only if the file defines others of the same kind, because then the name is probably misspelled. If the names differ only in case, in hyphens or in the order of two letters, it is a warning.",
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
    // A name that another file defines is known.
    const isCredential = namedCredentials(graph);
    const defined = together(graph.bound.requested.map((definition) => namesOf(definition, isCredential)));
    for (const definition of graph.bound.files) {
      const own = namesOf(definition, isCredential);
      for (const { what, leaf } of usesIn(definition)) {
        const [known, all] = [own[what], defined[what]];
        if (leaf === undefined || known === undefined || all === undefined || known.names.size === 0) continue;
        if (mayName(leaf.node, known) || mayName(leaf.node, all)) continue;
        const { names } = known;
        const name = spelledText(leaf.node);
        const near = nearest(name, names);
        const correct = near.find((other) => isTypo(name, other));
        yield {
          message: `This file does not define the ${what} ${quote(name)}; it may exist on the platform.`,
          hint: hintForUndefinedName(what, near, names),
          ...(correct === undefined ? {} : { severity: "warning" as const }),
          span: spanOf(leaf.node),
          path: printKeyPath(leaf.path),
        };
      }
    }
  },
};

function hintForUndefinedName(what: string, near: readonly string[], names: ReadonlySet<string>): string {
  if (near.length > 0) return `Did you mean ${orList(near)}?`;
  const some = firstOf(names, 3).map(quote);
  const more = names.size > 3 ? ` and ${names.size - 3} more` : "";
  return `Available ${what}s: ${some.join(", ")}${more}.`;
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

/** The names that a file defines, by kind; `undefined` if one of them is not known, because it may be the one that is meant. */
type Names = Readonly<Record<Kind, KnownNames | undefined>>;

interface KnownNames {
  /** As they are spelled. */
  readonly names: ReadonlySet<string>;
  /** All names, with the environment variables in them. */
  readonly all: readonly LateName[];
  /** Those that contain variables. */
  readonly late: readonly LateName[];
}

/** The names that some files define; `undefined` if those of one file are not known. */
function together(files: readonly Names[]): Names {
  const union = (kind: Kind) => {
    const known = files.flatMap((names) => names[kind] ?? []);
    return known.length < files.length ? undefined : knownNames(known.flatMap(({ all }) => all));
  };
  return { model: union("model"), dataset: union("dataset"), domain: union("domain") };
}

function namesOf({ root }: ParsedDefinition, isCredential: (variable: string) => boolean): Names {
  const known = (leaves: Leaves) => knownOf(leaves, isCredential);
  const { models, datasets, domains } = root?.fields ?? {};
  return {
    model: known((models?.items ?? []).map((item) => item?.fields.name)),
    dataset: known((datasets?.items ?? []).map((item) => textual(item?.fields.name))),
    domain: known(
      (domains?.items ?? []).map((item) => (item && "name" in item.fields ? textual(item.fields.name) : undefined)),
    ),
  };
}

/** Whether a name is one of the known names, or may be equal to one because of environment variables. */
function mayName(node: ScalarNode, { names, all, late }: KnownNames): boolean {
  if (names.has(spelledText(node))) return true;
  const own = lateName(node);
  return namesLike(own ?? constantName(spelledText(node)), own === undefined ? late : all).length > 0;
}

/** A name that is text; a number or a boolean has its own finding. */
function textual(leaf: Leaf<ScalarNode> | undefined): Leaf<ScalarNode> | undefined {
  return typeof leaf?.node.value === "string" ? leaf : undefined;
}

type Leaves = readonly (Leaf<ScalarNode> | undefined)[];

function knownOf(leaves: Leaves, isCredential: (variable: string) => boolean): KnownNames | undefined {
  const readable = leaves.flatMap((leaf) => (leaf === undefined ? [] : (readName(leaf.node, isCredential) ?? [])));
  return readable.length === leaves.length ? knownNames(readable) : undefined;
}

/** A valid name; `undefined` if it is empty, contains a credential or contains an expression other than a variable. */
function readName(node: ScalarNode, isCredential: (variable: string) => boolean): LateName | undefined {
  const text = plainText(node);
  if (text !== undefined) return text.trim() === "" ? undefined : constantName(text);
  const isRight = node.template?.parts.every(
    (part) =>
      part.kind === "text" || (part.kind === "expression" && isVariable(part) && !isCredential(part.path[0].value)),
  );
  return isRight === true ? lateName(node) : undefined;
}

function knownNames(all: readonly LateName[]): KnownNames {
  return { names: new Set(all.map(({ text }) => text)), all, late: all.filter((name) => !isConstant(name)) };
}
