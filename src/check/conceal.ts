// Diagnostics as they may be shown: their texts contain no secret of a file, and in the sources of their spans each secret is
// replaced by stars. Edits keep the real source, because they change the real text.
import { concealedSource, concealer } from "../base/conceal.ts";
import type { Diagnostic, Edit, Fix, Related } from "../base/diagnostic.ts";
import { printable } from "../base/quote.ts";
import { type Span, textOf } from "../base/source.ts";
import { findTokens } from "../base/token-shapes.ts";
import type { Exposure } from "../parse/exposed.ts";
import type { ParsedDefinition } from "../parse/parse.ts";

/** Shorter secrets are hidden only in findings about their own place: elsewhere they may be ordinary words. */
const LEAST = 6;

/** Hides the secrets of some files: in texts about them, and in the sources that are shown. */
export interface Hiding {
  readonly text: (text: string) => string;
  readonly span: (span: Span) => Span;
}

/** Hides the secrets of these files. Python files are searched when a span first refers to them. */
export function hideSecrets(files: readonly ParsedDefinition[]): Hiding {
  const shown = new Map(files.map((file) => [file.source, file.shown]));
  const long = files.flatMap((file) => file.exposures).filter(({ text }) => text.length >= LEAST);
  return {
    text: concealer(textsOf(long)),
    span: (span) => {
      const source = shown.get(span.source) ?? concealedSource(span.source, findTokens(span.source.text));
      shown.set(span.source, source);
      return source === span.source ? span : { ...span, source };
    },
  };
}

/** Hides the secrets of the files in the diagnostics; returns the same diagnostics if there are none. */
export function conceal<D extends Diagnostic>(
  diagnostics: readonly D[],
  files: readonly ParsedDefinition[],
): readonly D[] {
  const hiding = hideSecrets(files);
  const exposures = new Map(files.map((file) => [file.source, file.exposures]));
  const isNothing = files.every((file) => file.exposures.length === 0);
  return diagnostics.map((diagnostic) => {
    const places = [diagnostic.span, ...(diagnostic.related ?? []).map(({ span }) => span)];
    if (isNothing && places.every((place) => hiding.span(place) === place)) return diagnostic;
    const short = places
      .flatMap((place) => exposuresIn(exposures.get(place.source) ?? [], place))
      .filter(({ text }) => text.length < LEAST);
    const here = short.length === 0 ? hiding.text : concealer(textsOf(short));
    return concealed(diagnostic, { ...hiding, text: (text) => here(hiding.text(text)) });
  });
}

/** The secrets that a span touches; `exposures` are in the order of the text. */
function exposuresIn(exposures: readonly Exposure[], { start, end }: Span): readonly Exposure[] {
  let low = 0;
  let high = exposures.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((exposures[middle]?.span.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const touched: Exposure[] = [];
  for (let i = low; i < exposures.length; i++) {
    const exposure = exposures[i];
    if (exposure === undefined || exposure.span.start >= end) break;
    touched.push(exposure);
  }
  return touched;
}

function concealed<D extends Diagnostic>(diagnostic: D, { text: hide, span: show }: Hiding): D {
  const { message, hint, label, span, path, related, fixes } = diagnostic;
  const other = (each: Related): Related => ({ message: hide(each.message), span: show(each.span) });
  // A fix whose new text contains a secret would print it.
  const isSafeToShow = ({ edits }: Fix) => edits.every(({ newText }) => hide(newText) === newText);
  return {
    ...diagnostic,
    message: hide(message),
    path: hide(path),
    span: show(span),
    ...(hint === undefined ? {} : { hint: hide(hint) }),
    ...(label === undefined ? {} : { label: hide(label) }),
    ...(related === undefined ? {} : { related: related.map(other) }),
    ...(fixes === undefined
      ? {}
      : {
          fixes: fixes
            .filter(isSafeToShow)
            .map((fix) => ({ ...fix, title: hide(fix.title), edits: fix.edits.map((edit) => shownEdit(edit, hide)) })),
        }),
  };
}

/** An edit without the value of its scalar, if that contains a secret. */
function shownEdit(edit: Edit, hide: Hiding["text"]): Edit {
  const { value, ...others } = edit;
  return typeof value === "string" && hide(value) !== value ? others : edit;
}

/** The secrets as they are written, as they are decoded, and as messages print them. */
function textsOf(exposures: readonly Exposure[]): readonly string[] {
  return exposures.flatMap(({ span, text }) => [text, textOf(span)].flatMap((each) => [each, printable(each)]));
}
