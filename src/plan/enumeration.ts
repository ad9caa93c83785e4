import type { ClassHeader, PythonModule } from "../python/module.ts";
import { bodyBinding } from "../python/names/bindings.ts";
import type { LiteralValue } from "../python/text/literal.ts";
import { fullPath } from "../python/types/annotation.ts";
import { unknownDecorators } from "../python/types/decorators.ts";
import { type AutoForm, type Members, membersOf } from "../python/types/enumeration.ts";
import { namesOf } from "../python/types/names-in-module.ts";
import type { ModelCode } from "./class-fields.ts";
import type { PlanType } from "./execution-plan.ts";

/** A Python enumeration with the values of its members, if its source text shows them. */
export interface Enumeration {
  readonly name: string;
  /** The type of the values of all members; `undefined` if they are computed. */
  readonly value: PlanType | undefined;
  readonly members: Members;
  /** Whether a value can be passed in place of the member that has it. */
  readonly passes: boolean;
}

/** Reads a class as an enumeration; `undefined` if it is not one. */
export function enumeration(code: ModelCode, header: ClassHeader, module: PythonModule): Enumeration | undefined {
  const kind = kindOf(code, header, module, MAX_BASES);
  if (kind === undefined || !kind.isEnum) return undefined;
  const isOpaque = kind.isOpaque || unknownDecorators(module, header).length > 0;
  const auto: AutoForm = kind.mixin === "str" ? (kind.isStrEnum ? "name" : "unknown") : "number";
  const members = isOpaque ? undefined : membersOf(module, header, auto);
  const values = [...(members?.values() ?? [])];
  const passes = kind.mixin !== undefined;
  return { name: header.name.text, value: valueType(kind, members && values), members: members ?? new Map(), passes };
}

/** The literal type of one value. */
export function literalType(value: LiteralValue): PlanType {
  return { kind: "literal", values: [value] };
}

interface Kind {
  readonly isEnum: boolean;
  readonly isFlag: boolean;
  readonly isStrEnum: boolean;
  /** The other type of the members. */
  readonly mixin: "str" | "int" | "float" | undefined;
  /** Whether something may change the written values. */
  readonly isOpaque: boolean;
}

const MAX_BASES = 16;
const NO_KIND: Kind = { isEnum: false, isFlag: false, isStrEnum: false, mixin: undefined, isOpaque: false };

const KINDS: ReadonlyMap<string, Partial<Kind>> = new Map<string, Partial<Kind>>([
  ["enum.Enum", { isEnum: true }],
  ["enum.ReprEnum", { isEnum: true }],
  ["enum.IntEnum", { isEnum: true, mixin: "int" }],
  ["enum.StrEnum", { isEnum: true, mixin: "str", isStrEnum: true }],
  ["strenum.StrEnum", { isEnum: true, mixin: "str", isOpaque: true }],
  ["enum.Flag", { isEnum: true, isFlag: true }],
  ["enum.IntFlag", { isEnum: true, isFlag: true, mixin: "int" }],
  ...(["str", "int", "float"] as const).map((mixin) => [mixin, { mixin }] as const),
  ["object", {}],
]);

/** Names in the body of an enumeration that change the written values. */
const VALUE_OVERRIDES = ["__new__", "_generate_next_value_", "value", "_value_", "__getattribute__"];

function kindOf(code: ModelCode, header: ClassHeader, module: PythonModule, left: number): Kind | undefined {
  let kind = NO_KIND;
  for (const base of header.bases.positional) {
    const full = fullPath(base.text, namesOf(module));
    const known = full === undefined ? undefined : KINDS.get(full.replace(/^builtins\./, ""));
    const meaning = known === undefined && left > 0 ? code.python.meaningOf(code.root, module, base.text) : undefined;
    const inherited = meaning?.kind === "class" ? kindOf(code, meaning.header, meaning.module, left - 1) : undefined;
    const found = known ?? inherited ?? { isOpaque: true };
    kind = {
      isEnum: kind.isEnum || found.isEnum === true,
      isFlag: kind.isFlag || found.isFlag === true,
      isStrEnum: kind.isStrEnum || found.isStrEnum === true,
      mixin: kind.mixin ?? found.mixin,
      isOpaque: kind.isOpaque || found.isOpaque === true,
    };
  }
  const isChanged = VALUE_OVERRIDES.some((name) => bodyBinding(header, name) !== undefined);
  const isOpaque = kind.isOpaque || isChanged || header.bases.isOpen || header.isBroken;
  return { ...kind, isOpaque: isOpaque || header.bases.keywords.length > 0 };
}

function valueType(kind: Kind, values: readonly (LiteralValue | undefined)[] | undefined): PlanType | undefined {
  if (values === undefined || values.length === 0) return undefined;
  // Flags can be combined to values that no member has.
  if (kind.isFlag) return values.some((value) => typeof value === "string") ? undefined : { kind: "integer" };
  const literals = values.filter((value) => value !== undefined);
  const isAsMixin = literals.every((value) => fits(kind.mixin, value));
  if (literals.length === values.length && isAsMixin) return { kind: "literal", values: [...new Set(literals)] };
  if (kind.mixin === undefined) return undefined;
  // The type of the members converts the written values.
  return { kind: kind.mixin === "str" ? "text" : kind.mixin === "int" ? "integer" : "number" };
}

function fits(mixin: Kind["mixin"], value: LiteralValue): boolean {
  if (mixin === undefined) return true;
  if (mixin === "str") return typeof value === "string";
  return typeof value === "number" && (mixin === "float" || Number.isInteger(value));
}
