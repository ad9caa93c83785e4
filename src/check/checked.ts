import type { BoundInput, BoundTitle, BoundValue } from "../bind/bound.ts";
import type { Entrypoint } from "../infer/entrypoint.ts";
import type { Place } from "../infer/place.ts";
import type { TypedModel } from "../infer/typed.ts";
import type { ParsedDefinition } from "../parse/parse.ts";

/** Definitions without errors: nothing in them is unknown, and nothing that is required is absent. */
export interface CheckedGraph {
  readonly requested: readonly ParsedDefinition[];
  /** In the order of the paths and of the text. A model whose runtime cannot be known here is left out. */
  readonly models: readonly CheckedModel[];
}

export interface CheckedModel {
  readonly typed: TypedModel;
  /** As it is spelled. */
  readonly name: string;
  readonly nameValue: BoundValue;
  readonly isUniversal: boolean;
  /** The file that contains the runtime, which may differ from the file of the model. */
  readonly runtimeDefinition: ParsedDefinition;
  readonly code: Exclude<Place, { readonly kind: "unknown" }> | { readonly kind: "checkout" };
  readonly image: BoundValue | undefined;
  readonly device: BoundValue | undefined;
  readonly maxSize: BoundValue | undefined;
  readonly imageSize: readonly BoundValue[] | undefined;
  readonly load: CheckedCall;
  readonly predict: CheckedCall;
  /** The keys of each prediction. */
  readonly keys: readonly BoundTitle[];
}

export interface CheckedCall {
  /** A value if the entry point is known only when the model runs. */
  readonly entrypoint: Entrypoint | BoundValue;
  /** Each after those that it refers to. */
  readonly inputs: readonly BoundInput[];
  readonly output: BoundTitle;
}
