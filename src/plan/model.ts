import { compareText } from "../base/diagnostic.ts";
import { invariant } from "../base/invariant.ts";
import { folderOf, isAbsolute, joinPath, relativePath } from "../base/path.ts";
import { hasScheme } from "../base/schemes.ts";
import { positionAt, type Span } from "../base/source.ts";
import type { BoundFile, BoundInput, BoundValue } from "../bind/bound.ts";
import { referencesIn } from "../bind/value.ts";
import type { CheckedCall, CheckedModel } from "../check/checked.ts";
import { spanOf } from "../parse/tree.ts";
import { type CallTypes, callTypes } from "./call-types.ts";
import type { PlanArgument, PlanModel, PlanSpan, PlanStep, PlanValue } from "./execution-plan.ts";
import { planSettings } from "./settings.ts";
import { type PlanContext, planDevice, planName, planSetting, planText, planValue } from "./value.ts";

/** Plans one model with its steps. `root` is the folder from which the paths of the plan start. */
export function planModel(model: CheckedModel, id: string, root: string): PlanModel {
  const context: PlanContext = { model, id };
  const { bound } = model.typed;
  const steps = [
    ...parameterSteps(model, id),
    codeStep(context, root),
    ...[...bound.files.values()].map((file) => fetchStep(context, file, root)),
  ];
  const types = callTypes(model.typed);
  const load = callStep(context, "load", model.load, types, steps, root);
  const predict = callStep(context, "predict", model.predict, types, [...steps, load], root);
  const classes = types.classes();
  const image = model.image === undefined ? undefined : planText(context, model.image);
  const description = model.typed.constantOf(bound.description)?.trim();
  const settings = planSettings(context, root);
  const all = [...steps, load, predict];
  return {
    id,
    name: model.isUniversal ? model.name : planName(context, model.nameValue),
    ...(description === undefined || description === "" ? {} : { description }),
    universal: model.isUniversal,
    ...(image === undefined ? {} : { image: typeof literalOf(image) === "string" ? String(literalOf(image)) : image }),
    device: planDevice(context, model.device),
    batch: {
      maxSize: planSetting(context, model.maxSize, 1),
      ...(model.imageSize === undefined
        ? {}
        : { imageSize: model.imageSize.map((size) => planSetting(context, size, 1)) }),
    },
    ...(settings === undefined ? {} : { settings }),
    span: planSpan(spanOf(bound.name?.leaf.node ?? bound.entry.node), root),
    ...(classes.length === 0 ? {} : { classes }),
    steps: all,
    stages: stagesOf(all),
  };
}

/** What the universal model needs from the model that uses it: its name and the files that the universal model lacks. */
function parameterSteps(model: CheckedModel, id: string): readonly PlanStep[] {
  if (!model.isUniversal) return [];
  const files = new Set<string>();
  let isNameUsed = false;
  const { name, references } = model.typed.bound;
  for (const { meaning, scalar } of references) {
    if (meaning.kind === "required-file") files.add(meaning.name);
    if (meaning.kind === "model-name" && scalar !== name?.leaf.node) isNameUsed = true;
  }
  const names: readonly PlanStep[] = isNameUsed
    ? [{ id: `${id}/name`, kind: "parameter", needs: [], name: "name" }]
    : [];
  return [
    ...names,
    ...[...files].map((name): PlanStep => ({ id: `${id}/files/${name}`, kind: "parameter", needs: [], name })),
  ];
}

function codeStep(context: PlanContext, root: string): PlanStep {
  const { model } = context;
  const id = `${context.id}/repository`;
  if (model.code.kind === "local") return { id, kind: "source", needs: [], path: relativePath(root, model.code.path) };
  const { url, branch, hash, accessToken } = model.typed.bound.repository;
  invariant(url !== undefined, "code that is not local has a url");
  return {
    id,
    kind: "checkout",
    needs: [],
    url: planText(context, url),
    ...(branch === undefined ? {} : { branch: planText(context, branch) }),
    ...(hash === undefined ? {} : { commit: planText(context, hash) }),
    ...(accessToken === undefined ? {} : { accessToken: planText(context, accessToken) }),
  };
}

function fetchStep(context: PlanContext, file: BoundFile, root: string): PlanStep {
  const { definition } = context.model.typed.bound;
  const folder = folderOf(definition.source.path);
  const url = fileUrl(context, file, relativePath(root, folder));
  const name = planName(context, file.nameValue);
  return {
    id: `${context.id}/files/${file.name}`,
    kind: "fetch",
    needs: [],
    ...(typeof name === "string" ? {} : { name }),
    url,
    upload: planSetting(context, file.upload, !startsWithScheme(url)),
    ...(file.credentials === undefined ? {} : { credentials: planText(context, file.credentials) }),
  };
}

