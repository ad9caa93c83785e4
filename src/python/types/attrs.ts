import { rememberPart } from "../../base/remember.ts";
import type { AssignedValue, ClassHeader, PythonModule } from "../module.ts";
import { readCall } from "../text/arguments.ts";
import { fullPath } from "./annotation.ts";
import { decoratorPath } from "./decorators.ts";
import { type Field, qualifiersOf } from "./fields.ts";
import { namesOf } from "./names-in-module.ts";

/** An attrs class, with the fields of its own body as its constructor takes them. */
export interface AttrsClass {
  readonly fields: readonly Field[];
  readonly generatesConstructor: boolean;
  /** Whether the generated constructor replaces an `__init__` in the body. */
  readonly replacesInit: boolean;
  /** Whether code outside of the body may determine the fields. */
  readonly isOpen: boolean;
}

const CLASS = /^attrs?\.(define|mutable|frozen|s|attrs|dataclass)$/;
const FIELD = /^attrs?\.(?:field|ib|attrib)$/;

/** Reads a class decorated by attrs; `undefined` for any other class. */
export const attrsClass: (module: PythonModule, header: ClassHeader) => AttrsClass | undefined =
  rememberPart(readClass);

function readClass(module: PythonModule, header: ClassHeader): AttrsClass | undefined {
  const decorator = header.decorators.find((each) => CLASS.test(decoratorPath(module, each) ?? ""));
  const form = decorator && CLASS.exec(decoratorPath(module, decorator) ?? "")?.[1];
  if (decorator === undefined || form === undefined) return undefined;
  const options = readCall(decorator.expression)?.arguments;
  const option = (name: string) => options?.keywords.find((each) => each.name.text === name)?.value.text;
  const isOld = form === "s" || form === "attrs";
  const values = header.body.filter((each) => each.kind === "value");
  const hasBareCall = values.some((each) => each.annotation === undefined && fieldCall(module, each) !== undefined);
  const automatic = option("auto_attribs") ?? (form === "dataclass" ? "True" : isOld ? "False" : undefined);
  const isAutomatic = automatic === undefined || automatic === "None" ? !hasBareCall : automatic === "True";
  const isKeywordOnly = option("kw_only") !== undefined && option("kw_only") !== "False";
  const known = new Set(["init", "kw_only", "auto_attribs", "slots", "frozen", "repr", "eq", "order", "hash"]);
  for (const name of ["unsafe_hash", "str", "cmp", "weakref_slot", "cache_hash", "auto_exc", "getstate_setstate"])
    known.add(name);
  const isOpen =
    options !== undefined &&
    (options.isOpen || options.positional.length > 0 || options.keywords.some(({ name }) => !known.has(name.text)));
  const defaulted = new Set(
    header.body.flatMap((each) => (each.kind === "function" ? defaultOf(each.decorators) : [])),
  );
  const fields = new Map<string, Field>();
  for (const each of values) {
    const field = readField(module, each, isAutomatic, isKeywordOnly, defaulted);
    if (field !== undefined) fields.set(each.name.text, field);
  }
  return {
    fields: [...fields.values()],
    generatesConstructor: option("init") !== "False",
    replacesInit: isOld || form === "dataclass",
    isOpen,
  };
}

/** The fields whose default is set by a method decorated with `@x.default`. */
function defaultOf(decorators: ClassHeader["decorators"]): readonly string[] {
  return decorators.flatMap(({ name }) => (name?.endsWith(".default") ? [name.slice(0, -".default".length)] : []));
}

function fieldCall(module: PythonModule, { value }: AssignedValue) {
  const call = value && readCall(value);
  return call !== undefined && FIELD.test(fullPath(call.name, namesOf(module)) ?? "") ? call.arguments : undefined;
}

function readField(
  module: PythonModule,
  each: AssignedValue,
  isAutomatic: boolean,
  areKeywordOnly: boolean,
  defaulted: ReadonlySet<string>,
): Field | undefined {
  const { name, annotation, value } = each;
  const call = fieldCall(module, each);
  if (annotation !== undefined && qualifiersOf(module, annotation).includes("ClassVar")) return undefined;
  if (call === undefined && (annotation === undefined || !isAutomatic)) return undefined;
  const option = (key: string) => call?.keywords.find((keyword) => keyword.name.text === key)?.value;
  const alias = option("alias");
  const given = call === undefined ? value : (option("default") ?? option("factory") ?? call.positional[0]);
  const hasDefault = given !== undefined || defaulted.has(name.text);
  return {
    // The constructor takes `_x` as `x`.
    name: { ...name, text: alias?.text.replace(/^["']|["']$/g, "") ?? name.text.replace(/^_+/, "") },
    // A converter determines the type of the argument.
    annotation:
      annotation === undefined || option("converter") !== undefined ? { ...name, text: "object" } : annotation,
    default: given ?? (hasDefault ? name : undefined),
    isKeywordOnly: option("kw_only") === undefined ? areKeywordOnly : option("kw_only")?.text === "True",
    isParameter: option("init")?.text !== "False",
    isRequired: !hasDefault,
  };
}
