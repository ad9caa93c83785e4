// The public API of `modelwright`.
export * from "./core.ts";
export { executionPlan } from "./plan/schema.ts";
