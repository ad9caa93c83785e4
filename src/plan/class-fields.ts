import type { PythonCode } from "../infer/python-code.ts";
import type { ClassHeader, PythonModule } from "../python/module.ts";
import { bodyBinding } from "../python/names/bindings.ts";
import { readCall } from "../python/text/arguments.ts";
import { fullPath, parseAnnotation } from "../python/types/annotation.ts";
import { decoratorPath, unknownDecorators } from "../python/types/decorators.ts";
import {
  dataclassFields,
  type Field,
  fieldsOf,
  objectFields,
  qualifiersOf,
  typedDictFields,
} from "../python/types/fields.ts";
import { namesOf } from "../python/types/names-in-module.ts";
import type { PythonType } from "../python/types/python-type.ts";
import type { TypeParameter } from "../python/types/type-parameters.ts";
import type { PlanClass, PlanType } from "./execution-plan.ts";

/** The Python code of a model, and the root of its repository. */
export interface ModelCode {
  readonly python: PythonCode;
  readonly root: string;
}

/** The types of the type variables of a class or alias, by their names in its module. */
export type Variables = ReadonlyMap<string, PlanType>;

/** Binds the variables of a generic base to the types in its brackets. */
export type Bind = (
  from: { readonly module: PythonModule; readonly variables: Variables },
  base: readonly PythonType[],
  to: { readonly module: PythonModule; readonly parameters: () => readonly TypeParameter[] },
) => Variables;

/** A field with the module in which the names of its annotation are looked up. */
export interface OwnedField {
  readonly field: Field;
  readonly owner: ClassHeader;
  readonly module: PythonModule;
  readonly variables: Variables;
}

/** The fields of a class. Inherited ones come first. */
export interface ClassFields {
  readonly form: PlanClass["form"];
  readonly fields: readonly OwnedField[];
}

/** Bases that add no fields and change nothing. */
export const NEUTRAL_BASES =
  /^(?:object|(?:abc\.)?ABC|(?:typing(?:_extensions)?\.)?(?:Generic|Protocol|NamedTuple|TypedDict)|(?:collections\.)?namedtuple)$/;

/** Bases that make the annotated names of a class its fields: pydantic, msgspec. */
const OBJECT_BASES =
  /^(?:pydantic(?:\.v1)?(?:\.main)?\.BaseModel|pydantic(?:\.v1)?\.generics\.GenericModel|pydantic_settings\.BaseSettings|msgspec\.Struct)$/;

/** Decorators of attrs that make the annotated names of a class its fields. */
const OBJECT_DECORATORS = /^(?:attrs?\.(?:define|frozen|mutable)|attr\.(?:s|attrs|dataclass))$/;

const DATACLASSES = /^(?:pydantic\.)?dataclasses\.dataclass$/;

/** Methods with which an instance is converted to something else than its fields, or is not an instance at all. */
const CONVERSION_METHODS = [
  ...["__new__", "__call__", "__fspath__", "__array_interface__", "__getattribute__", "__getattr__"],
  ...["numpy", "tolist"],
];

const MAX_CLASSES = 64;
const MAX_FIELDS = 500;

/**
 * The fields of a dataclass, a `NamedTuple`, a `TypedDict` or a class of pydantic, attrs or msgspec, with those of its
 * bases; `undefined` if not all of them are certain.
 */
export function classFields(
  code: ModelCode,
  bind: Bind,
  header: ClassHeader,
  module: PythonModule,
  variables: Variables,
): ClassFields | undefined {
  const found = collect({ code, bind, left: MAX_CLASSES }, header, module, variables);
  if (found?.form === undefined || found.fields.size > MAX_FIELDS) return undefined;
  return { form: found.form, fields: [...found.fields.values()] };
}

interface Collection {
  readonly code: ModelCode;
  readonly bind: Bind;
  /** How many more classes are read. */
  left: number;
}

interface Collected {
  /** `undefined` for a class without fields, such as a plain base. */
  readonly form: PlanClass["form"] | undefined;
  /** Whether annotations are fields in every subclass, even without a decorator. */
  readonly declares: boolean;
  readonly fields: Map<string, OwnedField>;
}

