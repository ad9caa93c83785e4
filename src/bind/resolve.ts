// What a path means in a phase: the names of the language as one function.

import type { Expression, Segment } from "../../grammar/expression.ts";
import { nearest } from "../base/nearest.ts";
import type { Candidates, Meaning, Phase, UndefinedScope, WrongPhase } from "./bound.ts";
import { constantName, type LateName, namesLike } from "./late-name.ts";
import type { BindScope, CallScope } from "./scope.ts";
import { visiblePaths } from "./visible.ts";

/** Resolves one expression. `scope` is `undefined` outside of models. */
export function resolve({ path }: Pick<Expression, "path">, phase: Phase, scope: BindScope | undefined): Meaning {
  const [root] = path;
  if (root.value === "datapoints")
    return path.length === 1 ? data("datapoints", phase, 0) : undefinedAt(1, [], "datapoints");
  if (root.value === "datapoint") return resolveDatapoint(path, phase);
  if (root.value === "model") {
    if (scope === undefined || phase === "outside") return wrongPhase("model", phase, 0);
    return resolveModel(path, phase, scope);
  }
  if (path.length === 1) {
    return isMisspelledData(root.value)
      ? undefinedAt(0, ["datapoints"], "root")
      : { kind: "environment", name: root.value };
  }
  const meant = scope && visiblePaths(scope, phase).endingIn(written(path));
  return undefinedAt(0, ["model", "datapoints", "datapoint"], "root", meant);
}

/**
 * Whether a name is a typo of `datapoints` instead of an environment variable: it differs in case or in at most two
 * letters at one place, such as `datapionts` or `Datapoints`. `endpoints` and names in capitals are variables.
 */
function isMisspelledData(name: string): boolean {
  if (name === name.toUpperCase()) return false;
  const [a, b] = [name.toLowerCase(), "datapoints"];
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let [aEnd, bEnd] = [a.length, b.length];
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) [aEnd, bEnd] = [aEnd - 1, bEnd - 1];
  return aEnd - start <= 2 && bEnd - start <= 2;
}

function resolveDatapoint(path: readonly Segment[], phase: Phase): Meaning {
  if (path.length === 1 && phase !== "predict") return wrongPhase("datapoints", phase, 0);
  if (path.length === 1) return { kind: "incomplete", candidates: ["datapoints", "datapoint.image"] };
  if (path[1]?.value !== "image") return undefinedAt(1, ["image"], "datapoint");
  return path.length === 2 ? data("image", phase, 1) : undefinedAt(2, [], "datapoints");
}

function data(kind: "datapoints" | "image", phase: Phase, last: number): Meaning {
  return phase === "predict" ? { kind } : wrongPhase("datapoints", phase, last);
}

