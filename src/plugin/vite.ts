// Support for Vite: a server with hot updates, and builds for browsers and Node.
import type { IncomingMessage, ServerResponse } from "node:http";
import { resolve } from "node:path";
import { planStart } from "../emit/bindings.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import type { Definition } from "./definitions.ts";
import { ONLY_SERVER, PLAN_QUERY } from "./options.ts";
import { type Context, NAME, type Platform, type Project, RUNTIME, rollupCompatible, type Tool } from "./tool.ts";

/** The part of a Vite environment that the plugin uses. Pages are one environment, the server is another. */
interface Environment {
  readonly name: string;
  readonly config: { readonly consumer: string };
  readonly moduleGraph?: { getModulesByFile(file: string): ReadonlySet<object> | undefined };
}

interface Server {
  readonly config: { readonly root: string };
  readonly watcher: { add(paths: readonly string[]): unknown };
  readonly middlewares: {
    use(answer: (request: IncomingMessage, response: ServerResponse, next: () => void) => void): void;
  };
}

interface HotContext {
  readonly environment: Environment;
}

/** While Vite serves, `hotUpdate` reports changes, including files that were missing. */
export function viteTool(project: Project): Tool {
  const common = rollupCompatible(project);
  /**
   * The version of each definition that each environment was last updated to. A module may load a newer version before Vite
   * notices the change of its files; its environment still needs the update then.
   */
  const updatedVersions = new Map<string, number>();
  const reported = new Map<string, number>();
  let server: Server | undefined;
  const environmentOf = (context: Context) => (context as Context & Partial<HotContext>).environment;
  const keyOf = ({ name }: Environment, { file }: Definition) => `${name}\0${file}`;

  const hooks = {
    configEnvironment: (name: string, { consumer }: { readonly consumer?: string }) => {
      const isPage = consumer === undefined ? name === "client" : consumer === "client";
      if (isPage) return { optimizeDeps: { exclude: [NAME] } };
      // The Python program is next to the runtime, so the runtime must not be bundled.
      return { resolve: { external: [NAME] } };
    },
    configureServer: (started: Server) => {
      server = started;
      // Registered before Vite's own handlers, which would serve the plan as the module that it is.
      started.middlewares.use(({ url = "" }, response, next) => {
        if (!requestsPlan(url)) return next();
        response.writeHead(403, { "content-type": "text/plain" }).end(`${ONLY_SERVER}\n`);
      });
    },
    hotUpdate(this: HotContext, { modules }: { readonly modules: readonly object[] }): readonly object[] | undefined {
      const graph = this.environment.moduleGraph;
      const outdated = project.all().filter((definition) => {
        const version = updatedVersions.get(keyOf(this.environment, definition));
        return version !== undefined && version !== definition.version;
      });
      if (outdated.length === 0) return undefined;
      const found = outdated.flatMap((definition) => {
        updatedVersions.set(keyOf(this.environment, definition), definition.version);
        return [...(graph?.getModulesByFile(slashed(definition.file)) ?? [])];
      });
      return [...new Set([...modules, ...found])];
    },
  };

  return {
    hooks,
    isServedPage: (context) => server !== undefined && environmentOf(context)?.config.consumer === "client",
    platformOf: (context): Platform | undefined => {
      const consumer = environmentOf(context)?.config.consumer;
      return consumer === undefined ? undefined : consumer === "client" ? "browser" : "node";
    },
    watch: (context, definition) => {
      const environment = environmentOf(context);
      if (server === undefined || environment === undefined) return common.watch(context, definition);
      const key = keyOf(environment, definition);
      if (!updatedVersions.has(key)) updatedVersions.set(key, definition.version);
      // Vite already watches everything below its root.
      const root = `${slashed(resolve(server.config.root))}/`;
      const outside = [...definition.files, ...definition.missing].filter((path) => !slashed(path).startsWith(root));
      if (outside.length > 0) server.watcher.add(outside);
    },
    fail: common.fail,
    endOf: ({ plan }) => (server === undefined || plan === undefined ? "" : endingSessions(plan)),
    warn: (context, definition, warnings) => {
      // Pages and the server load the same definition, but its warnings should be reported once.
      if (server !== undefined && reported.get(definition.file) === definition.version) return;
      reported.set(definition.file, definition.version);
      common.warn(context, definition, warnings);
    },
  };
}

/** Code that ends the sessions of a module when the server replaces it. Otherwise their processes would remain. */
function endingSessions(plan: ExecutionPlan): string {
  return `
import { endSessions } from "${RUNTIME}";
if (import.meta.hot) {
  const end = () => endSessions("${planStart(plan)}");
  import.meta.hot.dispose(end);
  import.meta.hot.on("vite:beforeFullReload", end);
}
`;
}

/** Whether a URL requests a plan, in any spelling and with any other query parameters. */
function requestsPlan(url: string): boolean {
  try {
    return decodeURIComponent(url).includes(PLAN_QUERY.slice(1));
  } catch {
    return url.includes(PLAN_QUERY.slice(1));
  }
}

const slashed = (path: string): string => path.replaceAll("\\", "/");
