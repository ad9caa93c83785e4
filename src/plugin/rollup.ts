// Support for rollup and rolldown.
import { dirname, resolve } from "node:path";
import { PLAN_QUERY } from "./options.ts";
import { type Platform, type Project, RUNTIME, rollupCompatible, type Tool } from "./tool.ts";

/** rollup targets Node by default. */
export function rollupTool(project: Project): Tool {
  const platform = () => project.options.platform ?? "node";
  return { ...rollupCompatible(project), hooks: { resolveId: resolver(platform) }, platformOf: platform };
}

/** rolldown reports its platform. */
export function rolldownTool(project: Project): Tool {
  let platform: Platform = "node";
  const hooks = {
    buildStart(options: { readonly platform?: string }) {
      platform = project.options.platform ?? (options.platform === "node" ? "node" : "browser");
    },
    resolveId: resolver(() => platform),
  };
  return { ...rollupCompatible(project), hooks, platformOf: () => platform };
}

/** Neither tool resolves a file name with a query. */
function resolver(platform: () => Platform) {
  return (source: string, importer: string | undefined) => {
    if (source.endsWith(PLAN_QUERY) && importer !== undefined) return resolve(dirname(importer), source);
    return source === RUNTIME && platform() === "node" ? { id: source, external: true } : undefined;
  };
}
