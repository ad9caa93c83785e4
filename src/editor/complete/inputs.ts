// Completes the inputs of `load` and `predict` from the parameters of their functions.

import type { BoundInput } from "../../bind/bound.ts";
import { isIdentifier, isKeyword } from "../../bind/identifier.ts";
import type { Parameter } from "../../python/text/parameters.ts";
import { annotationType } from "../../python/types/names-in-module.ts";
import type { PythonType } from "../../python/types/python-type.ts";
import { bareDraft, type Draft, type Here, type Place, valueDraft } from "./here.ts";
import { blockDraft } from "./keys.ts";
import { HOLE, itemOf, type Line, type Piece } from "./layout.ts";
import { parameterText, resolutionOf } from "./python.ts";

const INPUT = /^models\[\]\.runtime\.(load|predict)\.inputs\[\]/;

/** The call whose inputs a place is in. */
function phaseOf(pattern: string): "load" | "predict" | undefined {
  const phase = INPUT.exec(pattern)?.[1];
  return phase === "load" || phase === "predict" ? phase : undefined;
}

function inputsOf({ model }: Place, phase: "load" | "predict"): ReadonlyMap<string, BoundInput> {
  const runtime = model && "runtime" in model.bound.runtime ? model.bound.runtime.runtime : undefined;
  return runtime?.[phase]?.inputs ?? new Map<string, BoundInput>();
}

/** The parameters without an input, required ones first. Modelwright passes the device itself. */
function missingParameters(here: Here, place: Place, phase: "load" | "predict"): readonly Parameter[] {
  const resolution = resolutionOf(here, place, phase);
  if (resolution === undefined || !("signature" in resolution)) return [];
  const inputs = inputsOf(place, phase);
  const missing = resolution.signature.parameters.filter(({ kind, name }) => {
    const isPassed = kind === "positional-or-keyword" || kind === "keyword-only";
    return (
      isPassed && name.text !== "device" && !inputs.has(name.text) && isIdentifier(name.text) && !isKeyword(name.text)
    );
  });
  const isRequired = (parameter: Parameter) => parameter.default === undefined;
  return [...missing.filter(isRequired), ...missing.filter((each) => !isRequired(each))];
}

/** The names of parameters, for the value of `name`. */
export function inputNameDrafts(here: Here, place: Place): readonly Draft[] {
  const phase = phaseOf(place.pattern);
  if (phase === undefined || !place.pattern.endsWith("[].name")) return [];
  return missingParameters(here, place, phase).flatMap(
    (parameter) => valueDraft(here, parameter.name.text, { kind: "parameter", detail: parameterText(parameter) }) ?? [],
  );
}

/** Whole inputs for the parameters that are missing, and one item for all of them. The place is an item of the list. */
export function inputItemDrafts(here: Here, place: Place, before: "dash" | "nothing"): readonly Draft[] {
  const phase = phaseOf(place.pattern);
  if (phase === undefined || !place.pattern.endsWith("[]") || here.token.brackets.length > 0) return [];
  const missing = missingParameters(here, place, phase);
  const linesOf = (parameter: Parameter): readonly Line[] => [
    { indent: 0, pieces: [`name: ${parameter.name.text}`] },
    { indent: 0, pieces: ["value: ", ...valueFor(parameter, place, phase)] },
  ];
  const placed = (lines: readonly Line[]) => (before === "dash" ? itemOf(lines) : lines);
  const single = missing.map((parameter): Draft => {
    const draft = blockDraft(here, parameter.name.text, placed(linesOf(parameter)), before);
    return { ...draft, kind: "parameter", detail: parameterText(parameter) };
  });
  const required = missing.filter((parameter) => parameter.default === undefined);
  if (required.length < 2) return single;
  const all = required.flatMap((parameter, i) => {
    if (before === "dash") return itemOf(linesOf(parameter));
    const dash = (here.token.dash ?? 0) - here.token.start - (here.token.needsSpace ? 1 : 0);
    const lines = linesOf(parameter);
    return i === 0 ? lines : itemOf(lines).map(({ indent, pieces }) => ({ indent: indent + dash, pieces }));
  });
  const draft = blockDraft(here, `all ${required.length} missing inputs`, all, before);
  const detail = required.map(({ name }) => name.text).join(", ");
  return [{ ...draft, detail, filter: before === "dash" ? "- name" : "name", isPreferred: true }, ...single];
}

/** The value of a new input, if it can be inferred from its name or the other names. */
function valueFor({ name }: Parameter, { model }: Place, phase: "load" | "predict"): readonly Piece[] {
  const runtime = model && "runtime" in model.bound.runtime ? model.bound.runtime.runtime : undefined;
  const file = [...(model?.bound.files.keys() ?? [])].find((each) => isIdentifier(each) && isLike(name.text, each));
  if (file !== undefined) return [`"\${model.files.${file}.url}"`];
  if (phase === "load") return [HOLE];
  if (/^(?:datapoints|items|images|batch)$/.test(name.text)) return ['"${datapoints}"'];
  const output = runtime?.load?.output?.name;
  const isOutput = output !== undefined && isIdentifier(output) && (name.text === output || name.text === "model");
  return isOutput ? [`"\${model.runtime.load.output.${output}}"`] : [HOLE];
}

function isLike(parameter: string, file: string): boolean {
  return (
    parameter === file || parameter === `${file}_url` || parameter === `${file}_path` || parameter === `${file}_file`
  );
}

/** The fixed values that the annotation of a parameter allows, for the value of its input. */
export function inputValueDrafts(here: Here, place: Place): readonly Draft[] {
  const phase = phaseOf(place.pattern);
  if (phase === undefined || !place.pattern.endsWith("[].value")) return [];
  const index = place.path.at(-2);
  const input = [...inputsOf(place, phase).values()].find(({ leaf }) => leaf.path?.parent?.key === index);
  const resolution = input && resolutionOf(here, place, phase);
  if (resolution === undefined || !("signature" in resolution)) return [];
  const { parameters, module } = resolution.signature;
  const parameter = parameters.find(({ name }) => name.text === input?.name);
  if (parameter?.annotation === undefined) return [];
  const detail = parameterText(parameter);
  return valuesOf(annotationType(module, parameter.annotation)).flatMap((value) => {
    if (typeof value === "string") return valueDraft(here, value, { kind: "word", detail }) ?? [];
    return bareDraft(here, String(value), { kind: "word", detail });
  });
}

function valuesOf(type: PythonType): readonly (string | number | boolean)[] {
  if (type.kind === "bool") return [true, false];
  if (type.kind === "literal") return type.values.filter((value) => value !== null);
  return type.kind === "union" ? type.members.flatMap(valuesOf) : [];
}
