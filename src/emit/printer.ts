// The only file that knows ts-morph. It is loaded when something is printed (it takes a fifth of a second), and called
// once for a whole file: every further change would print and parse the file again.
import { createRequire } from "node:module";
import type { CodeBlockWriter, SourceFile, StatementStructures, ts as Ts } from "ts-morph";
import { invariant } from "../base/invariant.ts";
import type { Declaration, Emitter } from "./emitter.ts";

/** The emitter that goes through ts-morph. */
export const morphEmitter: Emitter = { print, verify };

/** Prints declarations as TypeScript or JavaScript. */
export function print(declarations: readonly Declaration[]): string {
  const statements = declarations.map((declaration, index) => ({
    ...structure(declaration),
    leadingTrivia: (writer: CodeBlockWriter) => {
      if (index > 0 && declaration.kind !== "import") writer.blankLineIfLastNot();
    },
  }));
  return createFile({ statements }).getFullText();
}

/** Parses printed text again: unless its statements are exactly what was declared, there is a hole in the escaping. */
export function verify(text: string, declarations: readonly Declaration[]): void {
  const file = createFile(text);
  const faults = file.getProject().getProgram().getSyntacticDiagnostics(file);
  invariant(faults.length === 0, `the generated code does not parse: ${faults[0]?.getMessageText()}`);
  const found = outline(file);
  const planned = declarations.map(summary);
  for (let index = 0; index < Math.max(found.length, planned.length); index += 1) {
    const [is, should] = [found[index] ?? "nothing", planned[index] ?? "nothing"];
    invariant(is === should, `the generated code has "${is}" where "${should}" was planned`);
  }
}

type Morph = typeof import("ts-morph");

const require = createRequire(import.meta.url);
let loaded: Morph | undefined;

function load(): Morph {
  loaded ??= require("ts-morph") as Morph;
  return loaded;
}

function createFile(content: string | { statements: StatementStructures[] }): SourceFile {
  const { IndentationText, NewLineKind, Project, QuoteKind } = load();
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    skipFileDependencyResolution: true,
    manipulationSettings: {
      indentationText: IndentationText.TwoSpaces,
      newLineKind: NewLineKind.LineFeed,
      quoteKind: QuoteKind.Double,
    },
  });
  return project.createSourceFile("models.ts", content);
}

function structure(declaration: Declaration): StatementStructures {
  const { StructureKind, VariableDeclarationKind } = load();
  switch (declaration.kind) {
    case "import":
      return {
        kind: StructureKind.ImportDeclaration,
        isTypeOnly: declaration.typeOnly,
        namedImports: [...declaration.names],
        moduleSpecifier: declaration.from,
      };
    case "interface":
      return {
        kind: StructureKind.Interface,
        isExported: true,
        name: declaration.name,
        docs: docs(declaration.doc),
        properties: declaration.properties.map(({ name, type, optional, doc }) => ({
          name,
          type,
          isReadonly: true,
          hasQuestionToken: optional,
          docs: docs([doc]),
        })),
      };
    case "type":
      return {
        kind: StructureKind.TypeAlias,
        isExported: true,
        name: declaration.name,
        docs: docs(declaration.doc),
        type: declaration.type,
      };
    case "const":
      return {
        kind: StructureKind.VariableStatement,
        isExported: declaration.exported,
        docs: docs(declaration.doc),
        declarationKind: VariableDeclarationKind.Const,
        declarations: [
          {
            name: declaration.name,
            initializer: declaration.value,
            ...(declaration.type === undefined ? {} : { type: declaration.type }),
          },
        ],
      };
    case "ambient":
      return {
        kind: StructureKind.VariableStatement,
        isExported: true,
        hasDeclareKeyword: true,
        docs: docs(declaration.doc),
        declarationKind: VariableDeclarationKind.Const,
        declarations: [{ name: declaration.name, type: declaration.type }],
      };
    case "no-exports":
      return { kind: StructureKind.ExportDeclaration };
  }
}

/** One line stays on the line of its comment marks; a line end at the start asks for the long form. */
function docs(lines: readonly string[]): string[] {
  const text = lines.join("\n");
  return text === "" ? [] : [lines.length > 1 ? `\n${text}` : text];
}

/** What `verify` compares of a planned statement … */
function summary(declaration: Declaration): string {
  switch (declaration.kind) {
    case "import":
      return `import ${declaration.typeOnly ? "type " : ""}{ ${declaration.names.join(", ")} } from "${declaration.from}";`;
    case "interface":
      return `export interface ${declaration.name} { ${declaration.properties.map(({ name }) => name).join(" ")} }`;
    case "type":
      return `export type ${declaration.name}`;
    case "const":
      return `${declaration.exported ? "export " : ""}const ${declaration.name}`;
    case "ambient":
      return `export declare const ${declaration.name}`;
    case "no-exports":
      return "export { };";
  }
}

/** … and of each statement that was found. */
function outline(file: SourceFile): readonly string[] {
  const { ts } = load();
  const source = file.compilerNode;
  const nameOf = (node: Ts.Node | undefined): string => node?.getText(source) ?? "?";
  return source.statements.map((statement) => {
    const exported = ts.canHaveModifiers(statement)
      ? (ts.getModifiers(statement) ?? []).map((modifier) => `${nameOf(modifier)} `).join("")
      : "";
    if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)) return nameOf(statement);
    if (ts.isInterfaceDeclaration(statement)) {
      const members = statement.members.map((member) => nameOf(member.name)).join(" ");
      return `${exported}interface ${nameOf(statement.name)} { ${members} }`;
    }
    if (ts.isTypeAliasDeclaration(statement)) return `${exported}type ${nameOf(statement.name)}`;
    if (ts.isVariableStatement(statement)) {
      const { declarations, flags } = statement.declarationList;
      const keyword = flags & ts.NodeFlags.Const ? "const" : "let";
      return `${exported}${keyword} ${declarations.map(({ name }) => nameOf(name)).join(", ")}`;
    }
    return ts.SyntaxKind[statement.kind];
  });
}
