// Takes the typed graph, runs every rule, gives the diagnostics and, when the definitions are right, a `CheckedGraph`.
// Promises: the same input gives the same list; a finding about this machine alone (a missing file, an unset variable)
// leaves the definitions right.

import {
  compareDiagnostics,
  compareText,
  type Diagnostic,
  type Finding,
  ownSeverity,
  worstFirst,
} from "../base/diagnostic.ts";
import { invariant } from "../base/invariant.ts";
import { placeKey, type Source } from "../base/source.ts";
import type { BoundCall, BoundValue } from "../bind/bound.ts";
import { referencesIn } from "../bind/value.ts";
import { parseEntrypoint } from "../infer/entrypoint.ts";
import type { TypedGraph, TypedModel } from "../infer/typed.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import { type SuppressedDiagnostic, type Suppressions, suppress } from "./accepted/suppress.ts";
import type { CheckedCall, CheckedGraph, CheckedModel } from "./checked.ts";
import { conceal } from "./conceal.ts";
import { isCodeAbsent } from "./facts/places.ts";
import type { Rule, RuleGroup } from "./rule.ts";
import { isAskedFor, type RuleSettings, withSetting } from "./rule-settings.ts";
import { rules } from "./rules/index.ts";
import { MOST_COUNTED, MOST_FINDINGS, tooLarge, tooManyFindings } from "./rules/too-large.ts";

/** What the rules found, and the graph they found nothing wrong with. */
export interface CheckResult {
  readonly diagnostics: readonly Diagnostic[];
  /** What comments suppress. It is wrong all the same: a definition with an error in it gives no graph. */
  readonly suppressed: readonly SuppressedDiagnostic[];
  /** Errors of the definitions whose rules are off. They are wrong all the same. */
  readonly off: readonly Diagnostic[];
  readonly graph: CheckedGraph | undefined;
}

/** Which groups of rules run beside those that always do, and how severe the findings of some rules are. */
export type CheckOptions = { readonly [group in RuleGroup]?: boolean } & { readonly rules?: RuleSettings | undefined };

/** Runs the rules over the graph. */
export function check(typed: TypedGraph, options: CheckOptions = {}): CheckResult {
  const settingOf = ({ code }: Rule) => options.rules?.[code];
  const isOff = (rule: Rule) => settingOf(rule) === "off";
  const active = rules.filter(
    (rule) => rule.group === undefined || options[rule.group] === true || isAskedFor(settingOf(rule)),
  );
  const about = (subjects: readonly Rule["subject"][]) => active.filter(({ subject }) => subjects.includes(subject));
  const codes = rules.filter(({ subject }) => subject !== "suppression").map(({ code }) => code);
  const nothing = { all: [], codes, isUnused: () => false };
  // A rule about definitions that is off still decides whether they are right.
  const judging = about(["definition", "machine"]).filter((rule) => rule.subject === "definition" || !isOff(rule));
  const results = judging.map((rule) => run(rule, typed, nothing));
  const judged = results.flatMap((found, i) => judge(judging[i], found, options.rules));
  const hidden = new Set(judging.filter(isOff).map(({ code }) => code));
  const off = results.flat().filter(({ code, severity }) => severity === "error" && hidden.has(code));
  const on = active.filter((rule) => !isOff(rule));
  const { left, suppressed, suppressions } = suppress(typed, judged, on, codes, off);
  const own = on.filter(({ subject }) => subject === "suppression");
  const diagnostics = [...left, ...own.flatMap((rule) => judge(rule, run(rule, typed, suppressions), options.rules))];
  diagnostics.sort(compareDiagnostics);
  // What a rule was not asked for any more may be as severe as the rule, and a comment may suppress what it did find.
  const isCut = (found: readonly Diagnostic[]) => found.length === MOST_COUNTED;
  const isCutBy = (isError: (rule: Rule) => boolean) =>
    judging.some((rule, i) => isError(rule) && isCut(results[i] ?? []));
  const cut = results.find((found, i) => isCut(found) && !hidden.has(judging[i]?.code ?? ""));
  const isCutError = isCutBy((rule) => (settingOf(rule) ?? rule.severity) === "error");
  const listed =
    diagnostics.length > MOST_FINDINGS || cut !== undefined ? mostSevere(diagnostics, cut, isCutError) : diagnostics;
  const definition = new Set(about(["definition"]).map(({ code }) => code));
  const isWrong =
    off.length > 0 ||
    isCutBy(({ severity }) => severity === "error") ||
    // A comment or a setting makes no error right, but what is an error only by a setting can be suppressed.
    judged.some((each) => definition.has(each.code) && ownSeverity(each) === "error") ||
    left.some(({ code, severity }) => definition.has(code) && severity === "error");
  const { files } = typed.bound;
  return {
    diagnostics: conceal(listed, files),
    suppressed: conceal(suppressed, files),
    off: conceal(off, files),
    graph: isWrong ? undefined : settle(typed),
  };
}

/** Findings as a setting for their rule wants them. */
function judge(
  rule: Rule | undefined,
  found: readonly Diagnostic[],
  settings: RuleSettings | undefined,
): readonly Diagnostic[] {
  const setting = rule && settings?.[rule.code];
  if (rule === undefined || setting === undefined) return found;
  return setting === "off" ? [] : found.map((diagnostic) => withSetting(diagnostic, rule, setting));
}

