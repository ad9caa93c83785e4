// Makes `models.d.ts.map`: a source map from the generated declarations to the definition, by which an editor's
// Go to Definition opens the YAML. It is made from the printed text, so that it can be compared without printing.
import { encode, type SourceMapSegment } from "@jridgewell/sourcemap-codec";
import { invariant } from "../base/invariant.ts";
import type { PlanSpan } from "../plan/execution-plan.ts";
import type { Declaration } from "./emitter.ts";
import type { EmitOptions } from "./header.ts";

/** A line that only we write: editors skip keys that start with `x_`. */
const MARKER = '"x_generator": "modelwright"';

/** The last line of the declarations, by which the map is found. */
export const MAP_COMMENT = "\n//# sourceMappingURL=models.d.ts.map\n";

/** The text of the map for the text of some declarations and what was declared there. */
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
  // The module itself, as in `import * as models`, leads to the definition where there is one.
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

/** Whether Modelwright wrote the map, even if somebody changed it later. */
export function isMapOfOurs(text: string): boolean {
  return text.split("\n").includes(`  ${MARKER}`);
}

/** A name in the declarations: how its line starts, and where the definition says what it is. */
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
 * The anchors stand in the text in their order, each on a line of its own; no line of a comment starts like one. An
 * anchor without an origin gets a segment that leads nowhere, because an editor takes the next one after a place that has
 * none. `undefined`: this is not the text of these declarations.
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
