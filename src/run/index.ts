// `modelwright/run`: executes plans. This is the only barrel file in this folder.

export type { ContainerChoice, ContainerEngine, ContainerOptions } from "./api/container.ts";
export type { DataDatapoint, Datapoint, FileDatapoint } from "./api/datapoint.ts";
export type { HostChoice } from "./api/host.ts";
export type { Limits, ReplicaCount, RestartLimits } from "./api/limits.ts";
export type { MaxErrors } from "./api/max-errors.ts";
export type { AbortSignalLike, OutputSink, RunOptions } from "./api/options.ts";
export type { Failure, ModelReport, ModelState, RowError, RunEvent, RunReport, UsedLock } from "./api/report.ts";
export { defineModel, defineUniversalModel } from "./client/define-model.ts";
export { ModelError, PredictionError } from "./client/errors.ts";
export type {
  AnyValues,
  ConnectOptions,
  DatapointSource,
  Definition,
  GivenEnvironment,
  Model,
  PredictionForms,
  PredictOptions,
  RemoteSession,
  Session,
  SessionEvent,
  SessionState,
  SessionStats,
  SettledPrediction,
  StartOptions,
  StopOptions,
  UniversalModel,
} from "./client/model.ts";
export { endSessions } from "./client/open-sessions.ts";
export { run } from "./run.ts";
export type { ArrayForm, ElementArrays, ElementData, ElementType, NestedArray, RawArray } from "./worker/raw-array.ts";
