import { countOf, firstOf } from "../../base/candidates.ts";
import type { Finding, Fix } from "../../base/diagnostic.ts";
import { certainMatch, nearest } from "../../base/nearest.ts";
import { orList, quote } from "../../base/quote.ts";
import type { BoundModel, Candidates, Meaning, ModelEntry, Reference, UndefinedScope } from "../../bind/bound.ts";
import { isIdentifier } from "../../bind/identifier.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import { replaceInScalar } from "../../parse/edit-scalar.ts";
import { entryOf, printKeyPath, type ScalarNode, spanOf } from "../../parse/tree.ts";
import { example, PARAMS_FILE } from "../examples/example.ts";
import { expressionSpan, pathSpan, segmentSpan, shown, shownPath, writtenReferences } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const undefinedReference: Rule = {
  code: "undefined-reference",
  severity: "error",
  subject: "definition",
  summary: "An expression names something that does not exist.",
  explanation:
    "The names that exist follow from the model itself: its files, the inputs and the output of load, the inputs of predict.",
  bad: example({
    model: PARAMS_FILE,
    load: `        inputs:
          - name: path
            value: \${model.files.parms.url}
`,
  }),
  good: example({
    model: PARAMS_FILE,
    load: `        inputs:
          - name: path
            value: \${model.files.params.url}
`,
  }),
  *check(graph) {
    const { lacking, findings } = filesOfSharedRuntimes(graph);
    yield* findings;
    for (const reference of writtenReferences(graph)) {
      if (lacking.has(reference)) continue;
      const { meaning, expression } = reference;
      if (meaning.kind === "incomplete") yield incompletePath(reference, meaning.candidates);
      if (meaning.kind === "late") yield lateReference(reference);
      if (meaning.kind !== "undefined") continue;
      const name = expression.path[meaning.segment]?.value ?? "";
      yield undefinedName(reference, meaning, nearest(name, meaning.candidates));
    }
    yield* unmetObligations(graph);
  },
};

/** Several names that are made from variables may become this one. */
function lateReference(reference: Reference): Finding {
  return {
    message: `What ${quote(shownPath(reference))} refers to depends on the environment, so it is not checked.`,
    hint: "Write the names without variables.",
    severity: "unverified",
    span: pathSpan(reference),
    path: printKeyPath(reference.path),
  };
}

type Undefined = Extract<Meaning, { readonly kind: "undefined" }>;

function undefinedName(reference: Reference, meaning: Undefined, near: readonly string[]): Finding {
  const { segment, candidates, scope, meant } = meaning;
  const name = reference.expression.path[segment]?.value ?? "";
  return {
    message: messageFor(scope, name, shownPath(reference, segment - 1)),
    hint:
      meant !== undefined
        ? `Write \`\${${meant}}\`.`
        : scope === "file"
          ? `Write \`\${${shownPath(reference, segment - 1)}.url}\`; Python gets the path of the file.`
          : hintForReference(scope, candidates, near),
    span: segmentSpan(reference, segment),
    path: printKeyPath(reference.path),
    fixes: [...nearFix(reference, meaning, near), ...wholeFix(reference, meant)],
  };
}

/** The name that was meant, written as the misspelled one is. */
function nearFix({ expression, scalar }: Reference, { segment }: Undefined, near: readonly string[]): readonly Fix[] {
  const written = expression.path[segment];
  if (written === undefined || written.kind === "index") return [];
  const sure = certainMatch(written.value, near);
  const meant = sure ?? (near.length === 1 ? near[0] : undefined);
  if (meant === undefined || !(isIdentifier(meant) || (written.kind === "quoted" && /^[\w -]+$/.test(meant))))
    return [];
  const edit = replaceInScalar(scalar, written.start, written.end, meant);
  return edit === undefined ? [] : [{ title: `Write ${quote(meant)}`, safe: sure !== undefined, edits: [edit] }];
}

/** The only path that ends in what is written. */
function wholeFix({ expression: { path }, scalar }: Reference, meant: string | undefined): readonly Fix[] {
  const last = path[path.length - 1] ?? path[0];
  const edit = meant === undefined ? undefined : replaceInScalar(scalar, path[0].start, last.end, meant);
  return edit === undefined ? [] : [{ title: `Write ${quote(meant ?? "")}`, safe: false, edits: [edit] }];
}

