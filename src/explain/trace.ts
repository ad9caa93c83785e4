// Traces a value to its origin: each expression to its target, until only literals, environment variables and values that exist
// only at run time are left.
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

/** The state of a trace: the model whose names are used, if any, and the steps so far. */
export interface Trace {
  readonly graph: TypedGraph;
  /** Absent outside models, where only environment variables have names. */
  readonly model: TypedModel | undefined;
  readonly hops: Hop[];
  /** The inputs that led here: reaching one of them again is a cycle. */
  readonly open: ReadonlySet<string>;
  readonly depth: number;
}

/** Records a step at the current depth. */
export function note(trace: Trace, hop: Omit<Hop, "depth">): undefined {
  if (trace.hops.length < MOST_HOPS) trace.hops.push({ depth: trace.depth, ...hop });
}

/** The same trace, one step deeper. */
export function deeper(trace: Trace, open = trace.open): Trace {
  return { ...trace, depth: trace.depth + 1, open };
}

/** Follows a value: what it is, and every expression in it. */
export function traceValue(trace: Trace, value: BoundValue | undefined, what: string): undefined {
  if (value === undefined) return note(trace, { text: `${what} has no value.`, verdict: "missing" });
  const type: Type = trace.model?.typeOf(value) ?? { kind: "unknown" };
  const at = { span: spanOf(value.node), verdict: "ok", type: type.kind } as const;
  const references = referencesIn(value);
  if (value.kind === "literal") note(trace, { ...at, text: `${what} is defined here (${typeName(type)}).` });
  else if (value.kind === "hole")
    note(trace, { ...at, text: `${what} cannot be read: the YAML is not valid here.`, verdict: "unverified" });
  else if (value.kind === "reference") note(trace, { ...at, text: `${what} is ${shown(value.reference)}.` });
  else if (references.length === 0) note(trace, { ...at, text: `${what} is defined here (${typeName(type)}).` });
  else {
    const parts = value.kind === "template" ? "text with expressions" : typeName(type);
    const secret = holdsSecret(type) ? ", and contains a secret" : "";
    note(trace, { ...at, text: `${what} is ${parts}${secret}.` });
  }
  for (const reference of references) traceReference(deeper(trace), reference);
}

/** Follows one expression to its target. */
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
        return note(trace, { text: `${name} is \`cpu\`, the default device.`, type, verdict: "ok" });
      const span = spanOf(device.node);
      if (trace.open.has("device"))
        return note(trace, { text: `${name} refers back to itself.`, verdict: "undefined", type, span });
      note(trace, { text: `${name} is the device on which this model runs.`, verdict: "ok", type, span });
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
      return note(trace, {
        text: `${name} is the data of each call, and exists only at run time.`,
        type,
        verdict: "ok",
      });
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
  const absent = isBare ? `not set, so ${quote(`$${name}`)} is left unchanged` : "not set";
  const state =
    environment.kind === "unknown"
      ? "whether it is set was not checked"
      : isAbsent
        ? `it is ${isEmpty ? "empty" : absent}`
        : "it is set";
  const isNothing = isEmpty && !isAlone && expression.required === undefined;
  const isMissing = isAbsent && fallback === undefined && !isBare && !isNothing;
  note(
    { graph, ...trace },
    {
      text: `${quote(name)} is an environment variable, whose value is secret; ${state}.`,
      type: "secret",
      verdict: isMissing ? "missing" : environment.kind === "unknown" && fallback === undefined ? "unverified" : "ok",
      ...(isMissing ? { hint: `Set it, or add a default: \`\${${name}:-text}\`.` } : {}),
      ...(environment.kind === "unknown" && fallback === undefined ? { hint: "Use `--env` to check it." } : {}),
    },
  );
  if (fallback === undefined) return;
  const span = spanInScalar(scalar, fallback.start, fallback.end);
  note(deeper({ graph, ...trace }), { text: "Its default is defined here.", type: "text", verdict: "ok", span });
}

function traceFile(trace: Trace, name: string, expression: string): undefined {
  const file = trace.model?.files.find(({ bound }) => bound.name === name);
  if (file === undefined) return lost(trace, expression);
  const type = trace.model?.typeOfMeaning({ kind: "file", name }).kind ?? "unknown";
  note(trace, {
    text: `${expression} is the path of the file ${quote(name)}.`,
    type,
    verdict: "ok",
    span: spanOf(file.bound.leaf.node),
  });
  traceValue(deeper(trace), file.bound.url, "Its URL");
  notePlace(deeper(deeper(trace)), file.place);
}

