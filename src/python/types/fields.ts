import { rememberPart } from "../../base/remember.ts";
import type { AssignedValue, ClassHeader, PythonModule } from "../module.ts";
import { type Arguments, readCall } from "../text/arguments.ts";
import type { Part } from "../text/text.ts";
import { fullPath } from "./annotation.ts";
import { type Expression, parseExpression } from "./annotation-syntax.ts";
import { decoratorPath } from "./decorators.ts";
import { namesOf } from "./names-in-module.ts";

/** An annotated name in the body of a class whose annotations determine its constructor or its keys. */
export interface Field {
  readonly name: Part;
  readonly annotation: Part;
  /** The default as written; for `field(default_factory=…)`, the entire call. */
  readonly default: Part | undefined;
  /** Whether it is keyword-only. */
  readonly isKeywordOnly: boolean;
  /** Whether the constructor takes it. */
  readonly isParameter: boolean;
  /** Whether it is required; in a `TypedDict`, whether the key is always present. */
  readonly isRequired: boolean;
}

/** A class whose annotations declare its fields; only those in its own body. */
export interface Fields {
  readonly form: "dataclass" | "named-tuple" | "typed-dict";
  readonly fields: readonly Field[];
  /** Whether the constructor is generated from the fields. */
  readonly generatesConstructor: boolean;
}

const DATACLASS = "dataclasses.dataclass";

/** Reads a dataclass, a `NamedTuple` or a `TypedDict`; `undefined` for any other class. */
export const fieldsOf: (module: PythonModule, header: ClassHeader) => Fields | undefined = rememberPart(readFields);

function readFields(module: PythonModule, header: ClassHeader): Fields | undefined {
  const names = namesOf(module);
  const decorator = header.decorators.find((each) => decoratorPath(module, each) === DATACLASS);
  if (decorator !== undefined) {
    const options = readCall(decorator.expression)?.arguments;
    const isKeywordOnly = isSet(options, "kw_only", "True");
    return {
      form: "dataclass",
      fields: dataclassFields(module, header, isKeywordOnly),
      generatesConstructor: !isSet(options, "init", "False"),
    };
  }
  const bases = header.bases.positional.map(({ text }) => fullPath(text, names) ?? "");
  if (bases.some((base) => /^(?:(?:typing(?:_extensions)?\.)?NamedTuple|(?:collections\.)?namedtuple)$/.test(base))) {
    return {
      form: "named-tuple",
      fields: annotated(header).map((each) => plainField(each, false)),
      generatesConstructor: true,
    };
  }
  const isTypedDict = bases.some((base) => /^(?:typing(?:_extensions)?\.)?TypedDict$/.test(base));
  return isTypedDict ? typedDictFields(module, header) : undefined;
}

/** The keys declared in the body of a `TypedDict`, including one that only inherits from another. */
export function typedDictFields(module: PythonModule, header: ClassHeader): Fields {
  const isTotal = !isSet(header.bases, "total", "False");
  const fields = annotated(header).map((each): Field => {
    const presence = qualifiersOf(module, each.annotation).find((qualifier) => /Required$/.test(qualifier));
    return { ...plainField(each, true), isRequired: presence === undefined ? isTotal : presence === "Required" };
  });
  return { form: "typed-dict", fields, generatesConstructor: false };
}

/** The annotated names in the body of a class that declares its instances' fields: of pydantic, attrs or msgspec. */
export function objectFields(module: PythonModule, header: ClassHeader): readonly Field[] {
  return annotated(header)
    .filter((each) => !qualifiersOf(module, each.annotation).includes("ClassVar"))
    .map((each) => plainField(each, true));
}

/** The annotated names in a class body. A duplicate has its first position and its last value. */
function annotated({ body }: ClassHeader): readonly (AssignedValue & { readonly annotation: Part })[] {
  const found = new Map<string, AssignedValue & { readonly annotation: Part }>();
  const values = new Map<string, Part>();
  for (const each of body) {
    if (each.kind !== "value") continue;
    const { annotation, value, name } = each;
    if (value !== undefined) values.set(name.text, value);
    if (annotation !== undefined) found.set(name.text, { ...each, annotation });
  }
  return [...found].map(([name, each]) => ({ ...each, value: values.get(name) }));
}

function plainField(
  { name, annotation, value }: AssignedValue & { readonly annotation: Part },
  isKeywordOnly: boolean,
): Field {
  return { name, annotation, default: value, isKeywordOnly, isParameter: true, isRequired: value === undefined };
}

/** The fields declared in the body of a dataclass. */
export function dataclassFields(module: PythonModule, header: ClassHeader, isKeywordOnly: boolean): readonly Field[] {
  const fields: Field[] = [];
  let isAfterMarker = isKeywordOnly;
  for (const each of annotated(header)) {
    const qualifiers = qualifiersOf(module, each.annotation);
    if (qualifiers.includes("KW_ONLY")) isAfterMarker = true;
    else if (!qualifiers.includes("ClassVar")) fields.push(dataclassField(module, plainField(each, isAfterMarker)));
  }
  return fields;
}

/** Applies `x: T = field(default=…, init=False, kw_only=True)` to a field. */
export function dataclassField(module: PythonModule, plain: Field): Field {
  const call = plain.default === undefined ? undefined : readCall(plain.default);
  if (call === undefined || fullPath(call.name, namesOf(module)) !== "dataclasses.field") return plain;
  const option = (name: string) => call.arguments.keywords.find((each) => each.name.text === name)?.value;
  const value = option("default") ?? (option("default_factory") === undefined ? undefined : plain.default);
  const isKeywordOnly = option("kw_only") === undefined ? plain.isKeywordOnly : option("kw_only")?.text === "True";
  return {
    ...plain,
    default: value,
    isKeywordOnly,
    isParameter: option("init")?.text !== "False",
    isRequired: value === undefined,
  };
}

function isSet(options: Arguments | undefined, name: string, value: string): boolean {
  return options?.keywords.some((each) => each.name.text === name && each.value.text === value) === true;
}

/**
 * The last components of the qualifiers around a type: for `ReadOnly[typing.NotRequired[int]]`, these are `ReadOnly`
 * and `NotRequired`, then the name of the type itself. Also works inside a string.
 */
export function qualifiersOf(module: PythonModule, annotation: Part): readonly string[] {
  const found: string[] = [];
  let expression: Expression | undefined = parseExpression(annotation.text);
  while (expression !== undefined && found.length < MAX_QUALIFIERS) {
    if (expression.kind === "literal" && typeof expression.value === "string")
      expression = parseExpression(expression.value);
    const head: Expression = expression.kind === "item" ? expression.of : expression;
    const path: string | undefined = head.kind === "name" ? fullPath(head.path, namesOf(module)) : undefined;
    if (path === undefined) break;
    const name: string = path.slice(path.lastIndexOf(".") + 1);
    found.push(name);
    expression = expression.kind === "item" && QUALIFIERS.has(name) ? expression.items[0] : undefined;
  }
  return found;
}

const MAX_QUALIFIERS = 8;
const QUALIFIERS: ReadonlySet<string> = new Set(["Annotated", "Final", "NotRequired", "ReadOnly", "Required"]);
