// Evaluates the values of a plan. Values that only the worker knows, such as the loaded model, are sent to it as references.
import { withoutSecrets } from "../../base/address.ts";
import { ExactNumber } from "../../base/exact-json.ts";
import { found, problem, type Result } from "../../base/result.ts";
import { booleanIn, wholeNumberIn } from "../../base/setting-text.ts";
import { parseEntrypoint } from "../../plan/entrypoint.ts";
import type { PlanArgument, PlanEntrypoint, PlanValue } from "../../plan/execution-plan.ts";
import { spelledName } from "../../plan/spelling.ts";
import type { Variable } from "../../plan/variables.ts";
import type { Environment } from "../../system/environment.ts";

export type { Environment };

/** A value as it is sent to the worker. Each value carries its kind, so that text cannot be mistaken for a reference. */
export type WireValue =
  | readonly ["value", string | number | boolean | null | ExactNumber]
  | readonly ["list", readonly WireValue[]]
  | readonly ["map", readonly (readonly [string, WireValue])[]]
  /** The return value of `load`. */
  | readonly ["handle"]
  /** The datapoints of the batch, the list of their images, or the image of the only datapoint. */
  | readonly ["datapoints"]
  | readonly ["images"]
  | readonly ["image"];

/** The named arguments of a call. */
export type WireArguments = readonly (readonly [string, WireValue])[];

/** The values that references can name. */
export interface EvaluationScope {
  readonly environment: Environment;
  /** The name of the model that uses a universal entry. */
  readonly name: string | undefined;
  /** By step id: the paths of the code and the files. */
  readonly locations: Map<string, string>;
  /** Whether `predict` may be called with more than one datapoint. */
  readonly batched: boolean;
  /** By `<step id>#<name>`: the arguments that have been evaluated so far. */
  readonly inputs: Map<string, WireValue>;
}

/** A scope in which nothing has been evaluated yet. */
export function newScope(
  environment: Environment,
  { name, locations = new Map() }: Partial<Pick<EvaluationScope, "name" | "locations">> = {},
): EvaluationScope {
  return { environment, name, locations, inputs: new Map(), batched: false };
}

/** Evaluates the arguments of one call in order, and stores them in the scope for arguments that refer to them. */
export function evaluateArguments(
  step: string,
  args: readonly PlanArgument[],
  scope: EvaluationScope,
): Result<WireArguments> {
  const evaluated: [string, WireValue][] = [];
  for (const { name, value } of args) {
    const spelled = spelledName(name);
    const wire = evaluate(value, scope);
    if (wire.kind === "problem") return problem(`the input \`${spelled}\`: ${wire.message}`);
    const called = evaluateName(name, scope);
    if (called.kind === "problem") return problem(`the name of the input \`${spelled}\`: ${called.message}`);
    if (evaluated.some(([other]) => other === called.value))
      return problem(`the name of the input \`${spelled}\` is already used by another input`);
    scope.inputs.set(`${step}#${spelled}`, wire.value);
    evaluated.push([called.value, wire.value]);
  }
  return found(evaluated);
}

/** Evaluates a name, which may be made from variables. */
export function evaluateName(name: string | PlanValue, scope: EvaluationScope): Result<string> {
  return typeof name === "string" ? found(name) : evaluateText(name, scope);
}

/** Evaluates an entry point, which may come from the environment. */
export function evaluateEntrypoint(
  entrypoint: PlanEntrypoint | PlanValue,
  scope: EvaluationScope,
): Result<PlanEntrypoint> {
  if ("module" in entrypoint) return found(entrypoint);
  const text = evaluateText(entrypoint, scope);
  if (text.kind === "problem") return text;
  const parsed = parseEntrypoint(text.value.trim());
  return parsed === undefined ? problem(`\`${asWritten(entrypoint)}\` is not \`module:function\``) : found(parsed);
}

/** Evaluates a value that must be text or convertible to text. */
export function evaluateText(value: PlanValue, scope: EvaluationScope): Result<string> {
  const wire = evaluate(value, scope);
  return wire.kind === "problem" ? wire : asText(wire.value);
}

/** Evaluates a value that must be a whole number of at least 1. Text from the environment is converted. */
export function evaluateCount(value: PlanValue | number, scope: EvaluationScope): Result<number> {
  if (typeof value === "number") return found(value);
  const text = evaluateText(value, scope);
  if (text.kind === "problem") return text;
  const count = wholeNumberIn(text.value) ?? 0;
  return count >= 1 ? found(count) : problem(`${origin(value)} must be a whole number of at least 1`);
}

