import { constructAsPyYaml } from "../base/pyyaml.ts";
import type { BoundValue, Reference } from "../bind/bound.ts";
import type { CheckedModel } from "../check/checked.ts";
import type { ScalarNode } from "../parse/tree.ts";
import type { PlanValue } from "./execution-plan.ts";

/** The context of a value: its model, and the id with which the ids of its steps begin. */
export interface PlanContext {
  readonly model: CheckedModel;
  readonly id: string;
}

/** A value of the definition in the form of the plan. Adjacent constant parts are joined. */
export function planValue(context: PlanContext, value: BoundValue | undefined): PlanValue {
  switch (value?.kind) {
    case "literal":
      return planLiteral(value.node);
    case "list":
      return { list: value.items.map((item) => planValue(context, item)) };
    case "map":
      return { map: planMap(context, value.entries) };
    case "reference":
      return planReference(context, value.reference);
    case "template":
      return planTemplate(context, value.parts);
    case "hole":
    case undefined:
      return { literal: null };
  }
}

/**
 * A literal. A number that JSON readers would change is written as text: whole numbers beyond 2^53, floats without a fraction,
 * and infinities.
 */
function planLiteral(node: ScalarNode): PlanValue {
  const { value } = node;
  if (typeof value !== "number" || (Number.isFinite(value) && !Number.isInteger(value))) return { literal: value };
  if (!Number.isFinite(value)) return { number: String(value) };
  if (isFloat(node)) {
    const text = Object.is(value, -0) ? "-0" : String(value);
    return { number: /^-?\d+$/.test(text) ? `${text}.0` : text };
  }
  const digits = Number.isSafeInteger(value) ? undefined : wholeNumber(node);
  return digits === undefined ? { literal: value } : { number: String(digits) };
}

/** Whether a numeric scalar is a float in YAML. */
function isFloat({ tag, text }: ScalarNode): boolean {
  return tag === "float" || (tag === undefined && /^[-+]?(?:\d+(?:\.|[eE])|\.)/.test(text));
}

/** A whole number with all its digits. */
function wholeNumber({ tag, text }: ScalarNode): bigint | undefined {
  if (tag === "int") {
    const reading = constructAsPyYaml("int", text);
    return reading.kind === "integer" ? reading.value : undefined;
  }
  return /^(?:[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+)$/.test(text) ? BigInt(text) : undefined;
}

/** A value where text is expected. A number in YAML is used as spelled. */
export function planText(context: PlanContext, value: BoundValue): PlanValue {
  return value.kind === "literal" ? { literal: value.node.text } : planValue(context, value);
}

/** A name: its text, or a value if it contains variables. */
export function planName(context: PlanContext, value: BoundValue): string | PlanValue {
  const name = planText(context, value);
  return "literal" in name ? String(name.literal) : name;
}

/** A map. Its keys are defined instead of assigned, because a user may name one `__proto__`. */
function planMap(
  context: PlanContext,
  entries: readonly (readonly [string, BoundValue])[],
): Readonly<Record<string, PlanValue>> {
  const map: Record<string, PlanValue> = {};
  for (const [key, value] of entries) {
    Object.defineProperty(map, key, {
      value: planValue(context, value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return map;
}

function planTemplate(context: PlanContext, parts: readonly (string | Reference)[]): PlanValue {
  const joined: PlanValue[] = [];
  for (const part of parts) {
    const planned: PlanValue = typeof part === "string" ? { literal: part } : planReference(context, part);
    // The name of a model may have several parts.
    for (const value of "template" in planned ? planned.template : [planned]) {
      const last = joined[joined.length - 1];
      if (last !== undefined && "literal" in last && "literal" in value) {
        joined[joined.length - 1] = { literal: `${last.literal}${value.literal}` };
      } else joined.push(value);
    }
  }
  const [only] = joined;
  if (only === undefined) return { literal: "" };
  return joined.length === 1 && "literal" in only ? only : { template: joined };
}

/** An environment variable; `undefined` for any other reference. */
export function planVariable({ meaning, expression }: Reference): PlanValue | undefined {
  if (meaning.kind !== "environment") return undefined;
  return {
    env: meaning.name,
    ...(expression.default === undefined ? {} : { default: expression.default.value }),
    ...(expression.spelling === "bare" ? { unset: `$${meaning.name}` } : {}),
    ...(expression.required === undefined ? {} : { message: expression.required.value }),
  };
}

function planReference({ model, id }: PlanContext, reference: Reference): PlanValue {
  const { meaning } = reference;
  switch (meaning.kind) {
    case "environment":
      return planVariable(reference) ?? { literal: null };
    case "model-name":
      return model.isUniversal ? { ref: `${id}/name`, select: "value" } : planText({ model, id }, model.nameValue);
    case "device": {
      const device = planDevice({ model, id }, model.device);
      return typeof device === "string" ? { literal: device } : device;
    }
    case "file":
    case "required-file":
      return { ref: `${id}/files/${meaning.name}`, select: "url" };
    case "input":
      return { ref: `${id}/${meaning.of}`, select: `inputs.${meaning.name}` };
    case "load-output":
      return { ref: `${id}/load`, select: "output" };
    case "datapoints":
      return { ref: `${id}/datapoints`, select: "all" };
    case "image":
      return { ref: `${id}/datapoints`, select: "image" };
    case "undefined":
    case "wrong-phase":
    case "incomplete":
    case "late":
    case "unknown":
      return { literal: null };
  }
}

/** The device: `cpu`, `cuda` (also for `gpu`), or an environment variable. */
export function planDevice(context: PlanContext, value: BoundValue | undefined): "cpu" | "cuda" | PlanValue {
  if (value === undefined) return "cpu";
  if (value.kind === "reference") return planReference(context, value.reference);
  if (value.kind === "template") return planTemplate(context, value.parts);
  return value.kind === "literal" && value.node.text !== "cpu" ? "cuda" : "cpu";
}

/** A literal number or boolean, or a value that contains environment variables. */
export function planSetting<T extends number | boolean>(
  context: PlanContext,
  value: BoundValue | undefined,
  absent: T,
): T | PlanValue {
  if (value === undefined) return absent;
  if (value.kind !== "literal") return planValue(context, value);
  return typeof value.node.value === typeof absent ? (value.node.value as T) : absent;
}
