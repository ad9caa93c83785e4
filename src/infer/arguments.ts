import { nearest } from "../base/nearest.ts";
import { remember } from "../base/remember.ts";
import type { BoundCall, BoundInput } from "../bind/bound.ts";
import { isIdentifier, isKeyword } from "../bind/identifier.ts";
import type { ClassHeader } from "../python/module.ts";
import { bodyBinding } from "../python/names/bindings.ts";
import type { LookupOutcome, Resolution, Signature } from "../python/names/resolution.ts";
import type { Parameter } from "../python/text/parameters.ts";
import type { Part } from "../python/text/text.ts";
import { mayBeNone } from "../python/types/names-in-module.ts";
import { contradicts } from "./contradiction.ts";
import { deviceOf, type GivenContext, type GivenPart, retyped } from "./given.ts";
import { wantedBy } from "./wanted.ts";

/**
 * The inputs of a call compared with the parameters of its function. All arguments are passed by keyword, plus `device`
 * if the function takes it.
 */
export interface Arguments {
  readonly signature: Signature;
  readonly unknown: readonly UnknownArgument[];
  /** Required parameters without an input. */
  readonly missing: MissingParameters;
  /** Positional-only parameters that make the call fail, with the input of the same name. */
  readonly positionalOnly: () => Iterable<{ readonly parameter: Parameter; readonly input: BoundInput | undefined }>;
  readonly contradictions: readonly Contradiction[];
}

/** The number of missing parameters and the first few: many models may call one function with many parameters. */
export interface MissingParameters {
  readonly count: number;
  readonly first: readonly Parameter[];
}

export interface UnknownArgument {
  readonly input: BoundInput;
  /** Parameters without an input and with a similar name, or the only parameter that is missing. */
  readonly meant: readonly Parameter[];
}

/** A value that contradicts the annotation of its parameter. */
export interface Contradiction {
  /** The name of the argument. */
  readonly name: string;
  readonly parameter: Parameter;
  readonly annotation: Part;
  /** The value, or the item of it that is wrong. */
  readonly part: GivenPart;
  /** Whether it may be right for a reader that substitutes variables before it parses YAML. */
  readonly isRightElsewhere: boolean;
}

/** A function or class that was found. */
export type CertainCall = Extract<LookupOutcome, { readonly doubts: unknown }>;

/**
 * The functions and classes that an entry point may refer to: several if conditions decide. `undefined` if not all of them
 * are certain.
 */
export function possibleOf(resolution: LookupOutcome): readonly CertainCall[] | undefined {
  if (!("doubts" in resolution)) return undefined;
  if (resolution.doubts.length === 0) return [resolution];
  const { possible = [] } = resolution;
  if (possible.some((each) => each.kind === "unverified" || ("doubts" in each && each.doubts.length > 0)))
    return undefined;
  const calls = possible.filter((each) => "doubts" in each);
  return calls.length === 0 ? undefined : calls;
}

/**
 * Compares a call with the target of its entry point; `undefined` if the target is not certain. If conditions decide what is
 * called, a result is returned only if the call is wrong for every target.
 */
export function argumentsOf(context: GivenContext, call: BoundCall, resolution: Resolution): Arguments | undefined {
  const [first, ...others] = possibleOf(resolution) ?? [];
  if (first === undefined) return undefined;
  const args = argumentsOfOne(context, call, first);
  if (first === resolution) return args;
  const isWrong =
    isCertainlyWrong(args) && others.every((each) => isCertainlyWrong(argumentsOfOne(context, call, each)));
  return isWrong ? args : undefined;
}

/** Whether a call certainly fails. */
function isCertainlyWrong({ unknown, missing, positionalOnly, contradictions }: Arguments): boolean {
  return (
    unknown.length + missing.count > 0 ||
    contradictions.some(({ isRightElsewhere }) => !isRightElsewhere) ||
    positionalOnly()[Symbol.iterator]().next().done === false
  );
}

function argumentsOfOne(context: GivenContext, call: BoundCall, resolution: CertainCall): Arguments {
  const { signature } = resolution;
  const { byKeyword, required, positional, taken, rest } = parametersOf(signature.parameters);
  const inputs = [...call.inputs.values()].filter(({ leaf }) => leaf.node.template === undefined);
  const given = new Map(inputs.map((input) => [pythonName(input.name), input]));
  const positionalOnly = function* () {
    for (const parameter of positional) {
      const input = given.get(parameter.name.text);
      // With `**options`, the input goes there, and the parameter keeps its default.
      const isWrong = parameter.default === undefined || (input !== undefined && rest === undefined);
      if (isWrong) yield { parameter, input };
    }
  };
  const self = resolution.kind === "class" ? selfOf(resolution.header) : undefined;
  const unmatched = inputs.filter(({ name }) => {
    const keyword = pythonName(name);
    if (byKeyword.has(keyword) || taken.has(keyword) || !isName(name)) return false;
    return rest === undefined || keyword === self;
  });
  const { unknown, matched } = pair(unmatched, { byKeyword, required, given });
  return {
    signature,
    unknown,
    missing: isWhole(call) ? missingFrom(required, given, matched) : { count: 0, first: [] },
    positionalOnly,
    contradictions: contradictionsOf(context, signature, given, byKeyword, rest),
  };
}

