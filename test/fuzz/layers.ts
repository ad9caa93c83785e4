import { definitions } from "./definitions.ts";
import { expressions } from "./expressions.ts";
import { frames } from "./frames.ts";
import type { Layer } from "./layer.ts";
import { locks } from "./locks.ts";
import { planJson } from "./plans.ts";
import { python } from "./python.ts";
import { worker } from "./worker.ts";
import { yaml } from "./yaml.ts";

/** All layers that are fuzzed. */
export const LAYERS: readonly Layer[] = [yaml, expressions, definitions, python, locks, planJson, frames, worker];
