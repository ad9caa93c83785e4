// Unions of string literals are closed: a new member does not compile until every `switch` and every table handles it. These
// tests find `switch` statements that would accept a new member silently, and casts that would hide it.
import { join, relative } from "node:path";
import {
  type AsExpression,
  Node,
  Project,
  type SourceFile,
  type SwitchStatement,
  SyntaxKind,
  type TypeAssertion,
  ts,
} from "ts-morph";
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { ROOT } from "./golden.ts";

/** Files that may use `as unknown as`, at most one in each layer. Currently there are none. */
const MAY_CAST: Readonly<Record<string, string>> = {};

const OPTIONS = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.NodeNext, strict: true } as const;

describe("unions are closed", (test) => {
  const project = new Project({
    tsConfigFilePath: join(ROOT, "tsconfig.json"),
    skipAddingFilesFromTsConfig: true,
  });
  const files = ["src", "grammar"].flatMap((folder) => project.addSourceFilesAtPaths(join(ROOT, folder, "**/*.ts")));

  test("a `switch` over a union lists each of its members, and has no `default`", () => {
    assert.ok(files.length > 400, `${files.length} files`);
    assert.equal(files.flatMap(openSwitches), []);
  });

  test("`as unknown as` is used only in the listed files", () => {
    const found = files.filter((file) => casts(file).length > 0).map(nameOf);
    assert.equal(found, Object.keys(MAY_CAST));
    const layers = found.map((name) => name.split("/").slice(0, 2).join("/"));
    assert.is(new Set(layers).size, layers.length);
  });

  test("the search finds open `switch` statements and casts", () => {
    const text = `
      type Kind = "a" | "b";
      export function open(kind: Kind | undefined): number {
        switch (kind) {
          case "a": return 1;
          default: return 2;
        }
      }
      export function short(value: { readonly kind: Kind }): void {
        switch (value.kind) {
          case "a": console.log(value);
        }
      }
      export function closed(kind: Kind): number {
        switch (kind) {
          case "a": return 1;
          case "b": return 2;
          default: return kind satisfies never;
        }
      }
      export function free(text: string, value: unknown): string {
        switch (typeof value) { default: }
        switch (text) {
          case "a": return "b";
          default: return (value as unknown) as string;
        }
      }
      export const cast = [1 as unknown as string, <string>(<unknown>1)];`;
    const file = new Project({ compilerOptions: OPTIONS, useInMemoryFileSystem: true }).createSourceFile("a.ts", text);
    const found = openSwitches(file).map((each) => each.replace(/^.*?:/, ""));
    assert.equal(found, ["4: `kind` has a `default`", '10: `value.kind` may be "b"']);
    assert.is(casts(file).length, 3);
  });
});

/** Every `switch` that would silently accept a new member of its union. */
function openSwitches(file: SourceFile): readonly string[] {
  return file.getDescendantsOfKind(SyntaxKind.SwitchStatement).flatMap((statement) => {
    const problem = whyOpen(statement);
    return problem === undefined ? [] : [`${nameOf(file)}:${statement.getStartLineNumber()}: ${problem}`];
  });
}

/** Why a `switch` is open. The values of `typeof` are fixed by the language, and a plain string has no members. */
function whyOpen(statement: SwitchStatement): string | undefined {
  const discriminant = statement.getExpression();
  if (Node.isTypeOfExpression(discriminant)) return undefined;
  const type = discriminant.getType();
  const members = (type.isUnion() ? type.getUnionTypes() : [type]).filter((member) => member.isStringLiteral());
  if (members.length === 0) return undefined;
  const clauses = statement.getClauses();
  const isOpen = clauses.some((clause) => Node.isDefaultClause(clause) && !isExhaustive(clause));
  if (isOpen) return `\`${discriminant.getText()}\` has a \`default\``;
  const labels = clauses.flatMap((clause) => (Node.isCaseClause(clause) ? [clause.getExpression().getType()] : []));
  const listed = new Set(labels.map((label) => label.getLiteralValue()));
  const missing = members.filter((member) => !listed.has(member.getLiteralValue()));
  if (missing.length === 0) return undefined;
  return `\`${discriminant.getText()}\` may be ${missing.map((member) => member.getText()).join(", ")}`;
}

/** Whether a `default` proves that all members are handled. */
function isExhaustive(clause: Node): boolean {
  return clause
    .getDescendantsOfKind(SyntaxKind.SatisfiesExpression)
    .some((each) => each.getTypeNode()?.getKind() === SyntaxKind.NeverKeyword);
}

/** Every `as unknown as`, in any spelling. */
function casts(file: SourceFile): readonly Node[] {
  return file.getDescendants().filter((node) => {
    if (!isCast(node)) return false;
    let inner: Node = node.getExpression();
    while (Node.isParenthesizedExpression(inner)) inner = inner.getExpression();
    return isCast(inner) && inner.getTypeNode()?.getKind() === SyntaxKind.UnknownKeyword;
  });
}

function isCast(node: Node): node is AsExpression | TypeAssertion {
  return Node.isAsExpression(node) || Node.isTypeAssertion(node);
}

function nameOf(file: SourceFile): string {
  return relative(ROOT, file.getFilePath()).replaceAll("\\", "/");
}
