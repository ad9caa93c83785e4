// Redacts everything that a run reports: events, failures, reports and exceptions. Because it happens here, the code that
// creates them does not have to handle secrets.
import type { ExecutionPlan, PlanStep } from "../../plan/execution-plan.ts";
import { passedNames, variableUses } from "../../plan/variables.ts";
import { type Environment, evaluateText, newScope } from "../values/values.ts";
import { type Redact, redactor } from "./redactor.ts";
import { addressTexts, credentialTexts } from "./secret-values.ts";

/**
 * The redactor of a plan. It hides the values of the variables that the plan names or passes to its models and those that the
 * caller passes, and all credentials of the plan, even literal ones.
 */
export function planRedactor(plan: ExecutionPlan, { environment, root, passEnv = [] }: RedactionContext): Redact {
  const names = new Set([...plan.environment.map(({ name }) => name), ...passEnv]);
  const values: string[] = [];
  for (const model of plan.models) {
    for (const { variable } of variableUses(model)) names.add(variable.env);
    for (const name of passedNames(model)) names.add(name);
    for (const step of model.steps) values.push(...credentialsOf(step, environment));
  }
  return redactor(names, environment, { values, root });
}

export interface RedactionContext {
  readonly environment: Environment;
  readonly root: string;
  readonly passEnv?: readonly string[] | undefined;
}

/** The credentials of a step. */
function* credentialsOf(step: PlanStep, environment: Environment): Generator<string> {
  if (step.kind !== "checkout" && step.kind !== "fetch") return;
  const credential = step.kind === "checkout" ? step.accessToken : step.credentials;
  const scope = newScope(environment);
  const url = evaluateText(step.url, scope);
  if (url.kind === "value") yield* addressTexts(url.value);
  const text = credential && evaluateText(credential, scope);
  if (text?.kind === "value") yield* credentialTexts(text.value);
}

/** Keys that are not redacted: they contain ids and names of the plan and of datapoints, and our own words. */
const KEPT: ReadonlySet<string> = new Set(["kind", "step", "model", "id", "name", "state"]);

/** A copy of an event, a failure or a report in which every text is redacted except ids and names. */
export function redactTexts<Value>(value: Value, redact: Redact): Value {
  // The result has the same shape: objects and lists are copied, and text stays text.
  return redactAny(value, redact, 0) as Value;
}

/** Reports are never nested more deeply. Deeper properties of an exception are removed. */
const DEEPEST = 12;

function redactAny(value: unknown, redact: Redact, depth: number): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) return undefined;
  const inside = (item: unknown): unknown => redactAny(item, redact, depth + 1);
  if (Array.isArray(value)) return value.map(inside);
  if (value instanceof Error) return redactError(value, redact, depth);
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, KEPT.has(key) ? item : inside(item)]));
}

/** Removes secrets from the message, the stack, the properties and the causes of an exception, which stays the same object. */
export function redactException(error: unknown, redact: Redact): unknown {
  return redactAny(error, redact, 0);
}

function redactError(error: Error, redact: Redact, depth: number): Error {
  // The stack is created from the message when it is first read, so it is read before the message is changed.
  for (const key of ["stack", "message", ...Object.getOwnPropertyNames(error)]) {
    const value: unknown = Reflect.get(error, key);
    const shown = redactAny(value, redact, depth + 1);
    if (shown !== value && !Reflect.set(error, key, shown)) return new Error(redact(String(error)));
  }
  return error;
}
