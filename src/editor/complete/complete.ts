// Takes an open document and the place of a cursor, and returns the items that can be inserted there. Pure. Works in text with
// syntax errors. Reads only the files and folders that the place needs. The items contain no values of environment variables.
import { shapesAt } from "../../../grammar/keys.ts";
import type { Completion, CompletionItem, CompletionRequest } from "./completion.ts";
import { excerptOf } from "./excerpt.ts";
import { type Draft, type Here, type Place, writtenAt } from "./here.ts";
import { inputItemDrafts } from "./inputs.ts";
import { definitionDraft, itemDrafts, keyDrafts } from "./keys.ts";
import { layoutOf } from "./layout.ts";
import {
  graphOf,
  isAligned,
  keyPlace,
  markerFor,
  mistakesIn,
  modelAt,
  type PlaceInTree,
  type Probe,
  probe,
  referencePlace,
  valuePlace,
} from "./probe.ts";
import { expressionAt, expressionDrafts, holdsCredential, type OpenExpression, referenceDrafts } from "./references.ts";
import { withoutSecrets } from "./shown.ts";
import { indentOf, tokenAt } from "./token.ts";
import { valueDrafts } from "./values.ts";

const NOTHING: Completion = { items: [], isComplete: true };

/** What can be inserted at the cursor. Never throws for any text. */
export function complete(request: CompletionRequest): Completion {
  const { source } = request;
  const offset = Math.min(Math.max(request.offset, 0), source.text.length);
  const excerpt = excerptOf(source, offset);
  if (excerpt === undefined) return NOTHING;
  const { lines, at, column } = excerpt;
  const token = tokenAt(lines, at, column);
  if (token === undefined) return NOTHING;
  const layout = layoutOf(source, excerpt.newline);
  const marker = markerFor(excerpt);
  const here: Here = { request: { ...request, offset }, excerpt, token, layout, line: lines[at] ?? "", column, marker };
  const open = expressionAt(here.line, token.start, token.end, column);
  if (open !== undefined) return inExpression(here, open);
  if (token.role === "text" || token.isContinued) return NOTHING;
  if (token.role === "key") return asKey(here);
  if (token.role === "value") return asValue(here);
  return asAnything(here);
}

function inExpression(here: Here, open: OpenExpression): Completion {
  const { token, line, marker } = here;
  const expression = `\${${marker}}`;
  // A part of a multi-line text stays where it is. Any other text is read as a quoted text of one line.
  const isPart = token.role === "text" || token.isContinued;
  const text = isPart
    ? line.slice(token.start, open.start) + expression + line.slice(open.end, token.end)
    : `"${open.isAlone ? "" : "x "}${expression}"`;
  const read = probed(here, text);
  const found = referencePlace(graphOf(read), marker);
  if (found === undefined) return NOTHING;
  return completion(here, referenceDrafts(here, open, found.reference, found.model), read);
}

function probed(here: Here, text: string): Probe {
  return probe(here.excerpt, here.request.source.path, here.token, text, here.marker);
}

function placeOf(probe: Probe, found: PlaceInTree): Place {
  const pattern = patternOf(found.path);
  const graph = graphOf(probe);
  return { ...found, pattern, shapes: shapesAt(found.path), graph, model: modelAt(graph, found.path) };
}

