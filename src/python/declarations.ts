// Reduces modules to the lines that declare some functions: their headers and docstrings, the classes and aliases that their
// annotations name, and the imports in between. Bodies of functions become one line that returns the same kind of value. Lines
// keep their numbers, so places in the reduced text are places in the file.
import { concealedSource } from "../base/conceal.ts";
import { remember } from "../base/remember.ts";
import { positionAt, type Source } from "../base/source.ts";
import { findTokens } from "../base/token-shapes.ts";
import { isGenerator, isStub, returnsValue } from "./calls/generator.ts";
import { findNonListReturn } from "./calls/returns.ts";
import type { Binding, FunctionHeader, PythonModule } from "./module.ts";
import { bodyLines, linesOf } from "./text/lines.ts";
import { cursorOver } from "./text/tokens.ts";

/** The lines of a file by their numbers, which start at 1. */
export type NumberedLines = ReadonlyMap<number, string>;

/** The lines of modules that declare the functions with these names, and everything that they name. */
export function declarationsOf(
  modules: readonly PythonModule[],
  names: Iterable<string>,
): ReadonlyMap<PythonModule, NumberedLines> {
  const statements = modules.flatMap(statementsOf);
  const byName = new Map<string, Statement[]>();
  for (const statement of statements) {
    for (const name of statement.triggers) byName.set(name, [...(byName.get(name) ?? []), statement]);
  }
  const kept = new Set<Statement>();
  const wanted = new Set(names);
  // A set also visits what is added to it meanwhile.
  for (const name of wanted) {
    for (const statement of byName.get(name) ?? []) {
      if (kept.has(statement)) continue;
      kept.add(statement);
      for (const other of statement.needs()) wanted.add(other);
    }
  }
  const reduced = new Map<PythonModule, Map<number, string>>();
  for (const statement of statements) {
    const { module } = statement;
    const lines = reduced.get(module) ?? new Map<number, string>();
    if (kept.has(statement) || statement.isAlways)
      for (const [number, line] of statement.lines()) lines.set(number, line);
    reduced.set(module, lines);
  }
  return reduced;
}

/** All lines of a module that are not blank. */
export function allLines(module: PythonModule): NumberedLines {
  const text = shownLines(module.source);
  return new Map(text.flatMap((line, i) => (line.trim() === "" ? [] : [[i + 1, line] as const])));
}

/** A statement at the top of a module, with everything below it. */
interface Statement {
  readonly module: PythonModule;
  /** It is kept if one of these names is wanted: those that it binds, or those that it mentions if it binds none. */
  readonly triggers: ReadonlySet<string>;
  /** Whether it affects any name. */
  readonly isAlways: boolean;
  /** The names that it needs in turn. */
  readonly needs: () => Iterable<string>;
  readonly lines: () => NumberedLines;
}

/** Statements that may change any name of a module, or of a class. */
const DYNAMIC = /\b(?:globals|exec|eval|setattr|__getattr__|__all__)\b|\bsys\s*\.\s*modules\b/;

function statementsOf(module: PythonModule): readonly Statement[] {
  const { source, bindings } = module;
  const { lines } = linesOf(source);
  const ranges: { start: number; end: number }[] = [];
  let isDecorated = false;
  for (const { start, end, indent } of lines) {
    const last = ranges[ranges.length - 1];
    const continues =
      indent > 0 || isDecorated || /^(?:elif|else|except|finally)\b/.test(source.text.slice(start, end));
    if (continues && last !== undefined) last.end = end;
    else ranges.push({ start, end });
    isDecorated = indent === 0 && source.text[start] === "@";
  }
  const within = new Map<number, Binding[]>();
  for (const binding of bindings) {
    const at = rangeAt(ranges, placeOf(binding));
    within.set(at, [...(within.get(at) ?? []), binding]);
  }
  return ranges.map((range, i) => statementOf(module, range, within.get(i) ?? []));
}

function placeOf(binding: Binding): number {
  return binding.kind === "import-star" ? binding.from.span.start : binding.name.span.start;
}

