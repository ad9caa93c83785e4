// Execution plans with everything that could break generated code.
import fc from "fast-check";
import { UNKNOWN_REASONS } from "../src/plan/execution-plan.ts";
import type { ExecutionPlan, PlanArgument, PlanClass, PlanModel, PlanType } from "../src/plan/schema.ts";
import { type ModelSpec, modelOf, type Python, planOf } from "./plans.ts";

/** Text that breaks careless generators: one list per kind, separated by spaces. */
export const NASTY = [
  ...["", " ", "\n", "\r\n", "\t", "*/ export const evil = 1; /*", "//# sourceMappingURL=x", "export default 1"],
  ...[
    "*/ /* // \\ \" ' ` ${ ]; => --> <!-- <script> @ts-nocheck @ts-ignore @deprecated {@link #__PURE__ _ $ } -1",
    "\0 \u0085 \u2028 \u2029 \u202e \u2066 \u200f \ufeff \ud800 \udc00 \udc00\ud800 \u{e0041} \u{10ffff}",
    "é e\u0301 ß ŉ İ ƛ ǆ ǅ Σ ﬁ א 分类 🙂 👩\u200d💻 ͺ · ٣",
    "__proto__ constructor prototype toString default arguments await async new get readonly type import then",
    "Error Object Promise Record Readonly Model Session Datapoint ModelName PlanHash Prediction defineModel definition",
    "a A a_2 A_2 1 01 1a import.meta efemarai.yaml boxes",
  ].flatMap((list) => list.split(" ")),
];

/** Such texts, alone or combined. */
export const hostileText = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...NASTY) }, fc.string({ unit: "binary", maxLength: 6 })), {
    maxLength: 3,
  })
  .map((parts) => parts.join(""));

const hostileValue: fc.Arbitrary<PlanArgument["value"]> = fc.letrec<{ value: PlanArgument["value"] }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc
      .oneof(hostileText, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null))
      .map((literal) => ({ literal })),
    hostileText.map((env) => ({ env })),
    fc.array(tie("value"), { maxLength: 3 }).map((list) => ({ list })),
    fc
      .array(fc.tuple(hostileText, tie("value")), { maxLength: 3 })
      .map((entries) => ({ map: Object.fromEntries(entries) })),
  ),
})).value;

/** Any type over classes of these names. */
const hostileType = (names: readonly string[]): fc.Arbitrary<PlanType> =>
  fc.letrec<{ type: PlanType }>((tie) => ({
    type: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.oneof(
        fc
          .constantFrom<("text" | "integer" | "number" | "boolean" | "null" | "path" | "bytes")[]>(
            ...(["text", "integer", "number", "boolean", "null", "path", "bytes"] as const),
          )
          .map((kind) => ({ kind })),
        fc
          .array(fc.oneof(hostileText, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()), {
            minLength: 1,
            maxLength: 3,
          })
          .map((values) => ({ kind: "literal" as const, values })),
        fc.constantFrom<PlanType[]>(
          ...(["numpy", "torch"] as const).flatMap((library): PlanType[] => [
            { kind: "tensor", library },
            { kind: "tensor", library, dtype: "number", dimensions: 0 },
            { kind: "tensor", library, dimensions: 3 },
            ...["float32", "bool", "bfloat16", "complex64"].map(
              (dtype) => ({ kind: "tensor", library, dtype }) as const,
            ),
          ]),
        ),
        fc
          .tuple(fc.constantFrom(...UNKNOWN_REASONS), hostileText)
          .map(([reason, text]) => ({ kind: "unknown" as const, reason, text })),
        ...(names.length === 0 ? [] : [fc.constantFrom(...names).map((name) => ({ kind: "class" as const, name }))]),
      ),
      tie("type").map((item) => ({ kind: "list" as const, item })),
      tie("type").map((item) => ({ kind: "set" as const, item })),
      tie("type").map((value) => ({ kind: "map" as const, value })),
      fc
        .tuple(tie("type"), fc.array(hostileText, { maxLength: 3 }))
        .map(([value, keys]) => ({ kind: "map" as const, value, keys })),
      fc.record({ kind: fc.constant("enum" as const), name: hostileText, value: tie("type"), passes: fc.boolean() }),
      fc.record({ kind: fc.constant("value" as const), name: hostileText }),
      fc.array(tie("type"), { minLength: 1, maxLength: 3 }).map((members) => ({ kind: "union" as const, members })),
      fc
        .tuple(fc.array(tie("type"), { maxLength: 2 }), fc.option(tie("type"), { nil: undefined }))
        .map(([items, rest]) => ({ kind: "tuple" as const, items, ...(rest === undefined ? {} : { rest }) })),
    ),
  })).type;

