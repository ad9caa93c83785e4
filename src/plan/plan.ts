// Takes a checked graph and returns the execution plan: ordered, typed, canonical, with a hash.
// Promises: cannot fail; the same definitions give the same bytes in every folder, locale and time zone.
import { compareText } from "../base/diagnostic.ts";
import { sha256Hex } from "../base/digest.ts";
import { folderOf, joinPath, relativePath } from "../base/path.ts";
import { VERSION } from "../base/version.ts";
import type { CheckedGraph } from "../check/checked.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import { type ExecutionPlan, PLAN_VERSION } from "./execution-plan.ts";
import { planHash } from "./hash.ts";
import { allocateIds } from "./ids.ts";
import { planModel } from "./model.ts";
import { environmentOf } from "./variables.ts";

/** Plans all models of the requested files. */
export function plan(checked: CheckedGraph): ExecutionPlan {
  const root = planRoot(checked);
  const ids = allocateIds(checked.models.map(({ name, isUniversal }) => (isUniversal ? "universal" : name)));
  const models = checked.models.map((model, i) => planModel(model, ids[i] ?? "", root));
  const content = {
    planVersion: PLAN_VERSION,
    sources: sourcesOf(checked, root),
    environment: environmentOf(models),
    models,
  } as const;
  return { ...content, generator: `modelwright ${VERSION}`, hash: planHash(content) };
}

/** The folder from which the paths of a plan start: the deepest folder that contains all requested files. */
export function planRoot({ requested }: Pick<CheckedGraph, "requested">): string {
  const [first, ...others] = requested.map(({ source }) => partsOf(folderOf(source.path)));
  let root = first ?? [];
  for (const parts of others) {
    const [a, b] = [root, parts];
    const differs = a.findIndex((part, i) => part !== b[i]);
    const shared = differs < 0 ? a : a.slice(0, differs);
    // A path that begins with more `..` starts higher up, and the root must be at least as high.
    const outside = [a, b].map((each) => each.slice(shared.length).filter((part) => part === "..").length);
    root = [...shared, ...Array.from({ length: Math.max(...outside) }, () => "..")];
  }
  return joinPath(root[0] === "" ? "/" : ".", root.join("/"));
}

/** The segments of a path. The first segment of an absolute path is empty. */
function partsOf(folder: string): readonly string[] {
  const parts = joinPath(".", folder).split("/");
  return folder === "/" ? [""] : parts.filter((part) => part !== ".");
}

function sourcesOf({ requested, models }: CheckedGraph, root: string): ExecutionPlan["sources"] {
  const files = new Set<ParsedDefinition>([...requested, ...models.map(({ runtimeDefinition }) => runtimeDefinition)]);
  return [...files]
    .map(({ source }) => ({ path: relativePath(root, source.path), sha256: sha256Hex(source.text) }))
    .sort((a, b) => compareText(a.path, b.path));
}
