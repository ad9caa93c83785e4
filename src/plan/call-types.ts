import type { TypedCall, TypedModel } from "../infer/typed.ts";
import type { Signature } from "../python/names/resolution.ts";
import { docParagraph } from "../python/types/documentation.ts";
import { type Annotations, describeAnnotation, describeItem, noAnnotations } from "./annotation.ts";
import { description } from "./description.ts";
import type { PlanClass, PlanType } from "./execution-plan.ts";
import { unionOf } from "./union.ts";

/**
 * The Python types of the two calls of a model, if its code is on this machine and can be read. `classes` returns only the
 * classes of the types that were requested before.
 */
export interface CallTypes {
  /** The type of the parameter that takes an input. */
  readonly load: (input: string) => PlanType | undefined;
  readonly predict: (input: string) => PlanType | undefined;
  /** The type of one prediction. */
  readonly item: () => PlanType | undefined;
  readonly classes: () => readonly PlanClass[];
  /** The first paragraph of the docstring of a function. */
  readonly about: (phase: "load" | "predict") => { readonly description?: string };
}

/** Reads the annotations of both functions. Uncertain ones are left out. */
export function callTypes({ code, python, calls }: TypedModel): CallTypes {
  const nothing = () => undefined;
  const root = code.kind === "local" ? code.path : code.kind === "remote" ? code.code?.root : undefined;
  if (root === undefined)
    return { load: nothing, predict: nothing, item: nothing, classes: () => [], about: () => ({}) };
  const annotations = noAnnotations({ python, root });
  const signatures = new Map(calls().map((call) => [call.bound.phase, signatureOf(call)]));
  const predict = signatures.get("predict");
  return {
    load: (input) => parameterType(annotations, signatures.get("load"), input),
    predict: (input) => parameterType(annotations, predict, input),
    item: () => predict?.returns && describeItem(annotations, predict.returns, predict),
    classes: () => [...annotations.classes.values()],
    about: (phase) => {
      const signature = signatures.get(phase);
      return signature === undefined ? {} : description(docParagraph(signature));
    },
  };
}

function signatureOf({ resolution }: TypedCall): Signature | undefined {
  return "doubts" in resolution && resolution.doubts.length === 0 ? resolution.signature : undefined;
}

/** The type of the parameter with the name of the input, or else of `**options`. */
function parameterType(
  annotations: Annotations,
  signature: Signature | undefined,
  input: string,
): PlanType | undefined {
  const name = input.normalize("NFKC");
  const parameter =
    signature?.parameters.find(
      (each) => each.name.text === name && (each.kind === "keyword-only" || each.kind === "positional-or-keyword"),
    ) ?? signature?.parameters.find(({ kind }) => kind === "var-keyword");
  if (signature === undefined || parameter?.annotation === undefined) return undefined;
  const type = describeAnnotation(annotations, parameter.annotation, signature);
  if (parameter.kind === "var-keyword" && /\bUnpack\s*\[/.test(parameter.annotation.text)) {
    const fields = type.kind === "class" ? annotations.classes.get(type.name)?.fields : undefined;
    return fields?.find((field) => field.name === name)?.type;
  }
  // `x: int = None` also accepts None.
  return parameter.default?.text === "None" && type.kind !== "unknown" ? unionOf([type, { kind: "null" }]) : type;
}