function messageFor(scope: UndefinedScope, name: string, before: string): string {
  switch (scope) {
    case "root":
      return `${quote(name)} names nothing.`;
    case "files":
      return `The model has no file named ${quote(name)}.`;
    case "load-inputs":
      return `${quote("load")} has no input named ${quote(name)}.`;
    case "predict-inputs":
      return `${quote("predict")} has no input named ${quote(name)}.`;
    case "load-output":
      return `The output of ${quote("load")} is not named ${quote(name)}.`;
    case "text":
      return `${quote(before)} is a value, so there is no ${quote(name)} in it.`;
    case "handle":
      return `${quote(before)} lives in the Python process, so ${quote(name)} cannot be read from it.`;
    case "datapoints":
      return `${quote(before)} is the data as a whole, so there is no ${quote(name)} in it.`;
    case "model":
    case "file":
    case "runtime":
    case "load":
    case "predict":
    case "datapoint":
      return `${quote(before)} has no ${quote(name)}.`;
  }
}

function hintForReference(scope: UndefinedScope, candidates: Candidates, near: readonly string[]): string {
  if (scope === "text") return "Remove what follows.";
  if (scope === "handle" || scope === "datapoints") return "Hand on the whole, and take the part in the Python code.";
  if ((scope === "load" || scope === "predict") && near.length === 1)
    return `Write ${orList(near)}: a call has many \`inputs\` and one \`output\`.`;
  if (near.length > 0) return `Did you mean ${orList(near)}?`;
  if (scope === "root") return "Paths begin with `model`; a variable of the environment has no dots.";
  const names = firstOf(candidates, 3);
  const [only = ""] = names;
  const count = countOf(candidates);
  if (count === 0) return EMPTY[scope] ?? "";
  if (scope === "load-output") return `It is named ${quote(only)}.`;
  return `Known here: ${names.map(quote).join(", ")}${count > 3 ? ` and ${count - 3} more` : ""}.`;
}

const EMPTY: Readonly<Partial<Record<UndefinedScope, string>>> = {
  files: "The model has no `files`.",
  "load-inputs": "`load` has no inputs.",
  "predict-inputs": "`predict` has no inputs.",
};

function incompletePath(reference: Reference, candidates: readonly string[]): Finding {
  const ways = candidates.slice(0, 3).map((path) => `\${${path}}`);
  return {
    message: `${quote(shownPath(reference))} is not a value by itself.`,
    hint:
      ways.length === 0
        ? "A path ends in a value, such as `${model.files.params.url}`."
        : `Write ${orList(ways)}${candidates.length > 3 ? `, or ${candidates.length - 3} more` : ""}.`,
    span: pathSpan(reference),
    path: printKeyPath(reference.path),
    fixes: completion(reference, candidates),
  };
}

/** A file has one property, and load one output: nothing else can be meant by a path that stops before it. */
function completion({ expression: { path }, scalar }: Reference, candidates: readonly string[]): readonly Fix[] {
  const last = path[path.length - 1] ?? path[0];
  const end = candidates[0]?.slice(path.map(({ value }) => value).join(".").length);
  if (candidates.length !== 1 || end === undefined || !/^\.[\p{L}\p{M}\p{N}_]+$/u.test(end)) return [];
  const isSure = (path[1]?.value === "files" && path.length === 3) || last.value === "output";
  const edit = last.kind === "name" ? replaceInScalar(scalar, last.start, last.end, `${last.value}${end}`) : undefined;
  return edit === undefined ? [] : [{ title: `Write ${quote(candidates[0] ?? "")}`, safe: isSure, edits: [edit] }];
}

/** A name that a borrowed runtime needs, and the models that use the runtime without having such a file. */
/**
 * Files that a runtime shared by an alias names, and that only some of its models lack: each of these models is named. What
 * none of them has is wrong where it is read, once.
 */
function filesOfSharedRuntimes({ bound: { models } }: TypedGraph): {
  readonly lacking: ReadonlySet<Reference>;
  readonly findings: readonly Finding[];
} {
  const users = new Map<ScalarNode, { readonly all: Set<BoundModel>; readonly lack: Map<Reference, BoundModel> }>();
  for (const model of models) {
    for (const reference of model.references) {
      const { meaning, scalar, isInherited } = reference;
      const isFile = meaning.kind === "file" || (meaning.kind === "undefined" && meaning.scope === "files");
      if (isInherited || !isFile) continue;
      const known = users.get(scalar) ?? { all: new Set(), lack: new Map() };
      users.set(scalar, known);
      known.all.add(model);
      if (meaning.kind === "undefined") known.lack.set(reference, model);
    }
  }
  const lacking = new Set<Reference>();
  const findings: Finding[] = [];
  for (const { all, lack } of users.values()) {
    if (new Set(lack.values()).size === all.size) continue;
    for (const [reference, model] of lack) {
      lacking.add(reference);
      findings.push(lackingFile(reference, model));
    }
  }
  return { lacking, findings };
}

