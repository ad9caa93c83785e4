import type { Span } from "../base/source.ts";
import { fullPath } from "./annotation.ts";
import { decoratorPath, unknownDecorators } from "./decorators.ts";
import { type Field, type Fields, fieldsOf } from "./fields.ts";
import { bodyBinding, lookUpDotted, type Search, type Target, type Way } from "./lookup.ts";
import type { ClassHeader, FunctionHeader } from "./module.ts";
import { namesOf } from "./names.ts";
import { type Parameter, withoutFirst } from "./parameters.ts";
import type { ModuleFile } from "./repository.ts";
import type { Doubt } from "./resolution.ts";
import { brokenAt } from "./syntax/broken.ts";
import type { Part } from "./text.ts";

/** What calling a class takes. `default` takes nothing, as `object` does; `unknown` is up to what cannot be read. */
export type Constructor =
  | { readonly kind: "known"; readonly parameters: readonly Parameter[]; readonly doubts: readonly Doubt[] }
  | { readonly kind: "default"; readonly doubts: readonly Doubt[] }
  | { readonly kind: "unknown"; readonly span: Span };

type ClassTarget = Extract<Target, { kind: "class" }>;

/** Bases that bring no constructor of their own. */
const HARMLESS: ReadonlySet<string> = new Set([
  ...["object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing_extensions.Protocol"],
  ...["typing_extensions.Generic", "Generic", "Protocol", "ABC"],
]);

/** Reads what calling a class takes: its `__init__` or `__new__`, its fields, or the constructor of its bases. */
export function constructorOf(search: Search, target: ClassTarget, way: Way): Constructor {
  const { file, header } = target;
  const metaclass = header.bases.keywords.find(({ name }) => name.text === "metaclass")?.value;
  if (metaclass !== undefined && !/^(?:abc\.)?ABCMeta$/.test(metaclass.text))
    return { kind: "unknown", span: metaclass.span };
  for (const name of ["__init__", "__new__"]) {
    const method = bodyBinding(header, name);
    if (method === undefined) continue;
    if (method.kind !== "function") return { kind: "unknown", span: method.name.span };
    return { kind: "known", parameters: withoutFirst(method.parameters), doubts: doubtsAbout(file, header, method) };
  }
  const fields = fieldsOf(file.module, header);
  if (fields?.makesConstructor === true) return fromFields(search, target, fields, way);
  if (fields?.form === "typed-dict") return { kind: "unknown", span: header.name.span };
  for (const base of header.bases.positional) {
    const inherited = constructorOfBase(search, file, base, way);
    if (inherited.kind === "known") {
      return { ...inherited, doubts: [...doubtsAbout(file, header, undefined), ...inherited.doubts] };
    }
    if (inherited.kind === "unknown") return inherited;
  }
  return header.bases.isOpen ? { kind: "unknown", span: header.name.span } : byDefault(file, header);
}

/** Nothing in the class says what it takes; a class that is still being written may yet do so. */
function byDefault(file: ModuleFile, header: ClassHeader): Constructor {
  const broken = brokenAt(file.module);
  const damage: readonly Doubt[] = broken === undefined ? [] : [{ kind: "broken", span: broken }];
  return { kind: "default", doubts: [...doubtsAbout(file, header, undefined), ...damage] };
}

function doubtsAbout(
  { module }: ModuleFile,
  header: ClassHeader,
  method: FunctionHeader | undefined,
): readonly Doubt[] {
  const doubts: Doubt[] = [];
  const decorators = unknownDecorators(module, header).filter(
    (each) => decoratorPath(module, each) !== "dataclasses.dataclass",
  );
  const own = method === undefined ? [] : unknownDecorators(module, method);
  for (const { expression } of [...decorators, ...own]) doubts.push({ kind: "decorator", span: expression.span });
  if (method?.reach === "conditional") doubts.push({ kind: "conditional", span: method.name.span });
  if (method?.isBroken === true) doubts.push({ kind: "broken", span: method.span });
  return doubts;
}

function constructorOfBase(search: Search, file: ModuleFile, base: Part, way: Way): Constructor {
  const found = baseOf(search, file, base, way);
  if (found === "harmless") return { kind: "default", doubts: [] };
  return found === undefined ? { kind: "unknown", span: base.span } : constructorOf(search, found.target, found.way);
}

/** The class that a base names; `undefined` when it is not a class of the repository. */
function baseOf(
  search: Search,
  file: ModuleFile,
  base: Part,
  way: Way,
): { readonly target: ClassTarget; readonly way: Way } | "harmless" | undefined {
  const path = /^[^[(]*/.exec(base.text)?.[0].trim() ?? "";
  const full = fullPath(path, namesOf(file.module));
  if (full !== undefined && HARMLESS.has(full)) return "harmless";
  const { target, way: onward } = lookUpDotted(search, file, path, base.span, way);
  return target.kind === "class" ? { target, way: onward } : undefined;
}

/** The fields of a dataclass behind those of its bases; what stands there twice keeps its first place. */
function fromFields(search: Search, target: ClassTarget, fields: Fields, way: Way): Constructor {
  const all = new Map<string, Field>();
  const doubts = [...doubtsAbout(target.file, target.header, undefined)];
  if (fields.form === "named-tuple") for (const field of fields.fields) all.set(field.name.text, field);
  else collectFields(search, target, fields, way, all, doubts);
  const taken = [...all.values()].filter(({ isParameter }) => isParameter);
  const ordered = [...taken.filter((field) => !field.isKeywordOnly), ...taken.filter((field) => field.isKeywordOnly)];
  const parameters = ordered.map((field): Parameter => {
    const kind = field.isKeywordOnly ? "keyword-only" : "positional-or-keyword";
    return { kind, name: field.name, annotation: field.annotation, default: field.default };
  });
  return { kind: "known", parameters, doubts };
}

function collectFields(
  search: Search,
  { file, header }: ClassTarget,
  { fields }: Fields,
  way: Way,
  all: Map<string, Field>,
  doubts: Doubt[],
): void {
  for (const base of header.bases.positional.toReversed()) {
    const found = baseOf(search, file, base, way);
    if (found === "harmless") continue;
    if (found === undefined) doubts.push({ kind: "base-class", span: base.span });
    else {
      const inherited = fieldsOf(found.target.file.module, found.target.header);
      // A base that is no dataclass may still have bases that are.
      const own =
        inherited?.form === "dataclass"
          ? inherited
          : ({ form: "dataclass", fields: [], makesConstructor: false } as const);
      collectFields(search, found.target, own, found.way, all, doubts);
    }
  }
  for (const field of fields) all.set(field.name.text, field);
}