/** Whether a place outside the definition exists. */
export function notePlace(trace: Trace, place: Place, node?: YamlNode): undefined {
  const at = node === undefined ? {} : { span: spanOf(node) };
  if (place.kind === "remote" && place.code !== undefined)
    return note(trace, { text: "Its functions are in the lock file.", verdict: "ok", ...at });
  if (place.kind === "remote") return note(trace, { text: "It is not on this machine.", verdict: "unverified", ...at });
  if (place.kind === "unknown")
    return note(trace, { text: "Its location depends on environment variables.", verdict: "unverified", ...at });
  const path = quote(place.path);
  const notes: Readonly<Record<typeof place.verdict, Pick<Hop, "text" | "verdict">>> = {
    present: { text: `${path} exists.`, verdict: "ok" },
    missing: { text: `${path} does not exist.`, verdict: "missing" },
    ignored: { text: `${path} is not on this machine, and Git ignores it.`, verdict: "unverified" },
    "wrong-kind": { text: `${path} is a file, but must be a folder.`, verdict: "missing" },
    "wrong-case": { text: `${path} exists only in a different case.`, verdict: "missing" },
  };
  const hint =
    place.near.length > 0 && place.verdict !== "present" ? { hint: `Did you mean ${orList(place.near)}?` } : {};
  note(trace, { ...notes[place.verdict], ...hint, ...at });
}

/** A file that a universal entry requires, and the models that provide it. */
function traceRequiredFile(trace: Trace, name: string, expression: string): undefined {
  const text = `${expression} is a file of each model that uses this runtime.`;
  note(trace, { text, type: "path", verdict: "ok" });
  const section = runtimeOf(trace.model)?.section;
  for (const model of trace.graph.models) {
    if (model.bound === trace.model?.bound || runtimeOf(model)?.section !== section) continue;
    const file = model.bound.files.get(name);
    const owner = quote(model.bound.name?.text ?? "");
    const leaf = file?.leaf ?? model.bound.name?.leaf;
    note(deeper(trace), {
      text: file === undefined ? `The model ${owner} has no such file.` : `The model ${owner} has it.`,
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
    return note(trace, { text: `${expression} refers back to itself.`, verdict: "undefined", ...at });
  }
  note(trace, { text: `${expression} is the input ${quote(name)} of ${quote(of)}.`, verdict: "ok", ...at });
  traceValue(deeper(trace, new Set([...trace.open, id])), input.value, "Its value");
}

function traceOutput(trace: Trace, expression: string): undefined {
  const load = runtimeOf(trace.model)?.load;
  if (load?.output === undefined) return lost(trace, expression);
  const span = spanOf(load.output.leaf.node);
  note(trace, {
    text: `${expression} is the return value of ${quote("load")}, and exists only in the Python process.`,
    type: "handle",
    verdict: "ok",
    span,
  });
  if (load.entrypoint !== undefined) traceEntrypoint(deeper(trace), load.entrypoint);
}

/** The function of an entry point, and where it is defined. */
export function traceEntrypoint(trace: Trace, value: BoundValue): undefined {
  const text = trace.model?.constantOf(value);
  const span = spanOf(value.node);
  const parsed = text === undefined ? undefined : parseEntrypoint(text);
  if (parsed === undefined) {
    const isKnown = text !== undefined;
    note(trace, {
      text: isKnown ? "This is not an entry point." : "The entry point is known only at run time.",
      verdict: isKnown ? "undefined" : "unverified",
      ...(isKnown ? { hint: "Write `module:function`." } : {}),
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

/** What the entry point refers to in the code on this machine. */
function noteResolution(trace: Trace, resolution: Resolution, name: string): undefined {
  switch (resolution.kind) {
    case "found":
    case "class": {
      const what = resolution.kind === "class" ? "The class that is called" : "The function";
      return note(trace, { text: `${what} is defined here.`, verdict: "ok", span: resolution.signature.span });
    }
    case "module-missing":
      return note(trace, { text: "The module does not exist in the code.", verdict: "missing" });
    case "name-missing": {
      const near = nearest(name.slice(1, -1), resolution.names);
      const hint = near.length > 0 ? { hint: `Did you mean ${orList(near)}?` } : {};
      return note(trace, { text: `The module does not define ${name}.`, verdict: "undefined", ...hint });
    }
    case "not-callable": {
      const at = resolution.span === undefined ? {} : { span: resolution.span };
      return note(trace, { text: `${name} is not a function.`, verdict: "undefined", ...at });
    }
    case "unverified":
      return note(trace, { text: "It cannot be determined without running the code.", verdict: "unverified" });
  }
}

function lost(trace: Trace, expression: string): undefined {
  note(trace, { text: `What ${expression} refers to is not valid.`, verdict: "unverified", type: "unknown" });
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
        text: `${quote(name)} in ${written} is not defined.`,
        verdict: "undefined",
        type: "unknown",
        ...(hint === undefined ? {} : { hint }),
      };
    }
    case "wrong-phase":
      return { text: `${written} is not available here.`, verdict: "undefined", type: "unknown" };
    case "incomplete":
      return { text: `${written} is not a value.`, verdict: "undefined", type: "unknown" };
    case "late":
      return {
        text: `What ${written} refers to depends on environment variables.`,
        verdict: "unverified",
        type: "unknown",
      };
    case "unknown":
      return { text: `What ${written} refers to is not valid.`, verdict: "unverified", type: "unknown" };
  }
}

function spanOfReference(reference: Reference, meaning: Meaning): Span {
  return meaning.kind === "undefined" ? segmentSpan(reference, meaning.segment) : expressionSpan(reference);
}

/** The runtime that a model uses, if it is known. */
export function runtimeOf(model: TypedModel | undefined) {
  const resolution = model?.bound.runtime;
  return resolution !== undefined && "runtime" in resolution ? resolution.runtime : undefined;
}
