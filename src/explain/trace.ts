// From a value to where it comes from: each expression to what it names, and on, until nothing is left but literals, the
// environment and what only exists in a run.
import { nearest } from "../base/nearest.ts";
import { orList, quote } from "../base/quote.ts";
import type { Span } from "../base/source.ts";
import type { BoundValue, Meaning, Reference } from "../bind/bound.ts";
import { referencesIn } from "../bind/value.ts";
import { expressionSpan, segmentSpan, shown, shownPath } from "../check/facts/places.ts";
import { parseEntrypoint } from "../infer/entrypoint.ts";
import type { Place } from "../infer/place.ts";
import { holdsSecret, type Type, typeName } from "../infer/type.ts";
import type { TypedGraph, TypedModel } from "../infer/typed.ts";
import { spanInScalar } from "../parse/source-map.ts";
import { spanOf, type YamlNode } from "../parse/tree.ts";
import type { Resolution } from "../python/names/resolution.ts";
import { type Hop, MOST_HOPS } from "./hop.ts";

/** Where a way is followed: the model that sees the names, if any, and how far it got. */
export interface Trace {
  readonly graph: TypedGraph;
  /** Absent outside of models, where only the environment has names. */
  readonly model: TypedModel | undefined;
  readonly hops: Hop[];
  /** Inputs on the way to here: to meet one again is a circle. */
  readonly open: ReadonlySet<string>;
  readonly depth: number;
}

/** Notes a step at the depth that the trace has reached. */
export function note(trace: Trace, hop: Omit<Hop, "depth">): undefined {
  if (trace.hops.length < MOST_HOPS) trace.hops.push({ depth: trace.depth, ...hop });
}

/** The same trace, one step further away. */
export function deeper(trace: Trace, open = trace.open): Trace {
  return { ...trace, depth: trace.depth + 1, open };
}

/** Follows a value: what it is, and every expression in it. */
export function traceValue(trace: Trace, value: BoundValue | undefined, what: string): undefined {
  if (value === undefined) return note(trace, { text: `${what} has no value.`, verdict: "missing" });
  const type: Type = trace.model?.typeOf(value) ?? { kind: "unknown" };
  const at = { span: spanOf(value.node), verdict: "ok", type: type.kind } as const;
  const references = referencesIn(value);
  if (value.kind === "literal") note(trace, { ...at, text: `${what} is written here: ${typeName(type)}.` });
  else if (value.kind === "hole")
    note(trace, { ...at, text: `${what} cannot be read: the text is broken here.`, verdict: "unverified" });
  else if (value.kind === "reference") note(trace, { ...at, text: `${what} is ${shown(value.reference)}.` });
  else if (references.length === 0) note(trace, { ...at, text: `${what} is written here: ${typeName(type)}.` });
  else {
    const parts = value.kind === "template" ? "text that is put together here" : typeName(type);
    const secret = holdsSecret(type) ? ", with a secret in it" : "";
    note(trace, { ...at, text: `${what} is ${parts}${secret}.` });
  }
  for (const reference of references) traceReference(deeper(trace), reference);
}

/** Follows one expression to what it names. */
export function traceReference(trace: Trace, reference: Reference): undefined {
  if (trace.hops.length >= MOST_HOPS) return;
  const { meaning } = reference;
  const type = trace.model?.typeOfMeaning(meaning).kind ?? (meaning.kind === "environment" ? "secret" : "unknown");
  const name = shown(reference);
  switch (meaning.kind) {
    case "environment":
      return traceVariable(trace, reference, meaning.name);
    case "model-name": {
      const leaf = trace.model?.bound.name;
      const isUniversal = trace.model?.bound.isUniversal === true;
      return note(trace, {
        text: isUniversal
          ? `${name} is the name of each model that uses this entry.`
          : `${name} is the name of this model.`,
        type,
        verdict: leaf === undefined ? "missing" : "ok",
        ...(leaf === undefined ? {} : { span: spanOf(leaf.leaf.node) }),
      });
    }
    case "device": {
      const { device } = runtimeOf(trace.model) ?? {};
      if (device === undefined)
        return note(trace, { text: `${name} is \`cpu\`: no device is written.`, type, verdict: "ok" });
      const span = spanOf(device.node);
      if (trace.open.has("device"))
        return note(trace, { text: `${name} leads back to where it came from.`, verdict: "undefined", type, span });
      note(trace, { text: `${name} is where this model runs.`, verdict: "ok", type, span });
      return traceValue(deeper(trace, new Set([...trace.open, "device"])), device, "The device");
    }
    case "file":
      return traceFile(trace, meaning.name, name);
    case "required-file":
      return traceRequiredFile(trace, meaning.name, name);
    case "input":
      return traceInput(trace, meaning.of, meaning.name, name);
    case "load-output":
      return traceOutput(trace, name);
    case "datapoints":
    case "image":
      return note(trace, { text: `${name} is the data of each call; it exists only in a run.`, type, verdict: "ok" });
    case "undefined":
    case "wrong-phase":
    case "incomplete":
    case "late":
    case "unknown":
      return note(trace, { ...unresolved(reference, meaning), span: spanOfReference(reference, meaning) });
  }
}

