import type { Fix } from "../../base/diagnostic.ts";
import { folderOf, relativePath } from "../../base/path.ts";
import { quote } from "../../base/quote.ts";
import type { BoundValue } from "../../bind/bound.ts";
import type { LocalPlace, Place } from "../../infer/place.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import type { Leaf } from "../../parse/shaped.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import type { ScalarNode } from "../../parse/tree.ts";

/** A path in a definition, with its purpose and what was found there. */
export interface NamedPlace {
  readonly what: "code" | "file" | "data" | "examples";
  /** Whether it must exist: not if `upload` is false, which means that it is elsewhere. */
  readonly isNeeded: boolean | undefined;
  readonly leaf: Leaf<ScalarNode>;
  readonly place: Place;
}

/** Every path in a definition: the code of models, their files and examples, and the data of datasets and domains. */
export function* namedPlaces(graph: TypedGraph): Generator<NamedPlace> {
  for (const { bound, code, files } of graph.models) {
    const { location } = bound.repository;
    if (location.kind !== "remote" && location.leaf !== undefined) {
      yield { what: "code", isNeeded: true, leaf: location.leaf, place: code };
    }
    for (const { bound: file, place } of files) {
      const url = file.url;
      if (url?.node.kind !== "scalar") continue;
      const isNeeded =
        file.upload === undefined ? true : file.upload.kind === "literal" ? isTrue(file.upload) : undefined;
      yield { what: "file", isNeeded, leaf: { node: url.node, path: url.path }, place };
    }
  }
  for (const { leaf, place } of graph.data) yield { what: "data", isNeeded: true, leaf, place };
  for (const { leaf, place } of graph.examples) yield { what: "examples", isNeeded: true, leaf, place };
}

/** What a path leads to, for messages. */
export function kindOfPlace({ what }: NamedPlace): "folder" | "file" {
  return what === "code" || what === "examples" ? "folder" : "file";
}

function isTrue({ node }: Extract<BoundValue, { readonly kind: "literal" }>): boolean {
  return node.value !== false;
}

/** A path as it is written in a definition: relative to the folder of the definition. */
export function writtenPath({ node }: Leaf<ScalarNode>, path: string): string {
  return relativePath(folderOf(node.source.path), path);
}

/** Replaces a path with the nearest one, if the value is a path without expressions. */
export function nearestPathFix(leaf: Leaf<ScalarNode>, { near }: LocalPlace, safe: boolean): readonly Fix[] {
  const [only, ...others] = near;
  const { node } = leaf;
  if (only === undefined || others.length > 0 || node.template !== undefined) return [];
  const newText = writtenPath(leaf, only);
  // There is no fix for a path that would need quotes or escapes.
  if (!/^[\w./-]+$/.test(newText)) return [];
  const span = spanInScalar(node, 0, node.text.length);
  return [{ title: `Replace with ${quote(newText)}`, safe, edits: [{ span, newText }] }];
}
