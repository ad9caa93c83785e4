// Takes a place and returns the result of `explain` as Markdown.
import { isLockedPath } from "../base/lock-file.ts";
import { locationText } from "../base/quote.ts";
import { placeKey, positionAt, type Span, textOf } from "../base/source.ts";
import { hideSecrets } from "../check/conceal.ts";
import { callsOf } from "../check/facts/calls.ts";
import { explain } from "../explain/explain.ts";
import type { Hop } from "../explain/hop.ts";
import type { TypedGraph } from "../infer/typed.ts";
import { spanOf } from "../parse/tree.ts";
import { codeBlock, escapeMarkdown } from "./markdown.ts";

/** What an editor shows about a place. */
export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}

/** The maximum number of steps. More do not fit into a tooltip. */
const MOST_HOPS = 12;

/** Explains a place of a file; `undefined` if nothing is there. `linkTo` returns the URI of a place. */
export function hover(
  graph: TypedGraph,
  path: string,
  offset: number,
  linkTo: (span: Span) => string,
): Hover | undefined {
  const source = graph.bound.files.find((file) => file.source.path === path)?.source;
  if (source === undefined) return undefined;
  const explained = explain(graph, [], path, positionAt(source, offset));
  if (explained.kind !== "explanation") return undefined;
  const { span, hops } = explained.explanation;
  const lines = hops.slice(0, MOST_HOPS).map((hop) => line(hop, span, linkTo));
  if (hops.length > MOST_HOPS) lines.push(`- and ${hops.length - MOST_HOPS} more steps`);
  const signature = signatureAt(graph, span);
  return { span, markdown: [...(signature === undefined ? [] : [signature, ""]), ...lines].join("\n") };
}

function line({ depth, text, verdict, type, hint, span }: Hop, subject: Span, linkTo: (span: Span) => string): string {
  const facts = [...(type === undefined ? [] : [type]), ...(verdict === "ok" ? [] : [`**${verdict}**`])];
  const isSubject = span !== undefined && placeKey(span) === placeKey(subject);
  const location = span === undefined || isSubject ? undefined : escapeMarkdown(locationText(span));
  const isFile = span !== undefined && !isLockedPath(span.source.path);
  const place = location === undefined ? "" : isFile ? ` [${location}](${linkTo(span)})` : ` ${location}`;
  const shown = `${escapeMarkdown(text)}${facts.length > 0 ? ` (${facts.join(", ")})` : ""}${place}`;
  const more = hint === undefined ? "" : ` ${escapeMarkdown(hint)}`;
  return `${"  ".repeat(Math.min(depth, 4))}- ${shown}${more}`;
}

/** The header of the function that an entry point at this place names, and the first line of its docstring. */
function signatureAt(graph: TypedGraph, { source, start, end }: Span): string | undefined {
  const found = callsOf(graph).find(({ call }) => {
    const written = spanOf(call.value.node);
    return written.source.path === source.path && written.start === start && written.end === end;
  });
  if (found === undefined || !("signature" in found.call.resolution)) return undefined;
  const { span, docstring } = found.call.resolution.signature;
  const hide = hideSecrets(graph.bound.files);
  const header = codeBlock(textOf(hide.span(span)), "python");
  return docstring === undefined ? header : `${header}\n${escapeMarkdown(hide.text(docstring))}`;
}
