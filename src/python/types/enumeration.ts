import type { Binding, ClassHeader, PythonModule } from "../module.ts";
import { cursorOverPart, readCall, readDotted } from "../text/arguments.ts";
import { type LiteralValue, takeLiteral } from "../text/literal.ts";
import type { Part } from "../text/text.ts";
import { fullPath } from "./annotation.ts";
import { namesOf } from "./names-in-module.ts";

/** How an enumeration generates the values of `auto()`: consecutive numbers, the name, or unknown. */
export type AutoForm = "number" | "name" | "unknown";

/** The members of an enumeration by name; the value is `undefined` if it is not a literal. */
export type Members = ReadonlyMap<string, LiteralValue | undefined>;

/** Reads the members in the body of an enumeration; `undefined` if there may be others. */
export function membersOf(module: PythonModule, { body }: ClassHeader, auto: AutoForm): Members | undefined {
  const members = new Map<string, LiteralValue | undefined>();
  for (const binding of body) {
    if (binding.kind === "function" || binding.kind === "import" || binding.kind === "import-from") continue;
    if (!isMember(binding)) return undefined;
    const { name, value } = binding;
    // Private and special names are not members; a bare annotation does not bind anything.
    if (value === undefined || name.text.startsWith("_")) continue;
    members.set(name.text, memberValue(module, name.text, value, auto, members));
  }
  return members;
}

function isMember(binding: Binding): binding is Extract<Binding, { kind: "value" }> {
  return binding.kind === "value" && binding.reach === "always";
}

function memberValue(
  module: PythonModule,
  name: string,
  value: Part,
  auto: AutoForm,
  before: Members,
): LiteralValue | undefined {
  const cursor = cursorOverPart(value);
  const literal = takeLiteral(cursor);
  if (literal !== undefined && cursor.kind === "end") return literal;
  const other = readDotted(value);
  if (other !== undefined) return before.get(other);
  const call = readCall(value);
  if (call === undefined || fullPath(call.name, namesOf(module)) !== "enum.auto") return undefined;
  if (auto === "name") return name.toLowerCase();
  return auto === "number" ? next([...before.values()]) : undefined;
}

/** The number after the last one. Python versions differ if the last one is not the highest. */
function next(values: readonly (LiteralValue | undefined)[]): number | undefined {
  const numbers = values.filter((value) => typeof value === "number");
  if (numbers.length < values.length) return undefined;
  const highest = Math.max(0, ...numbers);
  return numbers.length === 0 || numbers.at(-1) === highest ? highest + 1 : undefined;
}
