import type { PlanValue } from "./execution-plan.ts";

/** A value for people. Parts that are known only at run time are shown as expressions. */
export function spelledValue(value: string | number | PlanValue): string {
  if (typeof value !== "object") return String(value);
  if ("literal" in value) return String(value.literal);
  if ("number" in value) return value.number;
  if ("env" in value) return `\${${value.env}}`;
  if ("ref" in value) return "${model.name}";
  if ("template" in value) return value.template.map(spelledValue).join("");
  return "list" in value ? "[…]" : "{…}";
}

/**
 * The spelling of a name, by which the rest of the plan refers to it. Unlike `spelledValue`, it includes defaults and
 * messages.
 */
export function spelledName(name: string | PlanValue): string {
  if (typeof name === "object" && "template" in name) return name.template.map(spelledName).join("");
  if (typeof name !== "object" || !("env" in name)) return spelledValue(name);
  const { env, default: whenUnset, message } = name;
  const suffix = whenUnset !== undefined ? `:-${whenUnset}` : message !== undefined ? `:?${message}` : "";
  return suffix.includes("}") ? `$<${env}${suffix}>` : `\${${env}${suffix}}`;
}
