// The only file that uses ts-morph. It is loaded only to verify (which takes a fifth of a second), and called once per
// file. Building the code from ts-morph structures would print the same bytes in three times the time.
import { createRequire } from "node:module";
import type { SourceFile, ts as Ts } from "ts-morph";
import { invariant } from "../base/invariant.ts";
import type { Declaration, Emitter } from "./emitter.ts";
import { print, propertyText, statementText } from "./text-printer.ts";

/** The emitter that verifies its output with ts-morph. */
export const morphEmitter: Emitter = { print, verify };

/**
 * Parses a printed module. Throws unless the compiler finds exactly the declared statements, each with exactly its
 * text; any difference is a bug in the escaping.
 */
export function verify(text: string, declarations: readonly Declaration[]): void {
  const source = parse(text).compilerNode;
  const { parseDiagnostics } = source as Ts.SourceFile & { readonly parseDiagnostics: readonly Ts.Diagnostic[] };
  const [error] = parseDiagnostics;
  invariant(error === undefined, `the generated code does not parse: ${messageOf(error?.messageText)}`);
  const count = Math.max(source.statements.length, declarations.length);
  for (let index = 0; index < count; index += 1) {
    compare(actualOutline(source, source.statements[index]), expectedOutline(declarations[index]));
  }
}

type Morph = typeof import("ts-morph");

const require = createRequire(import.meta.url);
let loaded: Morph | undefined;

function load(): Morph {
  loaded ??= require("ts-morph") as Morph;
  return loaded;
}

function parse(text: string): SourceFile {
  const { Project } = load();
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    skipFileDependencyResolution: true,
  });
  return project.createSourceFile("models.ts", text);
}

function messageOf(text: string | Ts.DiagnosticMessageChain | undefined): string {
  return typeof text === "object" ? text.messageText : (text ?? "");
}

/** A statement split into parts without comments: its text, or the head of an interface and its properties. */
type Outline = readonly string[];

function compare(found: Outline, wanted: Outline): void {
  for (let index = 0; index < Math.max(found.length, wanted.length); index += 1) {
    const [is, should] = [found[index] ?? "nothing", wanted[index] ?? "nothing"];
    invariant(is === should, `the generated code has "${shown(is)}" where "${shown(should)}" was expected`);
  }
}

const shown = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)} …` : text);

/** The expected outline of a declaration. */
function expectedOutline(declaration: Declaration | undefined): Outline {
  if (declaration === undefined) return [];
  if (declaration.kind !== "interface") return [`${declaration.kind}: ${statementText(declaration)}`];
  const { name, properties } = declaration;
  return [`interface: export interface ${name} {`, ...properties.map((property) => propertyText(property))];
}

/** The outline that the compiler found. */
function actualOutline(source: Ts.SourceFile, statement: Ts.Statement | undefined): Outline {
  const { ts } = load();
  if (statement === undefined) return [];
  const textOf = (node: Ts.Node, end = node.end): string => source.text.slice(node.getStart(source), end);
  if (ts.isInterfaceDeclaration(statement)) {
    const { members } = statement;
    return [
      `interface: ${textOf(statement, members.pos)}`,
      ...members.map((member) => (ts.isPropertySignature(member) ? "" : "not a property: ") + textOf(member)),
    ];
  }
  return [`${kindOf(statement)}: ${textOf(statement)}`];
}

function kindOf(statement: Ts.Statement): Declaration["kind"] | "another statement" {
  const { ts } = load();
  if (ts.isImportDeclaration(statement)) return "import";
  if (ts.isTypeAliasDeclaration(statement)) return "type";
  if (ts.isExportDeclaration(statement)) return "no-exports";
  if (ts.isFunctionDeclaration(statement) && statement.body?.statements.length === 1) return "function";
  if (!ts.isVariableStatement(statement) || statement.declarationList.declarations.length !== 1) {
    return "another statement";
  }
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ? "ambient" : "const";
}