function patternOf(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[]` : text === "" ? step : `${text}.${step}`),
    "",
  );
}

function asKey(here: Here): Completion {
  const { marker } = here;
  const space = here.token.needsSpace ? " " : "";
  const read = probed(here, space + marker + (here.token.hasColon ? "" : ":"));
  const found = keyPlace(read);
  return found === undefined ? NOTHING : completion(here, keyDrafts(here, placeOf(read, found), marker), read);
}

function asValue(here: Here): Completion {
  const { marker } = here;
  const read = probed(here, (here.token.needsSpace ? " " : "") + marker);
  const found = valuePlace(read);
  if (found === undefined) return NOTHING;
  const place = placeOf(read, found);
  const { drafts, isComplete } = valueDrafts(here, place);
  return completion(here, [...drafts, ...wholeExpressions(here, place)], read, isComplete);
}

/** Complete expressions for a missing value of an input or a credential. */
function wholeExpressions(here: Here, { pattern, shapes }: Place): readonly Draft[] {
  const { token, marker } = here;
  const isWanted = /\.inputs\[\]\.value$/.test(pattern) || shapes.some(holdsCredential);
  const { from, to } = writtenAt(here);
  if (!isWanted || from !== to) return [];
  const found = referencePlace(graphOf(probed(here, `${token.needsSpace ? " " : ""}"\${${marker}}"`)), marker);
  return found === undefined ? [] : expressionDrafts(here, found.reference, found.model);
}

/** At the beginning of a line: a key, an item, or a text that is an item. */
function asAnything(here: Here): Completion {
  const { token, excerpt, marker } = here;
  const space = token.needsSpace ? " " : "";
  const least = mistakesIn(probed(here, "").definition);
  const isRight = ({ definition }: Probe) => mistakesIn(definition) <= least;
  const drafts: Draft[] = [];
  const asKey = probed(here, `${space}${marker}:`);
  const key = isRight(asKey) ? keyPlace(asKey) : undefined;
  if (key !== undefined && isAligned(asKey, key)) {
    const place = placeOf(asKey, key);
    const isOnly = key.map?.entries.length === 1;
    if (key.path.length === 0 && isOnly && excerpt.lines.every((line, i) => i === excerpt.at || line.trim() === ""))
      drafts.push(...definitionDraft(here, place));
    drafts.push(...keyDrafts(here, place, marker));
    if (isOnly && token.dash !== undefined)
      drafts.push(...inputItemDrafts(here, place, "nothing"), ...itemDrafts(here, place, "nothing"));
  }
  if (token.dash === undefined && token.start === token.end) {
    const asItem = probed(here, `- ${marker}:`);
    const item = isRight(asItem) ? keyPlace(asItem) : undefined;
    if (item !== undefined) {
      const place = placeOf(asItem, item);
      drafts.push(...inputItemDrafts(here, place, "dash"), ...itemDrafts(here, place, "dash"));
    }
  }
  const asText = probed(here, space + marker);
  const text = isRight(asText) ? valuePlace(asText) : undefined;
  if (text === undefined) return completion(here, drafts, asKey);
  const values = valueDrafts(here, placeOf(asText, text));
  return completion(here, [...drafts, ...values.drafts], asText, values.isComplete);
}

/** The maximum number of items. Of more items, those that contain the written text are kept. */
const MAX_ITEMS = 1_000;

/** The items of drafts, each name once for each text that it inserts. */
function completion(here: Here, drafts: readonly Draft[], { definition }: Probe, isComplete = true): Completion {
  const { request, excerpt, line, column } = here;
  const { source } = request;
  const indent = line.slice(0, Math.min(indentOf(line), column));
  const seen = new Set<string>();
  const items: CompletionItem[] = [];
  const isTooMany = drafts.length > MAX_ITEMS;
  const near = isTooMany ? drafts.filter((draft) => isLike(here, draft)).slice(0, MAX_ITEMS) : drafts;
  for (const { from, to, text, ...rest } of withoutSecrets(near, definition)) {
    const key = `${rest.label}\0${text}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const span = { source, start: excerpt.lineStart + from, end: excerpt.lineStart + to };
    const lines = /\n/.test(rest.snippet ?? text) ? { indent } : {};
    items.push({ ...rest, ...lines, sort: String(items.length).padStart(5, "0"), edit: { span, text } });
  }
  return { items, isComplete: isComplete && !isTooMany };
}

/** Whether an item contains the text that it replaces. */
function isLike({ line, column }: Here, { label, filter = label, from }: Draft): boolean {
  return filter.toLowerCase().includes(line.slice(from, column).toLowerCase());
}
