// `modelwright/run`: executes plans. The only barrel of this folder.
export type { DataDatapoint, Datapoint, FileDatapoint } from "./datapoint.ts";
export { type Definition, defineModel, type Model, type StartOptions } from "./define-model.ts";
export { ModelError, PredictionError } from "./errors.ts";
export type { Limits } from "./limits.ts";
export type { AbortSignalLike, RunOptions } from "./options.ts";
export type { OutputSink } from "./output.ts";
export type { ElementData, ElementType, RawArray } from "./raw-array.ts";
export type { Failure, ModelReport, ModelState, RunEvent, RunReport } from "./report.ts";
export { run } from "./run.ts";
export type { PredictOptions, Session } from "./session.ts";
