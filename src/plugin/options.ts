// The options of the plugin, and the modules that it handles.
import { relative, resolve, sep } from "node:path";
import type { Host } from "../base/host.ts";
import type { RuleSettings } from "../check/rule-settings.ts";
import { isDefinition } from "../disk/discover.ts";

/** The options of the plugin. */
export interface PluginOptions {
  /**
   * Further definitions besides those with known names (`efemarai.yaml`; and `efemarai.yml`, `model.yaml` and
   * `models.yaml` if they contain `models`): paths relative to the working directory, or regular expressions for the
   * entire path.
   */
  readonly include?: string | RegExp | readonly (string | RegExp)[] | undefined;
  /** Whether to write `efemarai.d.yaml.ts` next to each definition, for TypeScript. Default: true. */
  readonly declarations?: boolean | undefined;
  /** Severities of rules, by code. An invalid definition is rejected regardless. */
  readonly rules?: RuleSettings | undefined;
  /** Where the modules run. Default: the platform that the build tool reports, otherwise Node. */
  readonly platform?: "node" | "browser" | undefined;
}

/** A module that the plugin handles: a definition, or the plan of one. */
export interface Request {
  /** The absolute path of the definition. */
  readonly file: string;
  readonly isPlan: boolean;
}

/** The query that requests the plan of a definition instead of its bindings. */
export const PLAN_QUERY = "?modelwright-plan";

/** A plan may contain information that is not public, so browser code cannot import it. */
export const ONLY_SERVER = "Execution plans can only be imported by code that runs on the server.";

/**
 * Parses a module id; `undefined` if the plugin does not handle it. Files with an unknown query are left to other
 * plugins.
 */
export function requestOf(id: string, { include }: PluginOptions, cwd: string, host: Host): Request | undefined {
  const isPlan = id.endsWith(PLAN_QUERY);
  const file = resolve(cwd, isPlan ? id.slice(0, -PLAN_QUERY.length) : id);
  if (!/\.ya?ml$/i.test(file)) return undefined;
  return isIncluded(file, include, cwd) || isDefinition(pathFrom(cwd, file), host) ? { file, isPlan } : undefined;
}

function isIncluded(file: string, include: PluginOptions["include"], cwd: string): boolean {
  const patterns = include === undefined ? [] : [include].flat();
  return patterns.some((pattern) =>
    typeof pattern === "string" ? resolve(cwd, pattern) === file : file.split(sep).join("/").search(pattern) >= 0,
  );
}

/** A path as definitions spell it: relative to the working directory, with `/`. */
export function pathFrom(cwd: string, file: string): string {
  return relative(cwd, file).split(sep).join("/") || ".";
}