interface Parameters {
  /** The parameters that can be passed by keyword. */
  readonly byKeyword: ReadonlyMap<string, Parameter>;
  /** Those of them without a default. */
  readonly required: ReadonlyMap<string, Parameter>;
  readonly positional: readonly Parameter[];
  /** The names of the positional-only parameters. */
  readonly taken: ReadonlySet<string>;
  /** `**options` */
  readonly rest: Parameter | undefined;
}

/** The parameters of a function by kind. Computed once, because many models may call one function. */
const parametersOf = remember((parameters: readonly Parameter[]): Parameters => {
  const byKeyword = new Map<string, Parameter>();
  const positional: Parameter[] = [];
  let rest: Parameter | undefined;
  for (const parameter of parameters) {
    if (parameter.kind === "positional-only") positional.push(parameter);
    else if (parameter.kind === "var-keyword") rest = parameter;
    else if (parameter.kind !== "var-positional") byKeyword.set(parameter.name.text, parameter);
  }
  const isRequired = ({ name, default: value }: Parameter) => value === undefined && name.text !== "device";
  const required = new Map([...byKeyword].filter(([, parameter]) => isRequired(parameter)));
  return { byKeyword, required, positional, taken: new Set(positional.map(({ name }) => name.text)), rest };
});

/** The name of the first parameter of a constructor. Python passes it itself, so not even `**options` can take it again. */
function selfOf(header: ClassHeader): string | undefined {
  const method = bodyBinding(header, "__init__");
  const first = method?.kind === "function" ? method.parameters[0] : undefined;
  return first?.kind === "positional-or-keyword" ? first.name.text : undefined;
}

/** A name as Python compares it: in normalization form NFKC. */
function pythonName(name: string): string {
  return name.normalize("NFKC");
}

/** Whether all inputs of the call have a readable name. An unreadable input may be the one that is missing. */
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
  /** Parameters whose input has a wrong name. */
  readonly matched: ReadonlySet<Parameter>;
}

/**
 * For a function with more parameters, those with an input are filtered out only after names are compared: the complete list is
 * shared by all calls.
 */
const MAX_FILTERED = 64;

/** Pairs each input with a wrong name with the parameter that it is meant for, so that the two are one mistake. */
function pair(
  unmatched: readonly BoundInput[],
  {
    byKeyword,
    required,
    given,
  }: Pick<Parameters, "byKeyword" | "required"> & { readonly given: ReadonlyMap<string, BoundInput> },
): Pairs {
  const matched = new Set<Parameter>();
  if (unmatched.length === 0) return { unknown: [], matched };
  const isFree = (name: string) => !given.has(name);
  const names = byKeyword.size > MAX_FILTERED ? byKeyword : [...byKeyword.keys()].filter(isFree);
  const unknown = unmatched.map((input): UnknownArgument => {
    const meant = nearest(input.name, names).flatMap((name) => (isFree(name) ? (byKeyword.get(name) ?? []) : []));
    const best = meant.find((each) => required.has(each.name.text) && !matched.has(each));
    if (best !== undefined) matched.add(best);
    return { input, meant };
  });
  const left = missingFrom(required, given, matched);
  const [only] = left.first;
  const without = unknown.filter(({ meant }) => meant.length === 0);
  if (only === undefined || left.count !== 1 || without.length !== 1) return { unknown, matched };
  matched.add(only);
  return { unknown: unknown.map((each) => (each === without[0] ? { ...each, meant: [only] } : each)), matched };
}

/** The number of missing parameters that a message names. */
const MAX_NAMED = 4;

/** The required parameters without an input, under either the right or a wrong name. */
function missingFrom(
  required: ReadonlyMap<string, Parameter>,
  given: ReadonlyMap<string, BoundInput>,
  matched: ReadonlySet<Parameter>,
): MissingParameters {
  let count = required.size;
  for (const name of given.keys()) if (required.has(name)) count--;
  for (const { name } of matched) if (required.has(name.text)) count--;
  const first: Parameter[] = [];
  for (const [name, parameter] of required) {
    if (first.length === Math.min(count, MAX_NAMED)) break;
    if (!given.has(name) && !matched.has(parameter)) first.push(parameter);
  }
  return { count, first };
}

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
    // `x: int = None` also accepts None, and so may a parameter with a computed default.
    if (part.given.kind === "null" && mayBeNone(parameter.default)) return;
    // An inherited method may be annotated in another module.
    const module = context.code.moduleAt(annotation.span.source.path) ?? signature.module;
    const wanted = wantedBy(module, annotation);
    const wrong = contradicts(context, part, wanted);
    if (wrong === undefined) return;
    const isRightElsewhere = contradicts(context, retyped(part), wanted) === undefined;
    found.push({ name, parameter, annotation, part: wrong, isRightElsewhere });
  };
  for (const [name, input] of inputs) {
    const given = context.inputs.get(input);
    if (input.value !== undefined && given !== undefined)
      compare(name, byKeyword.get(name) ?? rest, { value: input.value, given });
  }
  // `device` is passed as text even if it is not one of the inputs.
  const device = deviceOf(context);
  if (!inputs.has("device")) compare("device", byKeyword.get("device"), { value: undefined, given: device });
  return found;
}
