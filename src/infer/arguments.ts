import { nearest } from "../base/did-you-mean.ts";
import type { BoundCall, BoundInput } from "../bind/bound.ts";
import { isIdentifier, isKeyword } from "../bind/identifier.ts";
import { bodyBinding } from "../python/lookup.ts";
import type { ClassHeader } from "../python/module.ts";
import { mayBeNone } from "../python/names.ts";
import type { Parameter } from "../python/parameters.ts";
import type { Outcome, Resolution, Signature } from "../python/resolution.ts";
import type { Part } from "../python/text.ts";
import { contradicts } from "./contradiction.ts";
import { deviceOf, type GivenContext, type GivenPart, givenOf, retyped } from "./given.ts";
import { wantedBy } from "./wanted.ts";

/** How the inputs of a call meet the parameters of its function. A call is by keyword, with `device` if that is taken. */
export interface Arguments {
  readonly signature: Signature;
  readonly unknown: readonly UnknownArgument[];
  /** Parameters that must be given and get no input. */
  readonly missing: readonly Parameter[];
  /** Parameters that no keyword reaches, with the input that is meant for them. */
  readonly positionalOnly: readonly { readonly parameter: Parameter; readonly input: BoundInput | undefined }[];
  readonly contradictions: readonly Contradiction[];
}

export interface UnknownArgument {
  readonly input: BoundInput;
  /** Parameters without an input whose names are near, or the only one that misses an input. */
  readonly meant: readonly Parameter[];
}

/** A value that cannot be what the annotation of its parameter says. */
export interface Contradiction {
  /** What it is called in the call. */
  readonly name: string;
  readonly parameter: Parameter;
  readonly annotation: Part;
  /** The value, or the one item of it that is wrong. */
  readonly part: GivenPart;
  /** Whether it could be right for a reader that puts variables in before it reads YAML. */
  readonly isRightElsewhere: boolean;
}

/** What certainly can be called: all that is known of it is right. */
export type CertainCall = Extract<Outcome, { readonly doubts: unknown }>;

/**
 * Everything that an entrypoint may lead to that can be called: several where conditions decide. `undefined` when that is
 * not certain.
 */
export function possibleOf(resolution: Outcome): readonly CertainCall[] | undefined {
  if (!("doubts" in resolution)) return undefined;
  if (resolution.doubts.length === 0) return [resolution];
  const { possible = [] } = resolution;
  if (possible.some((each) => each.kind === "unverified" || ("doubts" in each && each.doubts.length > 0)))
    return undefined;
  const calls = possible.filter((each) => "doubts" in each);
  return calls.length === 0 ? undefined : calls;
}

/**
 * Compares a call with what its entrypoint leads to; `undefined` when that is not certain. Where conditions decide what is
 * called, there is an answer only when the call is wrong whatever they are.
 */
export function argumentsOf(context: GivenContext, call: BoundCall, resolution: Resolution): Arguments | undefined {
  const [first, ...others] = possibleOf(resolution) ?? [];
  if (first === undefined) return undefined;
  const args = argumentsOfOne(context, call, first);
  if (first === resolution) return args;
  const isWrong = isRefused(args) && others.every((each) => isRefused(argumentsOfOne(context, call, each)));
  return isWrong ? args : undefined;
}

/** Whether a call certainly goes wrong. */
function isRefused({ unknown, missing, positionalOnly, contradictions }: Arguments): boolean {
  return (
    unknown.length + missing.length + positionalOnly.length > 0 ||
    contradictions.some(({ isRightElsewhere }) => !isRightElsewhere)
  );
}

function argumentsOfOne(context: GivenContext, call: BoundCall, resolution: CertainCall): Arguments {
  const { signature } = resolution;
  const { parameters } = signature;
  const inputs = [...call.inputs.values()].filter(({ leaf }) => leaf.node.template === undefined);
  const byKeyword = new Map<string, Parameter>();
  const positional: Parameter[] = [];
  let rest: Parameter | undefined;
  for (const parameter of parameters) {
    if (parameter.kind === "positional-only") positional.push(parameter);
    else if (parameter.kind === "var-keyword") rest = parameter;
    else if (parameter.kind !== "var-positional") byKeyword.set(parameter.name.text, parameter);
  }
  const given = new Map(inputs.map((input) => [pythonName(input.name), input]));
  const positionalOnly = positional.flatMap((parameter) => {
    const input = given.get(parameter.name.text);
    // With `**options` beside it, the input is one of those, and the parameter has its default.
    const isWrong = parameter.default === undefined || (input !== undefined && rest === undefined);
    return isWrong ? [{ parameter, input }] : [];
  });
  const isMissing = ({ name, default: value }: Parameter) => {
    return value === undefined && name.text !== "device" && !given.has(name.text);
  };
  const taken = new Set(positional.map(({ name }) => name.text));
  const self = resolution.kind === "class" ? selfOf(resolution.header) : undefined;
  const strange = inputs.filter(({ name }) => {
    const keyword = pythonName(name);
    if (byKeyword.has(keyword) || taken.has(keyword) || !isName(name)) return false;
    return rest === undefined || keyword === self;
  });
  const free = [...byKeyword.values()].filter(({ name }) => !given.has(name.text));
  const { unknown, matched } = pair(strange, free, isMissing);
  const missing = isWhole(call) ? free.filter((each) => isMissing(each) && !matched.has(each)) : [];
  return {
    signature,
    unknown,
    missing,
    positionalOnly,
    contradictions: contradictionsOf(context, signature, given, byKeyword, rest),
  };
}

