import type { Finding } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import type { Span } from "../../base/source.ts";
import { isVariable, lateName, MAX_COMPARED, mayBeEqual, spelledText } from "../../bind/late-name.ts";
import { nameOf } from "../../bind/runtime.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Leaf, ShapedList, ShapedMap } from "../../parse/shaped.ts";
import { nodeAt, printKeyPath, type ScalarNode, spanOf, type YamlNode } from "../../parse/tree.ts";
import { example, PARAMS_INPUT } from "../examples/example.ts";
import type { Rule } from "../rule.ts";

export const duplicateName: Rule = {
  code: "duplicate-name",
  severity: "error",
  subject: "definition",
  summary: "Two things of one kind have the same name.",
  explanation: "A name must say which one is meant; with two of them, one is never used.",
  bad: example({
    model: `    files:
      - name: params
        url: https://example.com/params.pt
      - name: params
        url: https://example.com/params.json
`,
    load: PARAMS_INPUT,
  }),
  good: example({
    model: `    files:
      - name: params
        url: https://example.com/params.pt
      - name: config
        url: https://example.com/params.json
`,
    load: `        inputs:
          - name: params_url
            value: \${model.files.params.url}
          - name: config_url
            value: \${model.files.config.url}
`,
  }),
  *check(graph) {
    for (const definition of graph.bound.files) {
      const unfinished = unfinishedItems(definition);
      for (const { what, entries, hint } of namedLists(definition)) {
        yield* mayMeet(what, entries);
        const first = new Map<string, Entry>();
        for (const entry of entries) {
          if (unfinished.size > 0 && unfinished.has(printKeyPath(entry.leaf.path?.parent))) continue;
          const other = first.get(entry.name);
          if (other === undefined) first.set(entry.name, entry);
          else {
            const isAlias = entry.node === other.node;
            yield {
              message: `There are two ${what} named ${quote(entry.name)}.`,
              hint: isAlias ? "An alias repeats it; write it once." : (hint ?? "Give each its own name."),
              span: isAlias ? itemPlace(definition, entry) : spanOfName(entry, other),
              path: printKeyPath(entry.leaf.path),
              related: [
                {
                  message: "The first one stands here.",
                  span: isAlias ? itemPlace(definition, other) : spanOf(other.leaf.node),
                },
              ],
            };
          }
        }
      }
    }
  },
};

/** Names made from variables that may become the same. */
function* mayMeet(what: string, entries: readonly Entry[]): Generator<Finding> {
  const late = entries.flatMap(({ leaf }) => {
    const name = lateName(leaf.node);
    return name === undefined ? [] : [{ name, leaf }];
  });
  if (late.length > MAX_COMPARED) return;
  for (const [i, { name, leaf }] of late.entries()) {
    const other = late.slice(0, i).find((each) => each.name.text !== name.text && mayBeEqual(each.name, name));
    if (other === undefined) continue;
    yield {
      message: `The ${what} ${quote(other.name.text)} and ${quote(name.text)} may get the same name from the environment.`,
      hint: "Make sure that the variables differ, or write different text around them.",
      severity: "hint",
      span: spanOf(leaf.node),
      path: printKeyPath(leaf.path),
      related: [{ message: "The first one.", span: spanOf(other.leaf.node) }],
    };
  }
}

/** What must have a name of its own: the name, and the whole that it names. */
interface Entry {
  readonly name: string;
  readonly leaf: Leaf<ScalarNode>;
  readonly node: YamlNode;
}

/** Items that lack a key: nothing is said of their names before they are whole. */
function unfinishedItems({ problems }: ParsedDefinition): ReadonlySet<string> {
  return new Set(problems.flatMap((problem) => (problem.kind === "missing-key" ? [printKeyPath(problem.path)] : [])));
}