/** The most severe findings, and one that says how many there are; `cut` are those of a rule that may find more. */
function mostSevere(
  diagnostics: readonly Diagnostic[],
  cut: readonly Diagnostic[] | undefined,
  isCutWrong: boolean,
): readonly Diagnostic[] {
  const kept = new Set(worstFirst(diagnostics).slice(0, MOST_FINDINGS));
  const listed = diagnostics.filter((each) => kept.has(each));
  const first = cut?.[MOST_COUNTED - 1] ?? diagnostics.find((each) => !kept.has(each));
  if (first !== undefined) {
    const finding = tooManyFindings(cut?.length ?? diagnostics.length, { ...first.span, end: first.span.start });
    listed.push({ ...finding, code: tooLarge.code, severity: isCutWrong ? "error" : "hint" });
  }
  return listed.sort(compareDiagnostics);
}

function run(rule: Rule, typed: TypedGraph, suppressions: Suppressions): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const isNew = firstOnes();
  for (const finding of rule.check(typed, suppressions)) {
    // What an alias repeats is wrong where it is written, once.
    if (!isNew(finding)) continue;
    diagnostics.push({ ...finding, code: rule.code, severity: finding.severity ?? rule.severity });
    // More are not listed anyway, and may be more than there is memory for.
    if (diagnostics.length === MOST_COUNTED) break;
  }
  return diagnostics;
}

/**
 * Tells of each finding whether no earlier one says the same about the same place. As long as they come in the order of the
 * text, as they nearly always do, nothing has to be remembered but the last place.
 */
function firstOnes(): (finding: Finding) => boolean {
  const inOrder: Finding[] = [];
  const sources = new Set<Source>();
  let seen: Set<string> | undefined;
  return (finding) => {
    const { source, start } = finding.span;
    const last = inOrder[inOrder.length - 1]?.span;
    if (seen === undefined && (last?.source === source ? start > last.start : !sources.has(source))) {
      sources.add(source);
      inOrder.push(finding);
      return true;
    }
    seen ??= new Set(inOrder.map(keyOf));
    const key = keyOf(finding);
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  };
}

function keyOf({ span, message }: Finding): string {
  return `${placeKey(span)} ${span.end} ${message}`;
}

function settle({ bound, models }: TypedGraph): CheckedGraph {
  // In whatever order the files were given.
  const byPath = (a: ParsedDefinition, b: ParsedDefinition) => compareText(a.source.path, b.source.path);
  const inOrder = [...models].sort((a, b) => byPath(a.bound.definition, b.bound.definition));
  return {
    requested: [...bound.requested].sort(byPath),
    models: inOrder.flatMap((model) => (model.bound.isRequested ? (settleModel(model) ?? []) : [])),
  };
}

function settleModel(typed: TypedModel): CheckedModel | undefined {
  const { bound, code, load, predict, constantOf } = typed;
  const { name, isUniversal, runtime: resolution, definition } = bound;
  invariant(name !== undefined, "a model without a name passed the check");
  if (!("runtime" in resolution)) {
    const isKnown = resolution.kind !== "unverified" && !isUniversal && !isCodeAbsent(typed);
    invariant(!isKnown, `a model with a ${resolution.kind} runtime passed the check`);
    return undefined;
  }
  // The model that borrows the runtime under the same name is the model; this entry only completes it.
  if (bound.providesRuntime && !isUniversal) return undefined;
  const { runtime } = resolution;
  // Which of several is meant is known when the model runs; a plan says which one.
  if (bound.references.some(({ meaning }) => meaning.kind === "late")) return undefined;
  // A universal entry whose entrypoint is made of the model's name is known only for each model that uses it.
  if (isUniversal && [runtime.load, runtime.predict].some((call) => holdsModelName(call?.entrypoint))) return undefined;
  return {
    typed,
    name: name.text,
    nameValue: name.value,
    isUniversal,
    runtimeDefinition: "definition" in resolution ? resolution.definition : definition,
    code: code.kind === "local" ? code : { kind: "checkout" },
    image: runtime.image,
    device: runtime.device,
    maxSize: runtime.maxSize,
    imageSize: runtime.imageSize,
    load: settleCall(runtime.load, load, constantOf),
    predict: settleCall(runtime.predict, predict, constantOf),
    keys: runtime.predict?.keys ?? [],
  };
}

function settleCall(
  call: BoundCall | undefined,
  inputs: CheckedCall["inputs"],
  constantOf: TypedModel["constantOf"],
): CheckedCall {
  invariant(call?.output !== undefined && call.entrypoint !== undefined, "an incomplete call passed the check");
  const text = constantOf(call.entrypoint);
  const entrypoint = text === undefined ? call.entrypoint : parseEntrypoint(text);
  invariant(entrypoint !== undefined, "an entrypoint that is none passed the check");
  return { entrypoint, inputs, output: call.output };
}

function holdsModelName(value: BoundValue | undefined): boolean {
  return referencesIn(value).some(({ meaning }) => meaning.kind === "model-name");
}