/** What Python passes to a constructor itself: even `**options` cannot take it a second time. */
function selfOf(header: ClassHeader): string | undefined {
  const method = bodyBinding(header, "__init__");
  const first = method?.kind === "function" ? method.parameters[0] : undefined;
  return first?.kind === "positional-or-keyword" ? first.name.text : undefined;
}

/** Python compares names in the form NFKC. */
function pythonName(name: string): string {
  return name.normalize("NFKC");
}

/** Whether every input of the call is known by its name: one that is not may be the one that is missing. */
function isWhole(call: BoundCall): boolean {
  return (
    !call.hasBrokenInput && !call.section.node.incomplete && [...call.inputs.values()].every(({ name }) => isName(name))
  );
}

function isName(text: string): boolean {
  return isIdentifier(text) && !isKeyword(text);
}

interface Pairs {
  readonly unknown: readonly UnknownArgument[];
  /** Parameters whose input is there under another name. */
  readonly matched: ReadonlySet<Parameter>;
}

/** An input under a wrong name and the parameter that it is meant for are one mistake. */
function pair(
  strange: readonly BoundInput[],
  free: readonly Parameter[],
  isMissing: (parameter: Parameter) => boolean,
): Pairs {
  const matched = new Set<Parameter>();
  const unknown = strange.map((input): UnknownArgument => {
    const names = strange.length * free.length > MOST_COMPARED ? [] : free.map(({ name }) => name.text);
    const meant = nearest(input.name, names).flatMap((name) => free.find((each) => each.name.text === name) ?? []);
    const best = meant.find((each) => isMissing(each) && !matched.has(each));
    if (best !== undefined) matched.add(best);
    return { input, meant };
  });
  const left = free.filter((each) => isMissing(each) && !matched.has(each));
  const [only] = left;
  const without = unknown.filter(({ meant }) => meant.length === 0);
  if (only === undefined || left.length !== 1 || without.length !== 1) return { unknown, matched };
  matched.add(only);
  return { unknown: unknown.map((each) => (each === without[0] ? { ...each, meant: [only] } : each)), matched };
}

/** More inputs under wrong names, times parameters, than anybody wants help with. */
const MOST_COMPARED = 20_000;

function contradictionsOf(
  context: GivenContext,
  signature: Signature,
  inputs: ReadonlyMap<string, BoundInput>,
  byKeyword: ReadonlyMap<string, Parameter>,
  rest: Parameter | undefined,
): readonly Contradiction[] {
  const found: Contradiction[] = [];
  const compare = (name: string, parameter: Parameter | undefined, part: GivenPart) => {
    const annotation = parameter?.annotation;
    if (parameter === undefined || annotation === undefined) return;
    // `x: int = None` says that None is fine, too; so may a default that is computed.
    if (part.given.kind === "null" && mayBeNone(parameter.default)) return;
    // What a class inherits is annotated in another module.
    const module = context.code.moduleAt(annotation.span.source.path) ?? signature.module;
    const wanted = wantedBy(module, annotation);
    const wrong = contradicts(context, part, wanted);
    if (wrong === undefined) return;
    const isRightElsewhere = contradicts(context, retyped(part), wanted) === undefined;
    found.push({ name, parameter, annotation, part: wrong, isRightElsewhere });
  };
  for (const [name, { value }] of inputs) {
    if (value !== undefined) compare(name, byKeyword.get(name) ?? rest, { value, given: givenOf(context, value) });
  }
  // The device is passed as a text, whether or not it is written among the inputs.
  const device = deviceOf(context);
  if (!inputs.has("device")) compare("device", byKeyword.get("device"), { value: undefined, given: device });
  return found;
}