/** The index of the range that contains an offset. */
function rangeAt(ranges: readonly { readonly start: number }[], offset: number): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function statementOf(
  module: PythonModule,
  range: { readonly start: number; readonly end: number },
  bindings: readonly Binding[],
): Statement {
  const text = module.source.text.slice(range.start, range.end);
  const bound = bindings.flatMap((binding) => (binding.kind === "import-star" ? [] : [binding.name.text]));
  const isScript = /^if\s+__name__\b/.test(text);
  const isText = bindings.length === 0 && /^[A-Za-z]{0,2}["']/.test(text);
  const isImport = bindings.length > 0 && bindings.every(({ kind }) => /^import/.test(kind));
  const isAlways =
    !isScript &&
    !isText &&
    (bindings.some(({ kind }) => kind === "import-star") ||
      /^from\s+__future__\b/.test(text) ||
      isDynamic(text, bindings));
  const lines = once(() => linesIn(module, range, bindings));
  return {
    module,
    isAlways,
    triggers: new Set(isScript || isText ? [] : bound.length > 0 ? bound : identifiersIn(text)),
    needs: () => (isImport ? importedNames(bindings) : identifiersIn([...lines().values()].join("\n"))),
    lines,
  };
}

function isDynamic(text: string, bindings: readonly Binding[]): boolean {
  const isDefinition = bindings.some(({ kind }) => kind === "function" || kind === "class");
  return DYNAMIC.test(isDefinition ? bindings.map((each) => ("name" in each ? each.name.text : "")).join(" ") : text);
}

/** The names in other modules that imports name. */
function importedNames(bindings: readonly Binding[]): readonly string[] {
  return bindings.flatMap((binding) => (binding.kind === "import-from" ? [binding.imported.text] : []));
}

function identifiersIn(text: string): Set<string> {
  return new Set(Array.from(text.matchAll(/[\p{L}_][\p{L}\p{N}_]*/gu), ([name]) => name.normalize("NFKC")));
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The lines of a file. Tokens of known formats are masked. */
const shownLines = remember((source: Source): readonly string[] => {
  return concealedSource(source, findTokens(source.text)).text.split(/\r?\n/);
});

function linesIn(
  module: PythonModule,
  { start, end }: { readonly start: number; readonly end: number },
  bindings: readonly Binding[],
): NumberedLines {
  const { source } = module;
  const shown = shownLines(source);
  const [first, last] = [lineOf(source, start), lineOf(source, end)];
  const lines = new Map<number, string>();
  for (let number = first; number <= last; number++) {
    const line = shown[number - 1] ?? "";
    if (line.trim() !== "") lines.set(number, line);
  }
  for (const header of functionsIn(bindings)) shorten(module, header, lines, shown);
  return lines;
}

function lineOf(source: Source, offset: number): number {
  return positionAt(source, offset).line;
}

/** The functions and the methods of classes, also of nested ones. */
function functionsIn(bindings: readonly Binding[]): readonly FunctionHeader[] {
  return bindings.flatMap((binding) => {
    if (binding.kind === "function") return [binding];
    return binding.kind === "class" ? functionsIn(binding.body) : [];
  });
}

/** Replaces the body of a function after its docstring by one line. */
function shorten(
  module: PythonModule,
  header: FunctionHeader,
  lines: Map<number, string>,
  shown: readonly string[],
): void {
  const { source } = module;
  const [first, ...rest] = bodyLines(header.span);
  // A body on the line of its header is short.
  if (first === undefined || first.start === header.span.end) return;
  const hasDocstring = cursorOver(linesOf(source).from, first.start, first.end).kind === "string";
  const body = hasDocstring ? rest : [first, ...rest];
  const [begin, end] = [body[0], body.at(-1)];
  if (begin === undefined || end === undefined) return;
  const from = lineOf(source, begin.start);
  const indent = /^\s*/.exec(shown[from - 1] ?? "")?.[0] ?? "";
  for (let number = from; number <= lineOf(source, end.end); number++) lines.delete(number);
  lines.set(from, `${indent}${shortBody(module, header)}`);
}

/** A statement with the same effect on what is known about the return value of a function. */
function shortBody(module: PythonModule, { span, parameters }: FunctionHeader): string {
  if (isGenerator(span)) return "yield ...";
  const returned = findNonListReturn(module, span, parameters);
  if (returnsValue(span)) {
    const value = returned?.value?.text;
    return value === undefined || /[\r\n]/.test(value) ? "return ..." : `return ${value}`;
  }
  if (isStub(span)) return "...";
  return returned?.what === "nothing" ? "_ = ..." : "assert ...";
}
