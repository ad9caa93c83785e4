import type { Finding, Related } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import { placeKey, type Span, textOf } from "../../base/source.ts";
import type { Contradiction } from "../../infer/arguments.ts";
import type { Given, GivenPart } from "../../infer/given.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { type CallPlace, callsOf } from "../facts/calls.ts";
import { forgottenDollars } from "../facts/forgotten.ts";
import { expressionSpan } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

const PYTHON = `def get_model(size: int):
    return size


def predict(model, datapoints):
    return []
`;

export const argumentType: Rule = {
  code: "argument-type",
  severity: "error",
  subject: "definition",
  needsCode: true,
  summary: "A value contradicts the annotation of its parameter.",
  explanation:
    "Python does not look at annotations when it runs, so the value arrives and fails somewhere inside. Only what is certain is reported: an annotation that leaves a way open is silent. A variable of the environment arrives as text; where the platform may make the number or boolean of it that is wanted, that is a warning.",
  bad: example({
    load: `        inputs:
          - name: size
            value: large
`,
    python: PYTHON,
  }),
  good: example({
    load: `        inputs:
          - name: size
            value: 640
`,
    python: PYTHON,
  }),
  *check(graph) {
    // Models that borrow a runtime may differ in the words, but the mistake is one.
    const seen = new Set<string>();
    for (const place of callsOf(graph)) {
      // An expression without its dollar is a mistake of its own, whatever is wanted.
      const forgotten = new Set(forgottenDollars(place.call.bound).map(({ node }) => node));
      for (const contradiction of place.call.arguments?.contradictions ?? []) {
        if (contradiction.part.value !== undefined && forgotten.has(contradiction.part.value.node)) continue;
        const finding = findingFor(place, contradiction);
        const key = `${placeKey(finding.span)} ${finding.span.end} ${contradiction.name}`;
        if (!seen.has(key)) yield finding;
        seen.add(key);
      }
    }
  },
};

function findingFor(
  place: CallPlace,
  { name: called, parameter, annotation, part, isRightElsewhere }: Contradiction,
): Finding {
  const { value } = part;
  const name = quote(called);
  // More than that is never shown, and many models may call one function.
  const written = annotation.text.slice(0, LOOKED_AT).replace(/\s+/g, " ");
  const wanted = quote(written);
  const load = loadOf(place, part);
  const isWhole = value !== undefined && place.call.bound.inputs.get(called)?.value === value;
  const canBeLeftOut = isWhole && parameter.default !== undefined;
  const subject = load === undefined ? subjectFor(part, written) : `load returns ${quote(textOf(load))}`;
  const related: Related[] = [{ message: "It is annotated here.", span: annotation.span }];
  if (load !== undefined) related.push({ message: "This is what load returns.", span: load });
  return {
    message:
      value === undefined
        ? `${name} gets ${words(part.given)}, but it wants ${wanted}.`
        : `${name} wants ${wanted}, but ${subject}.`,
    ...(isRightElsewhere && { severity: "warning" as const }),
    hint: isRightElsewhere ? RETYPED : hintForArgument(part, written, canBeLeftOut),
    span: spanFor(place, part),
    path: value === undefined ? place.path : printKeyPath(value.path),
    related: [...related, ...place.related],
  };
}

/** How many characters of an annotation are looked at for its message. */
const LOOKED_AT = 1000;

const RETYPED =
  "The platform may make a number or a boolean of it; here it stays text. Let the Python code take both, and convert it.";

/** The smallest wrong thing: of a reference the expression, of a value itself. */
function spanFor({ functionSpan }: CallPlace, { value }: GivenPart): Span {
  if (value === undefined) return functionSpan;
  return value.kind === "reference" ? expressionSpan(value.reference) : spanOf(value.node);
}

/** What says what load returns, when a value is just that. */
function loadOf({ model }: CallPlace, { value }: GivenPart): Span | undefined {
  if (value?.kind !== "reference" || value.reference.meaning.kind !== "load-output") return undefined;
  const load = model.calls().find(({ bound }) => bound.phase === "load")?.resolution;
  if (load === undefined || !("signature" in load)) return undefined;
  return load.kind === "class" ? load.signature.name.span : load.signature.returns?.span;
}

