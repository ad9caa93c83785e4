// What a path means where it stands: the table of names of the language, as one function.
import type { Expression, Segment } from "../../grammar/expression.ts";
import { nearest } from "../base/did-you-mean.ts";
import type { Meaning, Phase, UndefinedScope, WrongPhase } from "./bound.ts";

/** The names that a model's expressions can see. */
export interface Scope {
  /** `undefined` when the list is broken: then no name can be called unknown. */
  readonly files: ReadonlySet<string> | undefined;
  /** Whether unknown files are left to the models that use this runtime. */
  readonly isShared: boolean;
  readonly load: CallScope | undefined;
  readonly predict: CallScope | undefined;
}

export interface CallScope {
  readonly inputs: ReadonlySet<string> | undefined;
  readonly output: string | undefined;
  readonly isOutputBroken: boolean;
}

/** Resolves one expression; `scope` is absent outside of models. */
export function resolve({ path }: Pick<Expression, "path">, phase: Phase, scope: Scope | undefined): Meaning {
  const [root] = path;
  if (root.value === "datapoints")
    return path.length === 1 ? data("datapoints", phase, 0) : undefinedAt(1, [], "datapoints");
  if (root.value === "datapoint") return resolveDatapoint(path, phase);
  if (root.value === "model") {
    if (scope === undefined || phase === "outside") return wrongPhase("model", phase, 0);
    return resolveModel(path, phase, scope);
  }
  if (path.length === 1 && !isMisspelledData(root.value)) return { kind: "environment", name: root.value };
  return undefinedAt(0, ["model", "datapoints", "datapoint"], "root");
}

/** No variable of the environment is meant by `datapionts` or `Datapoints`; one in capitals is. */
function isMisspelledData(name: string): boolean {
  return name !== name.toUpperCase() && nearest(name, ["datapoints"]).length > 0;
}

function resolveDatapoint(path: readonly Segment[], phase: Phase): Meaning {
  if (path.length === 1) return { kind: "incomplete", candidates: ["datapoints", "datapoint.image"] };
  if (path[1]?.value !== "image") return undefinedAt(1, ["image"], "datapoint");
  return path.length === 2 ? data("image", phase, 1) : undefinedAt(2, [], "datapoints");
}

function data(kind: "datapoints" | "image", phase: Phase, last: number): Meaning {
  return phase === "predict" ? { kind } : wrongPhase("datapoints", phase, last);
}

function resolveModel(path: readonly Segment[], phase: Phase, scope: Scope): Meaning {
  const key = path[1];
  if (key === undefined) return incomplete(path, ["name", "files", "runtime"]);
  switch (key.value) {
    case "name":
      return path.length === 2 ? { kind: "model-name" } : undefinedAt(2, [], "text");
    case "files":
      return resolveFile(path, phase, scope);
    case "runtime":
      return resolveRuntime(path, phase, scope);
    default:
      return undefinedAt(1, ["name", "files", "runtime"], "model");
  }
}

function resolveFile(path: readonly Segment[], phase: Phase, { files, isShared }: Scope): Meaning {
  if (phase === "definition") return wrongPhase("file", phase, Math.min(path.length - 1, 2));
  const name = path[2];
  if (name === undefined)
    return incomplete(
      path,
      [...(files ?? [])].map((file) => `${file}.url`),
    );
  const property = path[3];
  if (files !== undefined && !files.has(name.value) && !isShared) return undefinedAt(2, [...files], "files");
  if (property === undefined) return incomplete(path, ["url"]);
  if (property.value !== "url") return undefinedAt(3, ["url"], "file");
  if (path.length > 4) return undefinedAt(4, [], "text");
  if (files?.has(name.value) === true) return { kind: "file", name: name.value };
  return isShared ? { kind: "obligation", name: name.value, segment: 2 } : { kind: "unknown" };
}

function resolveRuntime(path: readonly Segment[], phase: Phase, scope: Scope): Meaning {
  const key = path[2];
  if (key === undefined) return incomplete(path, ["device", "load", "predict"]);
  switch (key.value) {
    case "device":
      if (path.length > 3) return undefinedAt(3, [], "text");
      return phase === "definition" ? wrongPhase("device", phase, 2) : { kind: "device" };
    case "load":
      return resolveCall("load", path, phase, scope.load);
    case "predict":
      return resolveCall("predict", path, phase, scope.predict);
    default:
      return undefinedAt(2, ["device", "load", "predict"], "runtime");
  }
}

function resolveCall(
  of: "load" | "predict",
  path: readonly Segment[],
  phase: Phase,
  scope: CallScope | undefined,
): Meaning {
  const part = path[3];
  const parts = of === "load" ? ["inputs", "output"] : ["inputs"];
  if (part === undefined) return incomplete(path, parts);
  if (part.value !== "inputs" && part.value !== "output") return undefinedAt(3, parts, of);
  const isInput = part.value === "inputs";
  const what: WrongPhase = isInput ? `${of}-input` : `${of}-output`;
  const isVisible = isInput ? phase === "predict" || phase === of : phase === "predict" && of === "load";
  if (!isVisible) return wrongPhase(what, phase, Math.min(path.length - 1, 4));
  if (scope === undefined) return { kind: "unknown" };
  const known = isInput
    ? scope.inputs
    : scope.isOutputBroken
      ? undefined
      : new Set(scope.output === undefined ? [] : [scope.output]);
  if (known === undefined) return { kind: "unknown" };
  const name = path[4];
  const nameScope: UndefinedScope = isInput ? `${of}-inputs` : "load-output";
  if (name === undefined) return incomplete(path, [...known]);
  if (!known.has(name.value)) return undefinedAt(4, [...known], nameScope);
  if (path.length > 5) return undefinedAt(5, [], isInput ? "text" : "handle");
  return isInput ? { kind: "input", of, name: name.value } : { kind: "load-output", name: name.value };
}

function wrongPhase(what: WrongPhase, phase: Phase, lastSegment: number): Meaning {
  return { kind: "wrong-phase", what, phase, lastSegment };
}

function incomplete(path: readonly Segment[], names: readonly string[]): Meaning {
  const written = path.map(({ value }) => value).join(".");
  return { kind: "incomplete", candidates: names.map((name) => `${written}.${name}`) };
}

function undefinedAt(segment: number, candidates: readonly string[], scope: UndefinedScope): Meaning {
  return { kind: "undefined", segment, candidates, scope };
}
