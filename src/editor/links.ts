// Takes a typed graph and returns the places in a definition that name a file or a URL.
import { isSameSource, type Source, type Span } from "../base/source.ts";
import { hideSecrets } from "../check/conceal.ts";
import type { Place } from "../infer/place.ts";
import type { TypedGraph } from "../infer/typed.ts";
import { type ScalarNode, spanOf } from "../parse/tree.ts";

/** A place that names a path relative to the working directory, or a URL. */
export interface Link {
  readonly span: Span;
  readonly target: { readonly kind: "file"; readonly path: string } | { readonly kind: "url"; readonly url: string };
}

/** The links of one file of a graph. Missing files and URLs with a secret have no link. */
export function linksOf(graph: TypedGraph, source: Source): readonly Link[] {
  const links = new Map<number, Link>();
  const hide = hideSecrets(graph.bound.files);
  const add = (node: ScalarNode | undefined, place: Place) => {
    const target = targetOf(place, hide.text);
    if (node === undefined || target === undefined || !isSameSource(node.source, source)) return;
    // A place that belongs to several models, or is repeated by an alias, is one link.
    links.set(node.start, { span: spanOf(node), target });
  };
  for (const model of graph.models) {
    for (const { bound, place } of model.files) {
      const node = bound.url?.node;
      add(node?.kind === "scalar" ? node : undefined, place);
    }
    const { url } = model.bound.repository;
    if (model.code.kind === "remote" && url?.node.kind === "scalar") add(url.node, model.code);
  }
  for (const { leaf, place } of [...graph.data, ...graph.examples]) add(leaf.node, place);
  const definition = graph.bound.files.find((file) => file.source === source);
  for (const domain of definition?.root?.fields.domains?.items ?? []) {
    const leaf = domain && "file" in domain.fields ? domain.fields.file : undefined;
    const data = leaf && graph.data.find((each) => each.leaf === leaf);
    if (leaf !== undefined && data !== undefined) add(leaf.node, data.place);
  }
  return [...links.values()].sort((a, b) => a.span.start - b.span.start);
}

function targetOf(place: Place, hide: (text: string) => string): Link["target"] | undefined {
  if (place.kind === "local") {
    const isFile = place.verdict === "present" && place.leaves === undefined && place.below !== undefined;
    return isFile ? { kind: "file", path: place.below } : undefined;
  }
  // A URL with a password or a token is not shown.
  if (place.kind === "unknown" || !/^https?:\/\/[^\s@]+$/i.test(place.url) || hide(place.url) !== place.url)
    return undefined;
  return { kind: "url", url: place.url };
}