function traceVariable(
  { graph, ...trace }: Trace,
  { expression, scalar, isAlone }: Reference,
  name: string,
): undefined {
  const { environment } = graph;
  const fallback = expression.default;
  const isEmpty = environment.kind === "known" && environment.empty.has(name);
  const isAbsent = isEmpty || (environment.kind === "known" && environment.unset.has(name));
  const isBare = expression.spelling === "bare";
  const absent = isBare ? `not set, so ${quote(`$${name}`)} stays in the text` : "not set";
  const state =
    environment.kind === "unknown"
      ? "whether it is set was not looked at"
      : isAbsent
        ? `it is ${isEmpty ? "set, but empty" : absent}`
        : "it is set";
  const isNothing = isEmpty && !isAlone && expression.required === undefined;
  const isMissing = isAbsent && fallback === undefined && !isBare && !isNothing;
  note(
    { graph, ...trace },
    {
      text: `${quote(name)} is a variable of the environment, and secret; ${state}.`,
      type: "secret",
      verdict: isMissing ? "missing" : environment.kind === "unknown" && fallback === undefined ? "unverified" : "ok",
      ...(isMissing ? { hint: `Set it, or give a default: \`\${${name}:-text}\`.` } : {}),
      ...(environment.kind === "unknown" && fallback === undefined ? { hint: "With `--env` it is looked at." } : {}),
    },
  );
  if (fallback === undefined) return;
  const span = spanInScalar(scalar, fallback.start, fallback.end);
  note(deeper({ graph, ...trace }), { text: "Its default is written here.", type: "text", verdict: "ok", span });
}

function traceFile(trace: Trace, name: string, expression: string): undefined {
  const file = trace.model?.files.find(({ bound }) => bound.name === name);
  if (file === undefined) return lost(trace, expression);
  const type = trace.model?.typeOfMeaning({ kind: "file", name }).kind ?? "unknown";
  note(trace, {
    text: `${expression} is where the file ${quote(name)} lies.`,
    type,
    verdict: "ok",
    span: spanOf(file.bound.leaf.node),
  });
  traceValue(deeper(trace), file.bound.url, "Its address");
  notePlace(deeper(deeper(trace)), file.place);
}

/** Whether what is outside is there. */
export function notePlace(trace: Trace, place: Place, node?: YamlNode): undefined {
  const at = node === undefined ? {} : { span: spanOf(node) };
  if (place.kind === "remote") return note(trace, { text: "It is not on this machine.", verdict: "unverified", ...at });
  if (place.kind === "unknown")
    return note(trace, { text: "Where that is depends on the environment.", verdict: "unverified", ...at });
  const path = quote(place.path);
  const notes: Readonly<Record<typeof place.verdict, Pick<Hop, "text" | "verdict">>> = {
    present: { text: `${path} is there.`, verdict: "ok" },
    missing: { text: `${path} does not exist.`, verdict: "missing" },
    ignored: { text: `${path} is not on this machine, and git ignores it.`, verdict: "unverified" },
    "wrong-kind": { text: `${path} is a file, where a folder is needed.`, verdict: "missing" },
    "wrong-case": { text: `${path} is there only with other capitals.`, verdict: "missing" },
  };
  const hint =
    place.near.length > 0 && place.verdict !== "present" ? { hint: `Did you mean ${orList(place.near)}?` } : {};
  note(trace, { ...notes[place.verdict], ...hint, ...at });
}

/** What a universal entry expects, and the models that bring it. */
function traceRequiredFile(trace: Trace, name: string, expression: string): undefined {
  const text = `${expression} is a file that each model brings which uses this runtime.`;
  note(trace, { text, type: "path", verdict: "ok" });
  const section = runtimeOf(trace.model)?.section;
  for (const model of trace.graph.models) {
    if (model.bound === trace.model?.bound || runtimeOf(model)?.section !== section) continue;
    const file = model.bound.files.get(name);
    const owner = quote(model.bound.name?.text ?? "");
    const leaf = file?.leaf ?? model.bound.name?.leaf;
    note(deeper(trace), {
      text: file === undefined ? `The model ${owner} has no such file.` : `The model ${owner} brings it.`,
      verdict: file === undefined ? "undefined" : "ok",
      ...(leaf === undefined ? {} : { span: spanOf(leaf.node) }),
    });
  }
}

function traceInput(trace: Trace, of: "load" | "predict", name: string, expression: string): undefined {
  const input = runtimeOf(trace.model)?.[of]?.inputs.get(name);
  if (input === undefined) return lost(trace, expression);
  const id = `${of}/${name}`;
  const type = trace.model?.typeOfMeaning({ kind: "input", of, name }).kind ?? "unknown";
  const at = { type, span: spanOf(input.leaf.node) };
  if (trace.open.has(id)) {
    return note(trace, { text: `${expression} leads back to where it came from.`, verdict: "undefined", ...at });
  }
  note(trace, { text: `${expression} is the input ${quote(name)} of ${quote(of)}.`, verdict: "ok", ...at });
  traceValue(deeper(trace, new Set([...trace.open, id])), input.value, "Its value");
}

