// `modelwright/run`: executes plans. The only barrel of this folder.

export { defineModel, defineUniversalModel } from "./define-model.ts";
export { ModelError, PredictionError } from "./errors.ts";
export type { DataDatapoint, Datapoint, FileDatapoint } from "./input/datapoint.ts";
export type { Limits } from "./limits.ts";
export type {
  AnyValues,
  DatapointSource,
  Definition,
  GivenEnvironment,
  Model,
  PredictionForms,
  PredictOptions,
  Session,
  SettledPrediction,
  StartOptions,
  UniversalModel,
} from "./model.ts";
export type { AbortSignalLike, RunOptions } from "./options.ts";
export type { OutputSink } from "./output/output.ts";
export type { Failure, ModelReport, ModelState, RowError, RunEvent, RunReport } from "./report.ts";
export { run } from "./run.ts";
export type { ArrayForm, ElementArrays, ElementData, ElementType, NestedArray, RawArray } from "./worker/raw-array.ts";
