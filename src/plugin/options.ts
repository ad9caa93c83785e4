// What may be said to the plugin, and which modules it answers for.
import { relative, resolve, sep } from "node:path";
import type { Host } from "../base/host.ts";
import type { RuleSettings } from "../check/rule-settings.ts";
import { isDefinition } from "../disk/discover.ts";

/** How the plugin is set up. */
export interface PluginOptions {
  /**
   * Further definitions, beside those that are known by their names (`efemarai.yaml`, and `efemarai.yml`, `model.yaml`,
   * `models.yaml` that hold `models`): paths from the working folder, or expressions that a whole path is held against.
   */
  readonly include?: string | RegExp | readonly (string | RegExp)[] | undefined;
  /** Whether `efemarai.d.yaml.ts` is written beside each definition, for TypeScript; it is, when absent. */
  readonly declarations?: boolean | undefined;
  /** How severe the findings of some rules are, by code. What is wrong with a definition stops its module anyway. */
  readonly rules?: RuleSettings | undefined;
  /** Where the modules are to run: as the build tool says, when absent, and on Node where it says nothing. */
  readonly platform?: "node" | "browser" | undefined;
}

/** A module that is ours: a definition, or the plan of one. */
export interface Request {
  /** The absolute path of the definition. */
  readonly file: string;
  readonly isPlan: boolean;
}

/** Behind the name of a definition, it stands for its plan. */
export const PLAN_QUERY = "?modelwright-plan";

/** Why a page gets no plan: it may hold what is not meant for everybody. */
export const ONLY_SERVER = "Execution plans are only for code that runs on the server.";

/** Reads the id of a module; a query that is not ours leaves the file to other plugins. */
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

/** A path as definitions name files: from the working folder, with `/`. */
export function pathFrom(cwd: string, file: string): string {
  return relative(cwd, file).split(sep).join("/") || ".";
}