const WORDS: Readonly<Record<Exclude<Given["kind"], "text" | "number" | "boolean" | "list" | "class">, string>> = {
  map: "a map",
  null: "null",
  datapoints: "the list of datapoints",
  datapoint: "a list of datapoints, each of which is an object",
  tensor: "an array",
  complex: "a complex number",
  bytes: "a value of bytes",
  path: "a path object",
  set: "a set",
  tuple: "a tuple",
  callable: "a function",
  "one-of": "another type",
  unknown: "another type",
};

const TEXTS: Readonly<Record<Extract<Given, { readonly kind: "text" }>["from"], string>> = {
  written: "text",
  name: "the model's name, which is text",
  path: "a path, which is text",
  device: "the device, which is text",
  environment: "a value of the environment, which arrives as text",
  python: "text",
};

function words(given: Given): string {
  if (given.kind === "text")
    return given.from === "device" && given.value !== undefined
      ? `the device ${quote(given.value)}`
      : TEXTS[given.from];
  if (given.kind === "number")
    return given.value === undefined ? (given.isWhole ? "a whole number" : "a number") : `the number ${given.value}`;
  if (given.kind === "boolean") return given.value === undefined ? "a boolean" : `the boolean ${given.value}`;
  if (given.kind === "list")
    return given.items.length === 1 ? "a list of one item" : `a list of ${given.items.length} items`;
  if (given.kind === "class") return `an instance of ${quote(given.header.name.text)}`;
  return WORDS[given.kind];
}

function subjectFor({ value, given }: GivenPart, annotation: string): string {
  const text = value?.kind === "literal" ? value.node.text.trim() : "";
  if (text === "" || value?.kind !== "literal" || given.kind === "null") return `this is ${words(given)}`;
  // A choice between words needs no word about types.
  if (/\bLiteral\b/.test(annotation)) return `${quote(text)} is none of these`;
  if (given.kind === "number" && !given.isWhole && /\bint\b/.test(annotation))
    return `${quote(text)} is no whole number`;
  return `${quote(text)} is ${given.kind === "text" ? "text" : given.kind === "number" ? "a number" : "a boolean"}`;
}

function hintForArgument({ value, given }: GivenPart, annotation: string, canBeLeftOut: boolean): string {
  const written = value?.kind === "literal" ? value.node.text : undefined;
  if (given.kind === "text" && written !== undefined) {
    const isNumber = written.trim() !== "" && Number.isFinite(Number(written));
    if (isNumber && /\b(?:int|float)\b/.test(annotation)) return "Write it without quotes.";
    const joined = written.replaceAll("_", "");
    if (/^[-+]?\d[\d_]*$/.test(written) && joined !== written && /\b(?:int|float)\b/.test(annotation))
      return `Write ${quote(joined)}: only YAML 1.1 leaves the underscores out.`;
    if (/\bbool\b/.test(annotation)) return "Write `true` or `false`, without quotes.";
  }
  const isScalar = given.kind === "number" || given.kind === "boolean";
  if (isScalar && written !== undefined && /\bstr\b/.test(annotation))
    return `Write it in quotes: ${quote(`"${written}"`)}.`;
  if (given.kind === "null")
    return canBeLeftOut ? "Leave the input out, or write a value." : "Write a value, or let the annotation take None.";
  if (given.kind === "text" && given.from === "device" && /\bLiteral\b/.test(annotation)) {
    const other = given.value === "cuda" ? "`gpu` arrives as `cuda`" : "the device is `cpu`";
    return `Add ${quote(given.value ?? "cuda")} to the annotation: ${other}.`;
  }
  if (given.kind === "text" && given.from === "environment")
    return "Take text there, and convert it in the Python code.";
  return "Change the value, or the annotation if that is wrong.";
}