function resolveModel(path: readonly Segment[], phase: Phase, scope: BindScope): Meaning {
  const key = path[1];
  if (key === undefined) return incomplete(path, phase, scope);
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

function resolveFile(path: readonly Segment[], phase: Phase, scope: BindScope): Meaning {
  const { files, lateFiles, isFilesOpen, isShared } = scope;
  if (phase === "definition") return wrongPhase("file", phase, Math.min(path.length - 1, 2));
  const name = path[2];
  if (name === undefined) return incomplete(path, phase, scope);
  const property = path[3];
  const late = files === undefined || files.has(name.value) ? [] : namedLate(lateFiles, name.value);
  const isAbsent = files !== undefined && !files.has(name.value) && late.length === 0 && !isShared;
  // A name that is not close to any readable name may be the unreadable one.
  const isOpen = isAbsent && isFilesOpen && nearest(name.value, files).length === 0;
  if (isAbsent && !isOpen) return undefinedAt(2, withLate(files, lateFiles), "files");
  if (property === undefined) return { kind: "incomplete", candidates: [`${written(path)}.url`] };
  if (property.value !== "url") return undefinedAt(3, ["url"], "file");
  if (path.length > 4) return undefinedAt(4, [], "text");
  if (files?.has(name.value) === true) return { kind: "file", name: name.value };
  const [only, ...others] = late;
  if (only !== undefined && !isShared) return others.length > 0 ? { kind: "late" } : { kind: "file", name: only.text };
  return isShared ? { kind: "required-file", name: name.value, segment: 2 } : { kind: "unknown" };
}

function resolveRuntime(path: readonly Segment[], phase: Phase, scope: BindScope): Meaning {
  const key = path[2];
  if (key === undefined)
    return phase === "definition" ? wrongPhase("runtime", phase, 1) : incomplete(path, phase, scope);
  switch (key.value) {
    case "device":
      if (path.length > 3) return undefinedAt(3, [], "text");
      return phase === "definition" ? wrongPhase("device", phase, 2) : { kind: "device" };
    case "load":
    case "predict":
      return resolveCall(key.value, path, phase, scope);
    default:
      return undefinedAt(2, ["device", "load", "predict"], "runtime");
  }
}

function resolveCall(of: "load" | "predict", path: readonly Segment[], phase: Phase, scope: BindScope): Meaning {
  const part = path[3];
  const sees = (what: Phase) => phase === "predict" || phase === what;
  if (part === undefined) {
    return sees(of) ? incomplete(path, phase, scope) : wrongPhase(`${of}-input`, phase, path.length - 1);
  }
  if (of === "predict" && (part.value === "output" || part.value === "outputs"))
    return wrongPhase("predict-output", phase, Math.min(path.length - 1, 4));
  if (part.value !== "inputs" && part.value !== "output")
    return undefinedAt(3, of === "load" ? ["inputs", "output"] : ["inputs"], of);
  const isInput = part.value === "inputs";
  const isVisible = isInput ? sees(of) : phase === "predict";
  if (!isVisible) return wrongPhase(isInput ? `${of}-input` : "load-output", phase, Math.min(path.length - 1, 4));
  const call = scope[of];
  if (call === undefined) return { kind: "unknown" };
  const known = isInput ? call.inputs : call.isOutputBroken ? undefined : outputsOf(call);
  if (known === undefined) return { kind: "unknown" };
  const name = path[4];
  const nameScope: UndefinedScope = isInput ? `${of}-inputs` : "load-output";
  if (name === undefined) return incomplete(path, phase, scope);
  const lateNames = isInput ? call.lateInputs : call.lateOutput === undefined ? [] : [call.lateOutput];
  const [late, ...others] = known.has(name.value) ? [] : namedLate(lateNames, name.value);
  if (!known.has(name.value) && late === undefined) return undefinedAt(4, withLate(known, lateNames), nameScope);
  if (path.length > 5) return undefinedAt(5, [], isInput ? "text" : "handle");
  if (others.length > 0) return { kind: "late" };
  const meant = late?.text ?? name.value;
  return isInput ? { kind: "input", of, name: meant } : { kind: "load-output", name: meant };
}

function outputsOf({ output, lateOutput }: CallScope): ReadonlySet<string> {
  return new Set(output === undefined || lateOutput !== undefined ? [] : [output]);
}

/** All names that exist, with the spelling of those that contain variables. */
function withLate(names: ReadonlySet<string>, late: readonly LateName[]): ReadonlySet<string> {
  return late.length === 0 ? names : new Set([...names, ...late.map(({ text }) => text)]);
}

/** The names with variables that a written name may refer to. */
function namedLate(names: readonly LateName[], written: string): readonly LateName[] {
  return names.length === 0 ? [] : namesLike(constantName(written), names);
}

function wrongPhase(what: WrongPhase, phase: Phase, lastSegment: number): Meaning {
  return { kind: "wrong-phase", what, phase, lastSegment };
}

function incomplete(path: readonly Segment[], phase: Phase, scope: BindScope): Meaning {
  return { kind: "incomplete", candidates: visiblePaths(scope, phase).below(written(path)) };
}

function undefinedAt(segment: number, candidates: Candidates, scope: UndefinedScope, meant?: string): Meaning {
  return { kind: "undefined", segment, candidates, scope, meant };
}

function written(path: readonly Segment[]): string {
  return path.map(({ value }) => value).join(".");
}
