// What a picture shows about a node besides its name: a value, and the text that declares it.
import { printable } from "../base/quote.ts";
import { isSameSource, lineStartsOf, positionAt, type Span } from "../base/source.ts";
import type { BoundModel, BoundRuntime, BoundValue } from "../bind/bound.ts";
import type { GraphNode, NodeKind } from "../bind/graph.ts";
import { spanOf } from "../parse/tree.ts";

/** The value that identifies a node without its own name: an entry point, a folder, a device. */
export function detailOf(kind: NodeKind, model: BoundModel | undefined): string | undefined {
  const runtime = runtimeOf(model);
  switch (kind) {
    case "name":
      return model?.name?.text;
    case "repository":
      return placeOfCode(model);
    case "device":
      return textOfValue(runtime?.device);
    case "load":
    case "predict":
      return textOfValue(runtime?.[kind]?.entrypoint);
    case "environment":
    case "file":
    case "input":
    case "output":
    case "datapoints":
    case "predictions":
    case "key":
    case "transformation":
      return undefined;
  }
}

function runtimeOf(model: BoundModel | undefined): BoundRuntime | undefined {
  return model !== undefined && "runtime" in model.runtime ? model.runtime.runtime : undefined;
}

function placeOfCode(model: BoundModel | undefined): string | undefined {
  const location = model?.repository.location;
  switch (location?.kind) {
    case "local":
      return location.folder;
    case "remote":
      return location.url;
    case "unknown":
      return location.leaf?.node.text;
    case undefined:
      return undefined;
  }
}

function textOfValue(value: BoundValue | undefined): string | undefined {
  return value?.node.kind === "scalar" ? value.node.text : undefined;
}

/** The text that declares a node: its name with its value, or its section. */
export function regionOf(node: GraphNode, model: BoundModel | undefined): Span | undefined {
  const { span } = node;
  if (span === undefined) return undefined;
  const parts = partsOf(node, model).flatMap((value) => (value === undefined ? [] : [spanOf(value.node)]));
  // The anchor of an alias may be far away.
  const isNear = ({ source, start }: Span) => isSameSource(source, span.source) && Math.abs(start - span.start) < FAR;
  const near = parts.filter(isNear);
  return {
    source: span.source,
    start: Math.min(span.start, ...near.map(({ start }) => start)),
    end: Math.max(span.end, ...near.map(({ end }) => end)),
  };
}

/** The maximum number of characters between the start of a name and the start of its value. */
const FAR = 300;

/** The values of a file or an input. */
function partsOf(
  { id, kind, model: key = "" }: GraphNode,
  model: BoundModel | undefined,
): readonly (BoundValue | undefined)[] {
  const path = id.slice(key.length + 1 + kind.length + 1);
  if (kind === "file") {
    const file = model?.files.get(path);
    return [file?.url, file?.upload, file?.credentials];
  }
  if (kind !== "input") return [];
  const runtime = runtimeOf(model);
  const [phase, name = ""] = /^(load|predict)\/([\s\S]*)$/.exec(path)?.slice(1) ?? [];
  return [(phase === "load" ? runtime?.load : runtime?.predict)?.inputs.get(name)?.value];
}

/** The maximum number of lines in an excerpt, and of characters in a line. */
const MOST_LINES = 12;
const MOST_IN_LINE = 120;

/** The lines of a span without their common indentation, shortened if they are many or long. */
export function excerptOf({ source, start, end }: Span): string {
  const starts = lineStartsOf(source);
  const first = positionAt(source, start).line;
  const last = positionAt(source, Math.max(start, end - 1)).line;
  const lines: string[] = [];
  for (let line = first; line <= Math.min(last, first + MOST_LINES - 1); line++) {
    const from = starts[line - 1] ?? 0;
    const to = Math.min(starts[line] ?? source.text.length, from + 4 * MOST_IN_LINE);
    lines.push(source.text.slice(from, to).trimEnd());
  }
  const margins = lines.filter((line) => line !== "").map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const margin = Math.min(...margins, MOST_IN_LINE);
  const shown = lines.map((line) => {
    const text = line.slice(margin);
    return printable(text.length > MOST_IN_LINE ? `${text.slice(0, MOST_IN_LINE - 1)}…` : text);
  });
  return [...shown, ...(last - first >= MOST_LINES ? ["…"] : [])].join("\n");
}
