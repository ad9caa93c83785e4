// Prints declarations with nothing but text: for build tools and for whoever has no ts-morph. `printer.ts` gives the same
// bytes, which a test proves.
import type { Declaration, Emitter, Property } from "./emitter.ts";

/** The emitter that loads nothing. */
export const textEmitter: Emitter = { print };

function print(declarations: readonly Declaration[]): string {
  return declarations
    .map((declaration, index) => {
      const gap = index > 0 && declaration.kind !== "import" ? "\n" : "";
      return `${gap}${statement(declaration)}\n`;
    })
    .join("");
}

function statement(declaration: Declaration): string {
  switch (declaration.kind) {
    case "import": {
      const type = declaration.typeOnly ? "type " : "";
      return `import ${type}{ ${declaration.names.join(", ")} } from "${declaration.from}";`;
    }
    case "interface": {
      const { doc, name, properties } = declaration;
      return `${comment(doc)}export interface ${name} {\n${properties.map(property).join("")}}`;
    }
    case "type":
      // The lines of a type are indented below its name.
      return `${comment(declaration.doc)}export type ${declaration.name} = ${declaration.type.replaceAll("\n", "\n  ")};`;
    case "const": {
      const { doc, exported, name, type, value } = declaration;
      return `${comment(doc)}${exported ? "export " : ""}const ${name}${type === undefined ? "" : `: ${type}`} = ${value};`;
    }
    case "ambient":
      return `${comment(declaration.doc)}export declare const ${declaration.name}: ${declaration.type};`;
    case "no-exports":
      return "export { };";
  }
}

function property({ name, type, optional, doc }: Property): string {
  const note = doc === "" ? "" : `  /** ${doc} */\n`;
  return `${note}  readonly ${name}${optional ? "?" : ""}: ${type};\n`;
}

/** One line stays on the line of its comment marks. */
function comment(lines: readonly string[]): string {
  if (lines.every((line) => line === "")) return "";
  if (lines.length === 1) return `/** ${lines[0]} */\n`;
  return `/**\n${lines.map((line) => (line === "" ? " *\n" : ` * ${line}\n`)).join("")} */\n`;
}