function collect(
  collection: Collection,
  header: ClassHeader,
  module: PythonModule,
  variables: Variables,
): Collected | undefined {
  const { code, bind } = collection;
  if (collection.left-- <= 0 || header.isBroken || header.bases.isOpen) return undefined;
  const fields = new Map<string, OwnedField>();
  let inherited: Collected["form"];
  let declares = false;
  // Python collects fields from the last base first.
  for (const base of header.bases.positional.toReversed()) {
    const path = basePath(base.text);
    const full = fullPath(path, namesOf(module)) ?? "";
    if (NEUTRAL_BASES.test(full)) continue;
    if (OBJECT_BASES.test(full)) {
      inherited = "object";
      declares = true;
      continue;
    }
    const meaning = code.python.meaningOf(code.root, module, path);
    if (meaning.kind !== "class") return undefined;
    const type = parseAnnotation(base.text, namesOf(module));
    const given = type.kind === "reference" ? type.arguments : [];
    const bound = bind({ module, variables }, given, meaning);
    const found = collect(collection, meaning.header, meaning.module, bound);
    if (found === undefined) return undefined;
    inherited = found.form ?? inherited;
    declares ||= found.declares;
    for (const [name, field] of found.fields) fields.set(name, field);
  }
  const own = ownFields(module, header, inherited, declares);
  if (own === undefined) return undefined;
  const form = own.form ?? inherited;
  if (form !== "typed-dict" && !isPlain(module, header, form)) return undefined;
  for (const field of own.fields) {
    // An `InitVar` is a parameter of the constructor, not a field of the instance.
    if (!qualifiersOf(module, field.annotation).includes("InitVar"))
      fields.set(field.name.text, { field, owner: header, module, variables });
  }
  return { form, declares, fields };
}

/** The name of a base without its brackets. */
export function basePath(base: string): string {
  return /^[^[(]*/.exec(base)?.[0].trim() ?? "";
}

interface Own {
  readonly form: Collected["form"];
  readonly fields: readonly Field[];
}

/** The fields in the body of a class; `undefined` if they are declared in an unsupported way. */
function ownFields(
  module: PythonModule,
  header: ClassHeader,
  inherited: Collected["form"],
  declares: boolean,
): Own | undefined {
  if (inherited === "typed-dict") return typedDictFields(module, header);
  const paths = header.decorators.map((each) => decoratorPath(module, each) ?? "");
  const decorator = header.decorators[paths.findIndex((path) => OBJECT_DECORATORS.test(path))];
  if (decorator !== undefined) {
    const isOld = /\.(?:s|attrs)$/.test(decoratorPath(module, decorator) ?? "");
    const isByAnnotation = /\bauto_attribs\s*=\s*True\b/.test(decorator.expression.text);
    const isSure = (!isOld || isByAnnotation) && !header.body.some((each) => isCalledField(module, each));
    return isSure ? { form: "object", fields: objectFields(module, header) } : undefined;
  }
  if (declares) {
    const fields = objectFields(module, header).filter(({ name }) => !/^(?:_|model_config$)/.test(name.text));
    return { form: "object", fields };
  }
  const dataclass = paths.findIndex((path) => /^pydantic\./.test(path) && DATACLASSES.test(path));
  if (dataclass >= 0) return { form: "dataclass", fields: dataclassFields(module, header, false) };
  return fieldsOf(module, header) ?? { form: undefined, fields: [] };
}

/** Whether a binding is `x = attrs.field()` without an annotation. */
function isCalledField(module: PythonModule, binding: ClassHeader["body"][number]): boolean {
  if (binding.kind !== "value" || binding.annotation !== undefined || binding.value === undefined) return false;
  const call = readCall(binding.value);
  return /^attrs?\.(?:field|ib|attrib)$/.test((call && fullPath(call.name, namesOf(module))) ?? "");
}

/** Whether the fields describe the instances: nothing in the class converts them to something else. */
export function isPlain(module: PythonModule, header: ClassHeader, form: Collected["form"]): boolean {
  const decorators = unknownDecorators(module, header).filter((each) => {
    const path = decoratorPath(module, each) ?? "";
    return !DATACLASSES.test(path) && !OBJECT_DECORATORS.test(path);
  });
  const isOther = CONVERSION_METHODS.some((name) => bodyBinding(header, name) !== undefined);
  const keywords = header.bases.keywords.filter(({ name }) => form !== "object" || name.text === "metaclass");
  return decorators.length === 0 && keywords.length === 0 && !isOther;
}