/** The second name; if an alias or a merge key brought it in, the first line of what it names. */
function spanOfName({ leaf, node }: Entry, other: Entry): Span {
  if (leaf.node !== other.leaf.node || node === other.node) return spanOf(leaf.node);
  const line = node.source.text.indexOf("\n", node.start);
  return { source: node.source, start: node.start, end: line < 0 ? node.end : Math.min(line, node.end) };
}

/** Where an item of a list is written; for one that an alias repeats, the alias. */
function itemPlace({ root }: ParsedDefinition, { leaf }: Entry): Span {
  let item = leaf.path;
  while (item !== undefined && typeof item.key !== "number") item = item.parent;
  const list = root && nodeAt(root.node, item?.parent);
  const place = list?.kind === "list" && typeof item?.key === "number" ? list.places[item.key] : undefined;
  return place ?? spanOf(leaf.node);
}

interface NamedList {
  readonly what: string;
  readonly entries: readonly Entry[];
  /** What to do where another name is no answer. */
  readonly hint?: string;
}

/** Every list whose entries must have different names. */
function* namedLists({ root }: ParsedDefinition): Generator<NamedList> {
  const sections = root?.fields;
  const models = sections?.models?.items ?? [];
  yield { what: "models", entries: models.flatMap((model) => named(model, model && nameOf(model))) };
  for (const what of ["datasets", "tests", "baselines"] as const) {
    const items: readonly (Named | undefined)[] = sections?.[what]?.items ?? [];
    yield { what, entries: items.flatMap((item) => named(item, spelled(item?.fields.name))) };
  }
  const domains: Entry[] = [];
  const domainFiles: Entry[] = [];
  for (const { node, fields } of sections?.domains?.items.filter((item) => item !== undefined) ?? []) {
    if (!("name" in fields)) {
      if (fields.file !== undefined) domainFiles.push(...entryOf(fields.file, node));
      continue;
    }
    if (fields.name !== undefined) domains.push({ name: spelledText(fields.name.node), leaf: fields.name, node });
    const items: readonly (Named | undefined)[] = fields.transformations?.items ?? [];
    yield { what: "transformations", entries: items.flatMap((item) => named(item, spelled(item?.fields.name))) };
    for (const transformation of fields.transformations?.items ?? [])
      yield { what: "axes", entries: identified(transformation?.fields.axes), hint: "Remove one of the two." };
  }
  yield { what: "domains", entries: domains };
  yield { what: "domain files", entries: domainFiles, hint: "Remove one of the two." };
  for (const model of models) {
    yield { what: "files", entries: identified(model?.fields.files) };
    for (const phase of ["load", "predict"] as const) {
      yield { what: "inputs", entries: identified(model?.fields.runtime?.fields[phase]?.fields.inputs) };
    }
    const keys = model?.fields.runtime?.fields.predict?.fields.output?.fields.keys?.items ?? [];
    yield { what: "keys", entries: keys.flatMap((leaf) => (leaf ? entryOf(leaf, leaf.node) : [])) };
  }
}

type Named = ShapedMap<{ readonly name: Leaf<ScalarNode> | undefined }>;

function named(item: Named | undefined, name: string | undefined): readonly Entry[] {
  const leaf = item?.fields.name;
  return item === undefined || leaf === undefined || name === undefined ? [] : [{ name, leaf, node: item.node }];
}

function spelled(leaf: Leaf<ScalarNode> | undefined): string | undefined {
  return leaf && spelledText(leaf.node);
}

/** Names that become parts of paths; one with another expression than a variable is wrong by itself. */
function identified(list: ShapedList<Named> | undefined): readonly Entry[] {
  return (list?.items ?? []).flatMap((item) => (item?.fields.name ? entryOf(item.fields.name, item.node) : []));
}

function entryOf(leaf: Leaf<ScalarNode>, node: YamlNode): readonly Entry[] {
  const isRight = leaf.node.template?.parts.every(
    (part) => part.kind === "text" || (part.kind === "expression" && isVariable(part)),
  );
  return isRight === false ? [] : [{ name: spelledText(leaf.node), leaf, node }];
}
