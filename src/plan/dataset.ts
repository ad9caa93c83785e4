// Datasets of a definition, for runs that predict one. They are not part of the plan, which contains what models need.
import { folderOf, isAbsolute, joinPath, relativePath } from "../base/path.ts";
import { hasScheme } from "../base/schemes.ts";
import type { BoundGraph } from "../bind/bind.ts";
import { bindValue } from "../bind/value.ts";
import type { Leaf } from "../parse/shaped.ts";
import type { YamlNode } from "../parse/tree.ts";
import type { PlanValue } from "./execution-plan.ts";
import { planVariable } from "./value.ts";

/** A dataset of a definition. Paths are relative to the root of the plan. */
export interface PlanDataset {
  readonly name: string;
  readonly format: PlanValue;
  readonly stage: PlanValue;
  readonly data: PlanValue | undefined;
  readonly annotations: PlanValue | undefined;
  readonly credentials: PlanValue | undefined;
  /** The number of datapoints to use. */
  readonly count: PlanValue | undefined;
}

/** The datasets of the checked definitions, in their order. `root` is the folder from which the paths of the plan start. */
export function planDatasets({ requested }: BoundGraph, root: string): readonly PlanDataset[] {
  return requested.flatMap(({ source, root: definition }) => {
    const folder = relativePath(root, folderOf(source.path));
    return (definition?.fields.datasets?.items ?? []).flatMap((item): readonly PlanDataset[] => {
      if (item === undefined) return [];
      const { name, format, stage, data_url, annotations_url, credentials, num_datapoints } = item.fields;
      const [title, kind, purpose] = [planLeaf(name), planLeaf(format), planLeaf(stage)];
      if (title === undefined || !("literal" in title) || kind === undefined || purpose === undefined) return [];
      return [
        {
          name: String(title.literal),
          format: kind,
          stage: purpose,
          data: inFolder(planLeaf(data_url), folder),
          annotations: inFolder(planLeaf(annotations_url), folder),
          credentials: planLeaf(credentials),
          count: planLeaf(num_datapoints),
        },
      ];
    });
  });
}

/** The text of a scalar. Expressions outside models can only be environment variables. */
function planLeaf(leaf: Leaf<YamlNode> | undefined): PlanValue | undefined {
  if (leaf === undefined) return undefined;
  const value = bindValue(
    { phase: "outside", scope: undefined, isInherited: false, references: [] },
    leaf.node,
    leaf.path,
  );
  if (value.kind === "literal") return { literal: value.node.text };
  const parts = value.kind === "template" ? value.parts : value.kind === "reference" ? [value.reference] : [];
  const planned = parts.map((part) => (typeof part === "string" ? { literal: part } : planVariable(part)));
  if (planned.length === 0 || planned.includes(undefined)) return undefined;
  return { template: planned.filter((part) => part !== undefined) };
}

/** A path of a definition that is in another folder than the root. A value that begins with a variable is left unchanged. */
function inFolder(value: PlanValue | undefined, folder: string): PlanValue | undefined {
  if (value === undefined || !("literal" in value)) return value;
  const text = String(value.literal);
  return { literal: hasScheme(text) || isAbsolute(text) ? text : joinPath(folder, text) };
}