function traceOutput(trace: Trace, expression: string): undefined {
  const load = runtimeOf(trace.model)?.load;
  if (load?.output === undefined) return lost(trace, expression);
  const span = spanOf(load.output.leaf.node);
  note(trace, {
    text: `${expression} is what ${quote("load")} returned; it stays in the Python process.`,
    type: "handle",
    verdict: "ok",
    span,
  });
  if (load.entrypoint !== undefined) traceEntrypoint(deeper(trace), load.entrypoint);
}

/** The function that an entrypoint names, and where it is defined. */
export function traceEntrypoint(trace: Trace, value: BoundValue): undefined {
  const text = trace.model?.constantOf(value);
  const span = spanOf(value.node);
  const parsed = text === undefined ? undefined : parseEntrypoint(text);
  if (parsed === undefined) {
    const isKnown = text !== undefined;
    note(trace, {
      text: isKnown ? "This is no entrypoint." : "The entrypoint is not known before a run.",
      verdict: isKnown ? "undefined" : "unverified",
      ...(isKnown ? { hint: "It is written `module:function`." } : {}),
      span,
    });
    for (const reference of referencesIn(value)) traceReference(deeper(trace), reference);
    return;
  }
  const name = quote(parsed.function);
  note(trace, { text: `The function ${name} of the module ${quote(parsed.module)}.`, verdict: "ok", span });
  const resolution = trace.model?.calls().find((call) => call.value === value)?.resolution;
  if (resolution !== undefined) return noteResolution(deeper(trace), resolution, name);
  const leaf = trace.model?.bound.repository.location.leaf;
  if (trace.model !== undefined) notePlace(deeper(trace), trace.model.code, leaf?.node);
}

/** What the entrypoint leads to in the code on this machine. */
function noteResolution(trace: Trace, resolution: Resolution, name: string): undefined {
  switch (resolution.kind) {
    case "found":
    case "class": {
      const what = resolution.kind === "class" ? "The class that is called" : "The function";
      return note(trace, { text: `${what} stands here.`, verdict: "ok", span: resolution.signature.span });
    }
    case "module-missing":
      return note(trace, { text: "There is no such module in the code.", verdict: "missing" });
    case "name-missing": {
      const near = nearest(name.slice(1, -1), resolution.names);
      const hint = near.length > 0 ? { hint: `Did you mean ${orList(near)}?` } : {};
      return note(trace, { text: `The module has no ${name}.`, verdict: "undefined", ...hint });
    }
    case "not-callable": {
      const at = resolution.span === undefined ? {} : { span: resolution.span };
      return note(trace, { text: `${name} cannot be called.`, verdict: "undefined", ...at });
    }
    case "unverified":
      return note(trace, { text: "What that is cannot be known without running the code.", verdict: "unverified" });
  }
}

function lost(trace: Trace, expression: string): undefined {
  note(trace, { text: `What ${expression} refers to cannot be read.`, verdict: "unverified", type: "unknown" });
}

/** What an expression means that names no value. */
type Unresolved = Extract<Meaning, { readonly kind: "undefined" | "wrong-phase" | "incomplete" | "late" | "unknown" }>;

function unresolved(reference: Reference, meaning: Unresolved): Omit<Hop, "depth"> {
  const written = quote(shownPath(reference));
  switch (meaning.kind) {
    case "undefined": {
      const name = reference.expression.path[meaning.segment]?.value ?? "";
      const near = nearest(name, meaning.candidates);
      const hint =
        meaning.meant !== undefined
          ? `Write \`\${${meaning.meant}}\`.`
          : near.length > 0
            ? `Did you mean ${orList(near)}?`
            : undefined;
      return {
        text: `${quote(name)} in ${written} names nothing.`,
        verdict: "undefined",
        type: "unknown",
        ...(hint === undefined ? {} : { hint }),
      };
    }
    case "wrong-phase":
      return { text: `${written} exists, but not here.`, verdict: "undefined", type: "unknown" };
    case "incomplete":
      return { text: `${written} is not a value by itself.`, verdict: "undefined", type: "unknown" };
    case "late":
      return { text: `What ${written} refers to depends on the environment.`, verdict: "unverified", type: "unknown" };
    case "unknown":
      return { text: `What ${written} refers to cannot be read.`, verdict: "unverified", type: "unknown" };
  }
}

function spanOfReference(reference: Reference, meaning: Meaning): Span {
  return meaning.kind === "undefined" ? segmentSpan(reference, meaning.segment) : expressionSpan(reference);
}

/** The runtime that a model uses, when it is known. */
export function runtimeOf(model: TypedModel | undefined) {
  const resolution = model?.bound.runtime;
  return resolution !== undefined && "runtime" in resolution ? resolution.runtime : undefined;
}
