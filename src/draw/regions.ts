// Assigns findings to nodes: a finding belongs to the node whose declaration contains it.
import type { Diagnostic } from "../base/diagnostic.ts";
import { originalOf, type Source, type Span } from "../base/source.ts";

/** The text of a node, or of a whole box if it has no node. `box` and `node` are indexes; `node` is an index in its box. */
export interface Region {
  readonly span: Span;
  readonly box: number;
  readonly node: number | undefined;
}

/**
 * The smallest regions that contain each finding: several if models share a runtime, and none if the finding is outside all boxes.
 */
export function ownersOf(findings: readonly Diagnostic[], regions: readonly Region[]): readonly (readonly Region[])[] {
  if (findings.length === 0) return [];
  const bySource = new Map<Source, Region[]>();
  for (const region of regions) {
    const source = originalOf(region.span.source);
    const others = bySource.get(source) ?? [];
    bySource.set(source, others);
    others.push(region);
  }
  return findings.map(({ span }) => smallest(bySource.get(originalOf(span.source)) ?? [], span.start));
}

function smallest(regions: readonly Region[], offset: number): readonly Region[] {
  let least = Number.POSITIVE_INFINITY;
  let found: Region[] = [];
  for (const region of regions) {
    const { start, end } = region.span;
    if (offset < start || offset >= Math.max(end, start + 1) || end - start > least) continue;
    if (end - start < least) found = [];
    least = end - start;
    found.push(region);
  }
  return found;
}