function lackingFile(reference: Reference, { name, entry, files }: BoundModel): Finding {
  const { meaning, expression } = reference;
  const segment = meaning.kind === "undefined" ? meaning.segment : expression.path.length - 1;
  const file = expression.path[segment]?.value ?? "";
  const near = nearest(file, new Set(files.keys()));
  const alias = entryOf(entry.node, "runtime")?.key ?? entry.node;
  return {
    message: `The model ${quote(name?.text ?? "")}, which shares this runtime, has no file named ${quote(file)}.`,
    hint: near.length > 0 ? `Did you mean ${orList(near)}?` : `Add a file named ${quote(file)} to the model.`,
    span: segmentSpan(reference, segment),
    path: printKeyPath(reference.path),
    related: [{ message: "It uses the runtime here.", span: spanOf(alias) }],
  };
}

interface Obligation {
  readonly name: string;
  readonly reference: Reference;
  readonly from: ModelEntry;
  readonly models: BoundModel[];
}

/**
 * What borrowed runtimes need and models do not have: once a model and name, with both places. When no model at all has
 * it, the runtime itself names it wrongly.
 */
function* unmetObligations(graph: TypedGraph): Generator<Finding> {
  const borrowers = new Map<ModelEntry, number>();
  const found = new Map<ModelEntry, Map<string, Obligation>>();
  for (const model of graph.bound.models) {
    if (!("from" in model.runtime)) continue;
    const { from } = model.runtime;
    borrowers.set(from, (borrowers.get(from) ?? 0) + 1);
    const byName = found.get(from) ?? new Map<string, Obligation>();
    found.set(from, byName);
    for (const reference of model.references) {
      const { meaning, expression } = reference;
      if (!reference.isInherited || meaning.kind !== "undefined" || meaning.scope !== "files") continue;
      const name = expression.path[meaning.segment]?.value ?? "";
      const known = byName.get(name);
      if (known === undefined) byName.set(name, { name, reference, from, models: [model] });
      else if (known.models[known.models.length - 1] !== model) known.models.push(model);
    }
  }
  for (const byName of found.values()) {
    for (const obligation of byName.values()) {
      const { models, from } = obligation;
      const isNowhere = models.length > 1 && models.length === borrowers.get(from);
      if (isNowhere) yield nobodys(obligation);
      else for (const model of models) yield unmet(model, obligation);
    }
  }
}

/** A name that none of several models has: it is wrong where it is read. */
function nobodys({ name, reference, models }: Obligation): Finding {
  const { meaning } = reference;
  const near = nearest(name, new Set(models.flatMap(({ files }) => [...files.keys()])));
  const owners = models.slice(0, 3).flatMap((model) => {
    const related = { message: "This model uses the runtime and has no such file." };
    return model.name === undefined ? [] : [{ ...related, span: spanOf(model.name.leaf.node) }];
  });
  return {
    message: `None of the models that use this runtime has a file named ${quote(name)}.`,
    hint: near.length > 0 ? `Did you mean ${orList(near)}?` : `Add a file named ${quote(name)} to each of them.`,
    span: meaning.kind === "undefined" ? segmentSpan(reference, meaning.segment) : expressionSpan(reference),
    path: printKeyPath(reference.path),
    related: owners,
  };
}

function unmet(model: BoundModel, { name, reference }: Obligation): Finding {
  const leaf = model.name?.leaf;
  // A file that the runtime reads under its own name is not the one that is meant.
  const used = new Set(model.references.flatMap(({ meaning }) => (meaning.kind === "file" ? [meaning.name] : [])));
  const near = nearest(name, model.files).filter((each) => !used.has(each));
  const [only] = near;
  const alike = only === undefined || near.length > 1 ? undefined : model.files.get(only)?.leaf;
  const related = [{ message: `${shown(reference)} is read here.`, span: expressionSpan(reference) }];
  const owner = model.name === undefined ? "this model" : `the model ${quote(model.name.text)}`;
  const message = `The runtime that ${owner} uses needs a file named ${quote(name)}, and the model has none.`;
  if (alike !== undefined) {
    const hint = `Did you mean ${quote(name)} by ${quote(alike.node.text)}?`;
    return { message, hint, span: spanOf(alike.node), path: printKeyPath(alike.path), related };
  }
  return {
    message,
    hint: near.length > 0 ? `Did you mean ${orList(near)}?` : `Add a file named ${quote(name)} to the model.`,
    span: leaf === undefined ? spanOf(model.entry.node) : spanOf(leaf.node),
    path: printKeyPath(leaf?.path ?? model.entry.path),
    related,
  };
}
