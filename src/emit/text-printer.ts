// Prints declarations without loading anything; `printer.ts` verifies the result.
import type { Declaration, Emitter, Property } from "./emitter.ts";

/** The emitter for build tools and for installations without ts-morph. */
export const textEmitter: Emitter = { print };

/** Prints declarations as TypeScript or JavaScript. */
export function print(declarations: readonly Declaration[]): string {
  return declarations
    .map((declaration, index) => {
      const gap = index > 0 && declaration.kind !== "import" ? "\n" : "";
      const doc = "doc" in declaration ? comment(declaration.doc) : "";
      return `${gap}${doc}${statementText(declaration)}\n`;
    })
    .join("");
}

/** Prints a statement without its comment. */
export function statementText(declaration: Declaration): string {
  switch (declaration.kind) {
    case "import": {
      const type = declaration.typeOnly ? "type " : "";
      return `import ${type}{ ${declaration.names.join(", ")} } from "${declaration.from}";`;
    }
    case "interface": {
      const { name, properties } = declaration;
      return `export interface ${name} {\n${properties.map(documented).join("")}}`;
    }
    case "type": {
      // A type on several lines starts below its name.
      const gap = declaration.type.startsWith("\n") ? "" : " ";
      return `export type ${declaration.name} =${gap}${declaration.type};`;
    }
    case "const": {
      const { exported, name, type, value } = declaration;
      return `${exported ? "export " : ""}const ${name}${type === undefined ? "" : `: ${type}`} = ${value};`;
    }
    case "ambient":
      return `export declare const ${declaration.name}: ${declaration.type};`;
    case "function": {
      const { name, parameter, types, result } = declaration;
      if (types === undefined) return `function ${name}(${parameter}) {\n  return ${result};\n}`;
      const head = `function ${name}(${parameter}: ${types.parameter}): ${types.result}`;
      return `${head} {\n  return ${result} as ${types.result};\n}`;
    }
    case "no-exports":
      return "export {};";
  }
}

function documented(property: Property): string {
  const note = property.doc === "" ? "" : `  /** ${property.doc} */\n`;
  return `${note}  ${propertyText(property)}\n`;
}

/** Prints a property without its comment. */
export function propertyText({ name, type, optional }: Property): string {
  return `readonly ${name}${optional ? "?" : ""}: ${type};`;
}

/** A comment of one line stays on one line. */
function comment(lines: readonly string[]): string {
  if (lines.every((line) => line === "")) return "";
  if (lines.length === 1) return `/** ${lines[0]} */\n`;
  return `/**\n${lines.map((line) => (line === "" ? " *\n" : ` * ${line}\n`)).join("")} */\n`;
}
