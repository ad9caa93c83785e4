import type { PythonCode } from "../infer/python-code.ts";
import { fullPath } from "../python/annotation.ts";
import { decoratorPath, unknownDecorators } from "../python/decorators.ts";
import { type Field, type Fields, fieldsOf, typedDictFields, wrapperOf } from "../python/fields.ts";
import { bodyBinding } from "../python/lookup.ts";
import type { ClassHeader, PythonModule } from "../python/module.ts";
import { namesOf } from "../python/names.ts";

/** The Python code of a model and its root. */
export interface ModelCode {
  readonly python: PythonCode;
  readonly root: string;
}

/** A field with the module in which its annotation has its meaning. */
export interface OwnedField {
  readonly field: Field;
  readonly module: PythonModule;
}

/** What a class is made of; those that it inherits come first. */
export interface ClassFields {
  readonly form: Fields["form"];
  readonly fields: readonly OwnedField[];
}

/** Bases that bring no field and change nothing. */
const HARMLESS = /^(?:object|(?:abc\.)?ABC|(?:typing(?:_extensions)?\.)?(?:Generic|Protocol|NamedTuple|TypedDict))$/;

/** Methods that make of an instance something else than its fields when it leaves Python. */
const OTHERWISE = ["__new__", "__call__", "__fspath__", "__array_interface__", "__getattribute__", "numpy", "tolist"];

const MAX_CLASSES = 64;
const MAX_FIELDS = 500;

/** The fields of a dataclass, a `NamedTuple` or a `TypedDict` with those of its bases; `undefined` when not all are certain. */
export function classFields(code: ModelCode, header: ClassHeader, module: PythonModule): ClassFields | undefined {
  const found = collect({ code, left: MAX_CLASSES }, header, module);
  if (found?.form === undefined || found.fields.size > MAX_FIELDS) return undefined;
  return { form: found.form, fields: [...found.fields.values()] };
}

interface Collection {
  readonly code: ModelCode;
  /** How many more classes are looked at. */
  left: number;
}

interface Collected {
  /** `undefined` for a class that declares no fields, as a base may. */
  readonly form: Fields["form"] | undefined;
  readonly fields: Map<string, OwnedField>;
}

function collect(collection: Collection, header: ClassHeader, module: PythonModule): Collected | undefined {
  const { code } = collection;
  if (collection.left-- <= 0 || header.isBroken || header.bases.isOpen) return undefined;
  const fields = new Map<string, OwnedField>();
  let inherited: Fields["form"] | undefined;
  // The last base is the first that Python takes fields from.
  for (const base of header.bases.positional.toReversed()) {
    const path = /^[^[(]*/.exec(base.text)?.[0].trim() ?? "";
    if (HARMLESS.test(fullPath(path, namesOf(module)) ?? "")) continue;
    const meaning = code.python.meaningOf(code.root, module, path);
    const found = meaning.kind === "class" ? collect(collection, meaning.header, meaning.module) : undefined;
    if (found === undefined) return undefined;
    inherited = found.form ?? inherited;
    for (const [name, field] of found.fields) fields.set(name, field);
  }
  const own = inherited === "typed-dict" ? typedDictFields(module, header) : fieldsOf(module, header);
  const form = own?.form ?? inherited;
  if (form !== "typed-dict" && !isPlain(module, header)) return undefined;
  for (const field of own?.fields ?? []) {
    // What only the constructor takes is no field of the instance.
    if (wrapperOf(module, field.annotation) !== "InitVar") fields.set(field.name.text, { field, module });
  }
  return { form, fields };
}

/** Whether instances are what their fields say: nothing in the class makes something else of them. */
function isPlain(module: PythonModule, header: ClassHeader): boolean {
  const decorators = unknownDecorators(module, header).filter(
    (each) => decoratorPath(module, each) !== "dataclasses.dataclass",
  );
  const isOther = OTHERWISE.some((name) => bodyBinding(header, name) !== undefined);
  return decorators.length === 0 && header.bases.keywords.length === 0 && !isOther;
}
