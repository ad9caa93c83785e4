import type { Leaf } from "../parse/shaped.ts";
import { spanOf, type YamlNode } from "../parse/tree.ts";
import type { BoundCall, BoundModel, BoundRuntime, BoundValue, Meaning, ModelValue } from "./bound.ts";
import { environmentId, type GraphEdge, type GraphNode, type GraphPart, type NodeKind } from "./graph.ts";
import { referencesIn } from "./value.ts";

/** The part of a model while it is built. */
interface GraphDraft extends GraphPart {
  readonly nodes: GraphNode[];
  readonly edges: GraphEdge[];
  readonly environment: Set<string>;
}

/** The id of a node: the key of its model or domain, the kind, and the name if there can be several of that kind. */
export function nodeId(model: string, kind: NodeKind, name?: string): string {
  return name === undefined ? `${model}/${kind}` : `${model}/${kind}/${name}`;
}

/** The nodes of a model, with an edge for each dependency. */
export function modelPart(model: BoundModel): GraphPart {
  const draft: GraphDraft = { nodes: [], edges: [], environment: new Set() };
  const { key, name, repository, files, runtime } = model;
  addNode(draft, key, "name", "name", undefined, name?.leaf);
  const code = addNode(draft, key, "repository", "repository", undefined, repository.section);
  for (const file of files.values()) addNode(draft, key, "file", `file ${file.name}`, file.name, file.leaf);
  if ("runtime" in runtime) addRuntime(draft, key, runtime.runtime, code);
  for (const value of model.values) {
    const reader = readerOf(model, value);
    if (reader !== undefined) addNeeds(draft, key, reader, value.value);
  }
  return draft;
}

/** The node that reads a value. */
function readerOf({ key, isUniversal }: BoundModel, { key: at, readBy, item }: ModelValue): string | undefined {
  // A second item with the same name has a finding of its own.
  if (item?.isFirst === false) return undefined;
  switch (readBy) {
    case "nothing":
      return undefined;
    case "name":
      return isUniversal ? undefined : nodeId(key, "name");
    case "file":
      return item && nodeId(key, "file", item.name);
    case "repository":
    case "device":
      return nodeId(key, readBy);
    case "load":
    case "predict":
      return item !== undefined && at.includes(".inputs[]")
        ? nodeId(key, "input", `${readBy}/${item.name}`)
        : nodeId(key, readBy);
  }
}

function addRuntime(draft: GraphDraft, key: string, runtime: BoundRuntime, code: string): void {
  const { device, load, predict } = runtime;
  addNode(draft, key, "device", "device", undefined, device);
  const loadNode = addNode(draft, key, "load", "load", undefined, load?.section);
  addEdge(draft, code, loadNode);
  if (load !== undefined) addInputs(draft, key, load, loadNode);
  if (load?.output !== undefined) {
    const { name, leaf } = load.output;
    addEdge(draft, loadNode, addNode(draft, key, "output", `load output ${name}`, name, leaf));
  }
  addNode(draft, key, "datapoints", "datapoints", undefined, undefined);
  const predictNode = addNode(draft, key, "predict", "predict", undefined, predict?.section);
  addEdge(draft, code, predictNode);
  addEdge(draft, loadNode, predictNode);
  if (predict === undefined) return;
  addInputs(draft, key, predict, predictNode);
  if (predict.output === undefined) return;
  const { name, leaf } = predict.output;
  const predictions = addNode(draft, key, "predictions", `predictions ${name}`, name, leaf);
  addEdge(draft, predictNode, predictions);
  for (const each of predict.keys) {
    addEdge(draft, predictions, addNode(draft, key, "key", `key ${each.name}`, each.name, undefined));
  }
}

function addInputs(draft: GraphDraft, key: string, call: BoundCall, callNode: string): void {
  for (const { name, leaf } of call.inputs.values()) {
    const label = `${call.phase} input ${name}`;
    addEdge(draft, addNode(draft, key, "input", label, `${call.phase}/${name}`, leaf), callNode);
  }
}

function addNode(
  draft: GraphDraft,
  key: string,
  kind: NodeKind,
  label: string,
  name: string | undefined,
  at: Leaf<YamlNode> | undefined,
): string {
  const id = nodeId(key, kind, name);
  draft.nodes.push({ id, kind, model: key, label, span: at && spanOf(at.node) });
  return id;
}

function addEdge(draft: GraphDraft, from: string, to: string): void {
  draft.edges.push({ from, to, reference: undefined });
}

/** Adds an edge from the target of each reference in a value. */
function addNeeds(draft: GraphDraft, key: string, to: string, value: BoundValue | undefined): void {
  for (const reference of referencesIn(value)) {
    if (reference.meaning.kind === "environment") draft.environment.add(reference.meaning.name);
    const from = targetOf(key, reference.meaning);
    if (from !== undefined) draft.edges.push({ from, to, reference });
  }
}

function targetOf(key: string, meaning: Meaning): string | undefined {
  switch (meaning.kind) {
    case "environment":
      return environmentId(meaning.name);
    case "model-name":
      return nodeId(key, "name");
    case "device":
      return nodeId(key, "device");
    case "file":
      return nodeId(key, "file", meaning.name);
    case "input":
      return nodeId(key, "input", `${meaning.of}/${meaning.name}`);
    case "load-output":
      return nodeId(key, "output", meaning.name);
    case "datapoints":
    case "image":
      return nodeId(key, "datapoints");
    case "required-file":
    case "undefined":
    case "wrong-phase":
    case "incomplete":
    case "late":
    case "unknown":
      return undefined;
  }
}