const hostilePython: fc.Arbitrary<Python> = fc
  .uniqueArray(fc.oneof(hostileText, fc.constantFrom("Datapoint", "Prediction", "Box")), { maxLength: 3 })
  .chain((names) => {
    const type = hostileType(names);
    const description = fc.option(hostileText, { nil: undefined });
    const field = fc.record({ name: hostileText, description, type, optional: fc.boolean() });
    const form = fc.constantFrom<PlanClass["form"][]>("dataclass", "named-tuple", "typed-dict", "object");
    const body = fc.record({ description, form, fields: fc.array(field, { maxLength: 3 }) });
    return fc.record(
      {
        classes: fc.tuple(...names.map((name) => body.map((each): PlanClass => ({ name, ...each })))),
        datapoint: type,
        item: type,
        arguments: fc.array(type, { maxLength: 3 }),
      },
      { requiredKeys: ["classes"] },
    );
  });

/** A model and the variables that it reads. */
export interface HostileSpec extends Omit<ModelSpec, "id"> {
  readonly environment: readonly { readonly name: string; readonly required: boolean }[];
  /** The definition file, and other properties of the model. */
  readonly file: string;
  readonly image: string;
  readonly device: string;
  readonly url: string;
  readonly branch: string;
}

/** The most dangerous values that a definition can put into generated code. */
export const hostileModel: fc.Arbitrary<HostileSpec> = fc.record({
  name: hostileText,
  description: hostileText,
  module: hostileText,
  keys: fc.array(fc.oneof(hostileText, fc.constantFrom("boxes", "scores", "masks")), { maxLength: 4 }),
  load: fc.array(
    fc.record({
      name: hostileText,
      type: fc.constantFrom<PlanArgument["type"][]>("text", "path", "number", "handle", "list", "map", "secret"),
      value: hostileValue,
    }),
    { maxLength: 3 },
  ),
  environment: fc.array(fc.record({ name: hostileText, required: fc.boolean() }), { maxLength: 3 }),
  universal: fc.nat(9).map((number) => number === 0),
  python: hostilePython,
  file: hostileText,
  image: hostileText,
  device: hostileText,
  url: hostileText,
  branch: hostileText,
});

/** A plan of such models. */
export function hostilePlan(specs: readonly HostileSpec[]): ExecutionPlan {
  const plan = planOf(specs.map(hostileModelOf));
  return { ...plan, sources: specs.map(({ file }) => ({ path: file, sha256: "0".repeat(64) })) };
}

function hostileModelOf(spec: HostileSpec, index: number): PlanModel {
  const { environment, load = [], file, image, device, url, branch, ...others } = spec;
  const variables = environment.map(({ name, required }) => {
    return { name, type: "secret", value: { env: name, ...(required ? {} : { default: name }) } } as const;
  });
  const model = modelOf({ id: `m${index}`, ...others, load: [...load, ...variables] });
  const [source, ...steps] = model.steps;
  const checkout = { kind: "checkout", needs: [], url: { literal: url }, branch: { literal: branch } } as const;
  return {
    ...model,
    image,
    device: { literal: device },
    span: { ...model.span, file },
    steps: [{ id: source?.id ?? "", ...checkout }, ...steps],
  };
}