/** The URL of a file, or its path from the root of the plan. Values from the environment are left unchanged. */
function fileUrl(context: PlanContext, { url }: BoundFile, folder: string): PlanValue {
  invariant(url !== undefined, "a file without a url passed the check");
  const value = planText(context, url);
  const text = literalOf(value);
  if (typeof text === "string") return { literal: hasScheme(text) || isAbsolute(text) ? text : joinPath(folder, text) };
  if (folder === "." || startsWithScheme(value) || !("template" in value)) return value;
  const [first] = value.template;
  // A template that begins with a variable may be a URL.
  return first !== undefined && "literal" in first
    ? { template: [{ literal: `${folder}/` }, ...value.template] }
    : value;
}

function startsWithScheme(value: PlanValue): boolean {
  const [first] = "template" in value ? value.template : [value];
  const text = first === undefined ? undefined : literalOf(first);
  return typeof text === "string" && hasScheme(text);
}

function literalOf(value: PlanValue): unknown {
  return "literal" in value ? value.literal : undefined;
}

function callStep(
  context: PlanContext,
  kind: "load" | "predict",
  call: CheckedCall,
  types: CallTypes,
  before: readonly PlanStep[],
  root: string,
): PlanStep {
  const { id, model } = context;
  const args = call.inputs.map((input) => planArgument(context, input, types[kind], root));
  const named = new Set(call.inputs.flatMap(({ value }) => stepsNamed(id, value)));
  const isNeeded = (step: PlanStep): boolean =>
    kind === "load" ? step.kind === "source" || step.kind === "checkout" || named.has(step.id) : step.kind === "load";
  const reached = new Set(before.find((step) => step.kind === "load")?.needs);
  const needs = before
    .filter((step) => isNeeded(step) || (named.has(step.id) && !reached.has(step.id)))
    .map((step) => step.id);
  const entrypoint = "kind" in call.entrypoint ? planText(context, call.entrypoint) : call.entrypoint;
  const shared = { id: `${id}/${kind}`, needs, entrypoint, ...types.about(kind), arguments: args };
  const name = planName(context, call.output.nameValue);
  if (kind === "load") return { ...shared, kind, output: { name, type: "handle" } };
  const item = types.item();
  const keys = model.keys.map(({ nameValue }) => planName(context, nameValue));
  const output = { name, keys, ...(item === undefined ? {} : { item }) };
  return { ...shared, kind, output };
}

/** The steps whose results a value refers to. */
function stepsNamed(id: string, value: BoundValue | undefined): readonly string[] {
  return referencesIn(value).flatMap(({ meaning }) => {
    if (meaning.kind === "file" || meaning.kind === "required-file") return [`${id}/files/${meaning.name}`];
    return meaning.kind === "model-name" ? [`${id}/name`] : [];
  });
}

function planArgument(
  context: PlanContext,
  { name, nameValue, leaf, value }: BoundInput,
  annotationOf: CallTypes["load"],
  root: string,
): PlanArgument {
  const type = context.model.typed.typeOf(value).kind;
  invariant(type !== "unknown", "an input of unknown type passed the check");
  // The loaded model never leaves Python, so its type is not needed.
  const annotation = type === "handle" ? undefined : annotationOf(name);
  return {
    name: planName(context, nameValue),
    type,
    ...(annotation === undefined ? {} : { annotation }),
    value: planValue(context, value),
    span: planSpan(spanOf(value?.node ?? leaf.node), root),
  };
}

function planSpan({ source, start, end }: Span, root: string): PlanSpan {
  return {
    file: relativePath(root, source.path),
    start: positionAt(source, start),
    end: positionAt(source, end),
  };
}

/** Groups steps into stages: each step is one stage after the last step that it needs. Sorted by id within a stage. */
function stagesOf(steps: readonly PlanStep[]): string[][] {
  const stage = new Map<string, number>();
  const stages: string[][] = [];
  for (const step of steps) {
    const at = step.needs.reduce((most, id) => Math.max(most, (stage.get(id) ?? 0) + 1), 0);
    stage.set(step.id, at);
    const others = stages[at];
    if (others === undefined) stages[at] = [step.id];
    else others.push(step.id);
  }
  return stages.map((ids) => ids.sort(compareText));
}
