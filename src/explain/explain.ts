// Takes the typed graph and a place in a definition, gives the steps from there to the origin of its value.
// Promises: pure; works in an invalid file too, with a step that says where the trace ends; cycles end; shows no secret.
import { describeKey, keysBelow } from "../../grammar/keys.ts";
import type { Diagnostic } from "../base/diagnostic.ts";
import { nearest } from "../base/nearest.ts";
import { joinPath } from "../base/path.ts";
import { orList, quote } from "../base/quote.ts";
import { isSameSource, type Span } from "../base/source.ts";
import { hideSecrets } from "../check/conceal.ts";
import type { TypedGraph } from "../infer/typed.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import { keysOf, type Path, printKeyPath } from "../parse/tree.ts";
import type { Hop } from "./hop.ts";
import { type Found, findAt, nearestTo, type Spot } from "./place.ts";
import { deeper, note, type Trace, traceReference } from "./trace.ts";
import { traceWhole } from "./whole.ts";

/** What is known about a place. */
export interface Explanation {
  /** The text that is explained, in the source as it may be shown. */
  readonly span: Span;
  /** Where in the document, such as `models[0].files[0].url`. */
  readonly path: string;
  readonly hops: readonly Hop[];
  /** The findings at this place. */
  readonly diagnostics: readonly Diagnostic[];
}

/** An explanation, or the nearest place that has one. */
export type Explained =
  | { readonly kind: "explanation"; readonly explanation: Explanation }
  | { readonly kind: "nothing"; readonly nearest: Span | undefined }
  | { readonly kind: "no-file" };

/** Explains one place of a file of the graph. */
export function explain(graph: TypedGraph, diagnostics: readonly Diagnostic[], path: string, spot: Spot): Explained {
  const wanted = joinPath(".", path);
  const definition = graph.bound.files.find(({ source }) => joinPath(".", source.path) === wanted);
  if (definition === undefined) return { kind: "no-file" };
  const hide = hideSecrets(graph.bound.files);
  const found = findAt(graph, definition, spot);
  if (found === undefined) {
    const near = nearestTo(graph, definition, spot);
    return { kind: "nothing", nearest: near && hide.span(near.span) };
  }
  const hops: Hop[] = [];
  trace(graph, definition, found, hops);
  return {
    kind: "explanation",
    explanation: {
      span: hide.span(found.span),
      path: hide.text(printKeyPath(pathOf(found))),
      hops: hops.map((hop) => ({
        ...hop,
        text: hide.text(hop.text),
        ...(hop.hint === undefined ? {} : { hint: hide.text(hop.hint) }),
        ...(hop.span === undefined ? {} : { span: hide.span(hop.span) }),
      })),
      diagnostics: diagnostics.filter(({ span }) => touches(span, found.span)),
    },
  };
}

function pathOf(found: Found): Path | undefined {
  return found.kind === "expression" ? found.reference.path : found.path;
}

function trace(graph: TypedGraph, definition: ParsedDefinition, found: Found, hops: Hop[]): undefined {
  const start: Trace = { graph, model: undefined, hops, open: new Set(), depth: 0 };
  if (found.kind === "expression") {
    const { model, reference } = found;
    // The universal name is more useful as a name than as an expression.
    if (model?.bound.isUniversal === true && model.bound.name?.leaf.node === reference.scalar)
      return traceWhole(start, definition, reference.scalar, reference.path);
    return traceReference({ ...start, model }, reference);
  }
  if (found.kind === "key") return explainKey(start, found.path, found.span);
  traceWhole(start, definition, found.node, found.path);
}

/** The meaning of a key, in the words of the language reference. */
function explainKey(start: Trace, path: Path, span: Span): undefined {
  const keys = keysOf(path);
  const meaning = describeKey(keys);
  const key = String(path.key);
  if (meaning !== undefined) {
    const need = meaning.isRequired ? "required" : "optional";
    note(start, { text: `${quote(meaning.name)}: ${meaning.description}`, verdict: "ok", span });
    return note(deeper(start), { text: `It takes ${meaning.values}, and is ${need}.`, verdict: "ok" });
  }
  if (keys.length === 1 && key.startsWith("x-"))
    return note(start, { text: `${quote(key)} is ignored, so other tools can use it.`, verdict: "ok", span });
  const isValue = keys.some((_, i) => describeKey(keys.slice(0, i))?.values === "any value");
  if (isValue)
    return note(start, { text: `${quote(key)} is a key of the value, which can be anything.`, verdict: "ok", span });
  const near = nearest(key, keysBelow(keys.slice(0, -1)));
  const hint = near.length > 0 ? { hint: `Did you mean ${orList(near)}?` } : {};
  note(start, { text: `The format has no key ${quote(key)} here.`, verdict: "undefined", span, ...hint });
}

function touches(a: Span, b: Span): boolean {
  if (!isSameSource(a.source, b.source)) return false;
  return a.start < b.end && b.start < a.end ? true : a.start === b.start && a.end === b.end;
}
