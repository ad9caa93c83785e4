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

/** How the inputs of a call meet the parameters of its function. A call is by keyword, with `device` if that is taken. */
export interface Arguments {
  readonly signature: Signature;
  readonly unknown: readonly UnknownArgument[];
  /** Parameters that must be given and get no input. */
  readonly missing: MissingParameters;
  /** Parameters that no keyword reaches, with the input that is meant for them. */
  readonly positionalOnly: () => Iterable<{ readonly parameter: Parameter; readonly input: BoundInput | undefined }>;
  readonly contradictions: readonly Contradiction[];
}

/** How many there are, and the first of them: many models may call one function with many parameters. */
export interface MissingParameters {
  readonly count: number;
  readonly first: readonly Parameter[];
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
export type CertainCall = Extract<LookupOutcome, { readonly doubts: unknown }>;

/**
 * Everything that an entrypoint may lead to that can be called: several where conditions decide. `undefined` when that is
 * not certain.
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
      // With `**options` beside it, the input is one of those, and the parameter has its default.
      const isWrong = parameter.default === undefined || (input !== undefined && rest === undefined);
      if (isWrong) yield { parameter, input };
    }
  };
  const self = resolution.kind === "class" ? selfOf(resolution.header) : undefined;
  const strange = inputs.filter(({ name }) => {
    const keyword = pythonName(name);
    if (byKeyword.has(keyword) || taken.has(keyword) || !isName(name)) return false;
    return rest === undefined || keyword === self;
  });
  const { unknown, matched } = pair(strange, { byKeyword, required, given });
  return {
    signature,
    unknown,
    missing: isWhole(call) ? missingFrom(required, given, matched) : { count: 0, first: [] },
    positionalOnly,
    contradictions: contradictionsOf(context, signature, given, byKeyword, rest),
  };
}

interface Parameters {
  /** Those that a keyword reaches. */
  readonly byKeyword: ReadonlyMap<string, Parameter>;
  /** Those of them that must be given. */
  readonly required: ReadonlyMap<string, Parameter>;
  readonly positional: readonly Parameter[];
  /** The names of those that are positional only. */
  readonly taken: ReadonlySet<string>;
  /** `**options` */
  readonly rest: Parameter | undefined;
}

/** The parameters of a function by how they are passed; sorted once, because many models may call one function. */
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

/** Of a function with more parameters, those that have an input are not left out before names are compared. */
const FEW = 64;

/** An input under a wrong name and the parameter that it is meant for are one mistake. */
function pair(
  strange: readonly BoundInput[],
  {
    byKeyword,
    required,
    given,
  }: Pick<Parameters, "byKeyword" | "required"> & { readonly given: ReadonlyMap<string, BoundInput> },
): Pairs {
  const matched = new Set<Parameter>();
  if (strange.length === 0) return { unknown: [], matched };
  const isFree = (name: string) => !given.has(name);
  const names = byKeyword.size > FEW ? byKeyword : [...byKeyword.keys()].filter(isFree);
  const unknown = strange.map((input): UnknownArgument => {
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

/** As many as a message names. */
const NAMED = 4;

/** The required parameters without an input, neither under their own nor under a wrong name. */
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
    if (first.length === Math.min(count, NAMED)) break;
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
  for (const [name, input] of inputs) {
    const given = context.inputs.get(input);
    if (input.value !== undefined && given !== undefined)
      compare(name, byKeyword.get(name) ?? rest, { value: input.value, given });
  }
  // The device is passed as a text, whether or not it is written among the inputs.
  const device = deviceOf(context);
  if (!inputs.has("device")) compare("device", byKeyword.get("device"), { value: undefined, given: device });
  return found;
}
