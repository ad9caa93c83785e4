// Generates `models.d.ts.map`, a source map from the generated declarations to the definition. With it, Go to
// Definition in an editor opens the YAML. It is computed from the printed text, so an existing map can be checked
// without printing.
import { encode, type SourceMapSegment } from "@jridgewell/sourcemap-codec";
import { invariant } from "../base/invariant.ts";
import type { PlanSpan } from "../plan/execution-plan.ts";
import type { Declaration } from "./emitter.ts";
import type { EmitOptions } from "./header.ts";

/** A line that identifies our maps; editors ignore keys that start with `x_`. */
const MARKER = '"x_generator": "modelwright"';

/** The last line of the declarations, which references the map. */
export const MAP_COMMENT = "\n//# sourceMappingURL=models.d.ts.map\n";

/** The declaration map for the printed text of some declarations; `undefined` if the text does not match them. */
export function declarationMap(
  text: string,
  declarations: readonly Declaration[],
  options: EmitOptions,
  file = "models.d.ts",
): string | undefined {
  const anchors = declarations.flatMap(anchorsOf);
  const sources = [...new Set(anchors.flatMap(({ origin }) => (origin === undefined ? [] : [origin.file])))].sort();
  const segments = segmentsOf(text, anchors, sources);
  if (segments === undefined) return undefined;
  const only = sources.length === 1 && segments[0]?.length === 0;
  // The module itself, as in `import * as models`, maps to the definition if there is only one.
  if (only) segments[0]?.push([0, 0, 0, 0]);
  const paths = sources.map((file) => `    ${JSON.stringify(options.root === "./" ? file : options.root + file)}`);
  return `{
  "version": 3,
  "file": ${JSON.stringify(file)},
  "names": [],
  "sources": [${paths.length > 0 ? `\n${paths.join(",\n")}\n  ` : ""}],
  "mappings": "${encode(segments)}",
  ${MARKER}
}
`;
}

/** Whether Modelwright wrote the map, even if it was edited later. */
export function isGeneratedMap(text: string): boolean {
  return text.split("\n").includes(`  ${MARKER}`);
}

/** A name in the declarations: the text before it on its line, and its place in the definition. */
interface Anchor {
  readonly before: string;
  readonly name: string;
  readonly origin: PlanSpan | undefined;
}

function anchorsOf(declaration: Declaration): readonly Anchor[] {
  switch (declaration.kind) {
    case "interface": {
      const { name, origin, properties } = declaration;
      return [
        { before: "export interface ", name, origin },
        ...properties.map((property) => ({
          before: "  readonly ",
          name: property.name,
          origin: property.origin ?? origin,
        })),
      ];
    }
    case "type":
      return [{ before: "export type ", name: declaration.name, origin: declaration.origin }];
    case "ambient":
      return [{ before: "export declare const ", name: declaration.name, origin: declaration.origin }];
    case "import":
    case "const":
    case "function":
    case "no-exports":
      return [];
  }
}

/**
 * Anchors occur in the text in order, one per line, and no line of a comment starts like one. An anchor without an
 * origin gets a segment without a source; otherwise editors would use the next segment. Returns `undefined` if the text
 * does not match the declarations.
 */
function segmentsOf(
  text: string,
  anchors: readonly Anchor[],
  sources: readonly string[],
): SourceMapSegment[][] | undefined {
  const indexOf = new Map(sources.map((source, index) => [source, index]));
  const segments: SourceMapSegment[][] = [];
  let next = 0;
  for (const line of text.split("\n")) {
    const found: SourceMapSegment[] = [];
    segments.push(found);
    const anchor = anchors[next];
    if (anchor === undefined || !startsWith(line, anchor)) continue;
    next += 1;
    const column = anchor.before.length;
    if (anchor.origin === undefined) found.push([column]);
    else {
      const { file, start } = anchor.origin;
      const source = indexOf.get(file);
      invariant(source !== undefined, `"${file}" is not among the sources of the map`);
      found.push([column, source, start.line - 1, start.column - 1]);
    }
  }
  return next === anchors.length ? segments : undefined;
}

function startsWith(line: string, { before, name }: Anchor): boolean {
  const start = before + name;
  return line.startsWith(start) && /^(?:\??:| =| \{)/.test(line.slice(start.length, start.length + 2));
}