/** Evaluates a value that must be true or false. Text from the environment is converted. */
export function evaluateBoolean(value: PlanValue | boolean, scope: EvaluationScope): Result<boolean> {
  if (typeof value === "boolean") return found(value);
  const text = evaluateText(value, scope);
  if (text.kind === "problem") return text;
  const flag = booleanIn(text.value);
  return flag !== undefined ? found(flag) : problem(`${origin(value)} must be \`true\` or \`false\``);
}

/** A value as it is written in the definition, without the passwords and tokens of URLs. */
export function asWritten(value: PlanValue): string {
  if ("env" in value) return value.unset ?? `\${${value.env}}`;
  if ("template" in value) return withoutSecrets(value.template.map(asWritten).join(""));
  return "literal" in value ? withoutSecrets(String(value.literal)) : "…";
}

/**
 * The value of an environment variable, its default, or the text that replaces it if it is unset; otherwise a problem. An
 * empty variable is a problem if it is the whole value. Inside text it is empty text, as on the platform.
 */
export function environmentValue(value: Variable, environment: Environment, isInText = false): Result<string> {
  const text = Object.hasOwn(environment, value.env) ? environment[value.env] : undefined;
  if (text) return found(text);
  if (value.unset !== undefined) return found(text ?? value.unset);
  if (value.default !== undefined) return found(value.default);
  if (text === "" && isInText && value.message === undefined) return found("");
  const what = text === undefined ? "is not set" : "is empty";
  return problem(`the environment variable ${value.env} ${what}${value.message ? `: ${value.message}` : ""}`);
}

function evaluate(value: PlanValue, scope: EvaluationScope): Result<WireValue> {
  if ("literal" in value) return found(["value", value.literal]);
  if ("number" in value) return found(["value", new ExactNumber(value.number)]);
  if ("ref" in value) return evaluateReference(value.ref, value.select, scope);
  if ("env" in value) return map(environmentValue(value, scope.environment), (text) => ["value", text] as const);
  if ("template" in value) return evaluateTemplate(value.template, scope);
  if ("list" in value) return map(evaluateAll(value.list, scope), (items) => ["list", items] as const);
  // Sorted as in `plan.json`, so that the order does not depend on whether the plan was read from a file.
  const names = Object.keys(value.map).sort();
  const entries = evaluateAll(
    names.flatMap((name) => value.map[name] ?? []),
    scope,
  );
  return map(entries, (items) => ["map", items.map((item, index) => [names[index] ?? "", item] as const)] as const);
}

function evaluateReference(ref: string, select: string, scope: EvaluationScope): Result<WireValue> {
  if (select === "output") return found(["handle"]);
  if (ref.endsWith("/datapoints")) {
    if (select === "all") return found(["datapoints"]);
    if (select === "image") return found([scope.batched ? "images" : "image"]);
  }
  if (select === "url") {
    const location = scope.locations.get(ref);
    if (location !== undefined) return found(["value", location]);
  }
  if (select === "value" && scope.name !== undefined) return found(["value", scope.name]);
  if (select.startsWith("inputs.")) {
    const input = scope.inputs.get(`${ref}#${select.slice("inputs.".length)}`);
    if (input !== undefined) return found(input);
  }
  return problem(`\`${select}\` of \`${ref}\` is not known at this point of the plan`);
}

function evaluateTemplate(parts: readonly PlanValue[], scope: EvaluationScope): Result<WireValue> {
  let text = "";
  for (const part of parts) {
    const wire =
      "env" in part
        ? map(environmentValue(part, scope.environment, true), (piece) => ["value", piece] as const)
        : evaluate(part, scope);
    if (wire.kind === "problem") return wire;
    const piece = asText(wire.value);
    if (piece.kind === "problem") return piece;
    text += piece.value;
  }
  return found(["value", text]);
}

function evaluateAll(values: readonly PlanValue[], scope: EvaluationScope): Result<readonly WireValue[]> {
  const evaluated: WireValue[] = [];
  for (const value of values) {
    const wire = evaluate(value, scope);
    if (wire.kind === "problem") return wire;
    evaluated.push(wire.value);
  }
  return found(evaluated);
}

function asText(value: WireValue): Result<string> {
  if (value[0] !== "value") return problem("only text, numbers and booleans can be embedded in text");
  return found(value[1] === null ? "" : String(value[1]));
}

/** Names the source of a value, because the value itself may be secret. */
function origin(value: PlanValue): string {
  if ("env" in value) return `the environment variable ${value.env}`;
  return "literal" in value ? `\`${value.literal}\`` : "the value";
}

function map<From, To>(evaluated: Result<From>, convert: (value: From) => To): Result<To> {
  return evaluated.kind === "problem" ? evaluated : found(convert(evaluated.value));
}
