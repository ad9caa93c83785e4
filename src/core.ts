// The exports that `modelwright` and `modelwright/browser` have in common.
export {
  compareDiagnostics,
  type Diagnostic,
  type Edit,
  type Fix,
  type Related,
  type Severity,
} from "./base/diagnostic.ts";
export { type Host, memoryHost } from "./base/host.ts";
export { type Position, positionAt, type Source, type Span } from "./base/source.ts";
export { VERSION } from "./base/version.ts";
export type { SuppressedDiagnostic } from "./check/accepted/suppress.ts";
export { RULE_SETTINGS, type RuleSetting, type RuleSettings } from "./check/rule-settings.ts";
export { type Checked, type Compilation, type CompileOptions, check, compile } from "./compile.ts";
export { type Explained, type Explanation, explain } from "./explain/explain.ts";
export type { Hop, HopVerdict } from "./explain/hop.ts";
export type { Spot } from "./explain/place.ts";
export { type Fixed, type FixedFile, fix } from "./fix.ts";
export { definitionReader, type Reader } from "./parse/reader.ts";
export type {
  ExecutionPlan,
  PlanArgument,
  PlanModel,
  PlanSpan,
  PlanStep,
  PlanValue,
} from "./plan/execution-plan.ts";
