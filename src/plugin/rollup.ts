// rollup and rolldown.
import { dirname, resolve } from "node:path";
import { PLAN_QUERY } from "./options.ts";
import { likeRollup, type Platform, type Project, RUNTIME, type Tool } from "./tool.ts";

/** rollup bundles for Node unless it is told otherwise. */
export function rollupTool(project: Project): Tool {
  const platform = () => project.options.platform ?? "node";
  return { ...likeRollup(project), hooks: { resolveId: resolver(platform) }, platformOf: platform };
}

/** rolldown says what it bundles for. */
export function rolldownTool(project: Project): Tool {
  let platform: Platform = "node";
  const hooks = {
    buildStart(options: { readonly platform?: string }) {
      platform = project.options.platform ?? (options.platform === "node" ? "node" : "browser");
    },
    resolveId: resolver(() => platform),
  };
  return { ...likeRollup(project), hooks, platformOf: () => platform };
}

/** Neither of the two finds a file with a query behind its name. */
function resolver(platform: () => Platform) {
  return (source: string, importer: string | undefined) => {
    if (source.endsWith(PLAN_QUERY) && importer !== undefined) return resolve(dirname(importer), source);
    return source === RUNTIME && platform() === "node" ? { id: source, external: true } : undefined;
  };
}
