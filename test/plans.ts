// Execution plans without definitions: builders for any content of a plan.

import { planHash } from "../src/plan/hash.ts";
import {
  type ExecutionPlan,
  executionPlan,
  type PlanArgument,
  type PlanClass,
  type PlanModel,
  type PlanType,
} from "../src/plan/schema.ts";
import { environmentOf } from "../src/plan/variables.ts";

/** The place of everything in these plans. */
export const SPAN: PlanModel["span"] = {
  file: "efemarai.yaml",
  start: { line: 8, column: 5, offset: 180 },
  end: { line: 8, column: 17, offset: 192 },
};

/** The special properties of a model. */
export interface ModelSpec {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly universal?: boolean;
  readonly keys?: string[];
  readonly load?: readonly Pick<PlanArgument, "name" | "type" | "annotation" | "value">[];
  readonly module?: string;
  readonly python?: Python;
}

/** The Python types of a model. */
export interface Python {
  readonly classes: readonly PlanClass[];
  readonly datapoint?: PlanType;
  readonly item?: PlanType;
  readonly arguments?: readonly PlanType[];
}

/** A complete model. */
export function modelOf({
  id,
  name,
  description,
  universal = false,
  keys = [],
  load = [],
  module = "inference",
  python = { classes: [] },
}: ModelSpec) {
  const { classes, datapoint, item, arguments: annotations = [] } = python;
  const model: PlanModel = {
    id,
    name,
    ...(description === undefined ? {} : { description }),
    universal,
    image: "python:3.11-slim",
    device: "cpu",
    batch: { maxSize: 32 },
    span: SPAN,
    ...(classes.length === 0 ? {} : { classes }),
    steps: [
      { id: `${id}/repository`, kind: "source", needs: [], path: "." },
      {
        id: `${id}/load`,
        kind: "load",
        needs: [`${id}/repository`],
        entrypoint: { module, function: "get_model" },
        arguments: load.map((argument, index) => ({ annotation: annotations[index], ...argument, span: SPAN })),
        output: { name: "model", type: "handle" },
      },
      {
        id: `${id}/predict`,
        kind: "predict",
        needs: [`${id}/load`],
        entrypoint: { module, function: "predict" },
        arguments: [
          { name: "model", type: "handle", value: { ref: `${id}/load`, select: "output" }, span: SPAN },
          {
            name: "datapoints",
            type: "datapoints",
            ...(datapoint === undefined ? {} : { annotation: { kind: "list", item: datapoint } }),
            value: { ref: `${id}/datapoints`, select: "all" },
            span: SPAN,
          },
        ],
        output: { name: "predictions", keys, ...(item === undefined ? {} : { item }) },
      },
    ],
    stages: [[`${id}/repository`], [`${id}/load`], [`${id}/predict`]],
  };
  return model;
}

/** A complete plan, validated by the schema. */
export function planOf(models: readonly PlanModel[]): ExecutionPlan {
  const content = { planVersion: 1 as const, sources: [{ path: "efemarai.yaml", sha256: "0".repeat(64) }] };
  const plan = { ...content, environment: environmentOf(models), models: [...models], generator: "modelwright 0.1.0" };
  return executionPlan.parse({ ...plan, hash: planHash(plan) });
}

/** Models that have only names. */
export const named = (...names: string[]): PlanModel[] =>
  names.map((name, index) => modelOf({ id: `m${index}`, name }));
