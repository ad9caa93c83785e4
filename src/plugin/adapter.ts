// The plugin for all build tools, in the form that unplugin expects. Loading a module either succeeds or fails with the
// findings.
import { basename } from "node:path";
import { nodeHost } from "../disk/host.ts";
import { bundledModule, planModule } from "../emit/bundled.ts";
import { writeDeclarations } from "./declarations.ts";
import { openDefinitions } from "./definitions.ts";
import { type EsbuildBuild, setUpEsbuild } from "./esbuild.ts";
import { errorsOf, warningsOf } from "./findings.ts";
import { ONLY_SERVER, PLAN_QUERY, type PluginOptions, requestOf } from "./options.ts";
import { rolldownTool, rollupTool } from "./rollup.ts";
import { type Context, NAME, type Project, type Tool } from "./tool.ts";
import { viteTool } from "./vite.ts";
import { type WebpackCompiler, webpackTool } from "./webpack.ts";

/** What unplugin reports about the build tool. */
interface Meta {
  readonly framework: string;
  readonly webpack?: { readonly compiler: WebpackCompiler };
}

/** Creates the plugin for one build tool. */
export function adapter(options: PluginOptions | undefined, meta: Meta): object {
  const project = openProject(options ?? {});
  if (meta.framework === "esbuild") {
    return { name: NAME, esbuild: { setup: (build: EsbuildBuild) => setUpEsbuild(project, build) } };
  }
  const tool = toolOf(project, meta);
  return {
    name: NAME,
    enforce: "pre",
    loadInclude: (id: string) => project.requestOf(id) !== undefined,
    load(this: Context, id: string) {
      const request = project.requestOf(id);
      if (request === undefined) return undefined;
      if (request.isPlan && tool.isServedPage?.(this) === true) throw onlyServer();
      const definition = project.get(request.file);
      tool.watch(this, definition);
      const [first, ...others] = errorsOf(definition);
      if (first !== undefined) tool.fail(this, first, others);
      if (!request.isPlan) tool.warn(this, definition, warningsOf(definition));
      const platform = project.options.platform ?? tool.platformOf(this) ?? "node";
      return { code: project.codeOf(request, definition, platform), map: { mappings: "" } };
    },
    ...(tool.hooks === undefined ? {} : { [meta.framework]: tool.hooks }),
  };
}

/** Without a stack trace, which would only show the compiler's own code. */
function onlyServer(): Error {
  return Object.assign(new Error(ONLY_SERVER), { stack: "" });
}

function toolOf(project: Project, { framework, webpack }: Meta): Tool {
  if (webpack !== undefined) return webpackTool(project, webpack.compiler);
  if (framework === "vite") return viteTool(project);
  return framework === "rolldown" ? rolldownTool(project) : rollupTool(project);
}

function openProject(options: PluginOptions): Project {
  const cwd = process.cwd();
  const host = nodeHost(cwd);
  const problems = new Map<string, string | undefined>();
  const definitions = openDefinitions(cwd, { rules: options.rules }, ({ file, plan }) => {
    if (plan !== undefined && options.declarations !== false) problems.set(file, writeDeclarations(file, plan));
  });
  return {
    ...definitions,
    cwd,
    options,
    requestOf: (id) => requestOf(id, options, cwd, host),
    codeOf: ({ file, isPlan }, { plan, root, unreadable }, platform) => {
      if (unreadable.length > 0) throw new Error(`${unreadable.join(", ")} does not exist or is not UTF-8 text.`);
      if (plan === undefined) return "";
      if (isPlan && platform === "browser") throw onlyServer();
      if (isPlan) return planModule(plan);
      if (platform === "browser") return bundledModule(plan, "./", undefined);
      return bundledModule(plan, root, `./${basename(file)}${PLAN_QUERY}`);
    },
    notesOn: ({ file }) => [problems.get(file) ?? []].flat(),
  };
}
