// The credentials of registries that `docker login` and `podman login` have saved.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { found, problem, type Result } from "../../base/result.ts";
import type { Environment } from "../../system/environment.ts";
import { outputOf } from "../storage/run-program.ts";
import { DOCKER_HUB } from "./image-reference.ts";

/** A login: a name with a password, or a token that is exchanged for others. */
export type Login =
  | { readonly kind: "password"; readonly user: string; readonly password: string }
  | { readonly kind: "token"; readonly token: string };

/** The key of Docker Hub in the files of Docker. */
const HUB_KEY = "https://index.docker.io/v1/";

/**
 * The login for a repository; `undefined` if there is none. The files of Podman are read first, because their keys may name a single
 * repository. Messages contain nothing from the files.
 */
export async function findLogin(
  registry: string,
  repository: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<Result<Login | undefined>> {
  const path = repository.split("/");
  const scopes = path.map((_, i) => [registry, ...path.slice(0, path.length - i)].join("/"));
  const keys = [
    ...scopes,
    registry,
    `https://${registry}`,
    ...(registry === DOCKER_HUB ? [HUB_KEY, "index.docker.io"] : []),
  ];
  for (const file of filesIn(environment)) {
    const config = await readConfig(file);
    if (config === undefined) continue;
    for (const key of keys) {
      const helper = config.helpers.get(key);
      if (helper !== undefined) return askHelper(helper, key, environment, signal);
    }
    const saved = keys.map((key) => config.logins.get(key)).find((login) => login !== undefined);
    if (saved !== undefined) return found(saved);
    if (config.store === undefined) continue;
    const stored = await askHelper(config.store, registry === DOCKER_HUB ? HUB_KEY : registry, environment, signal);
    if (stored.kind === "problem" || stored.value !== undefined) return stored;
  }
  return found(undefined);
}

function filesIn({ REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME, DOCKER_CONFIG, HOME }: Environment) {
  if (REGISTRY_AUTH_FILE) return [REGISTRY_AUTH_FILE];
  const config = XDG_CONFIG_HOME || (HOME ? join(HOME, ".config") : undefined);
  const docker = DOCKER_CONFIG || (HOME ? join(HOME, ".docker") : undefined);
  return [
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, "containers/auth.json")] : []),
    ...(config ? [join(config, "containers/auth.json")] : []),
    ...(docker ? [join(docker, "config.json")] : []),
  ];
}

interface Config {
  readonly logins: ReadonlyMap<string, Login>;
  /** The names of programs by registry. */
  readonly helpers: ReadonlyMap<string, string>;
  /** The program for all other registries. */
  readonly store: string | undefined;
}

async function readConfig(file: string): Promise<Config | undefined> {
  try {
    const { auths, credHelpers, credsStore } = JSON.parse(await readFile(file, "utf8"));
    const logins = Object.entries(auths ?? {}).flatMap(([key, entry]) => {
      const login = loginOf(entry);
      return login === undefined ? [] : [[key.replace(/\/$/, (end) => (key === HUB_KEY ? end : "")), login] as const];
    });
    const helpers = Object.entries(credHelpers ?? {}).map(([key, name]) => [key, String(name)] as const);
    return { logins: new Map(logins), helpers: new Map(helpers), store: credsStore && String(credsStore) };
  } catch {
    return undefined; // there is no such file, or it is not for us to judge
  }
}

function loginOf(entry: unknown): Login | undefined {
  const { auth, identitytoken } = (entry ?? {}) as { auth?: unknown; identitytoken?: unknown };
  if (typeof identitytoken === "string" && identitytoken !== "") return { kind: "token", token: identitytoken };
  const text = typeof auth === "string" ? Buffer.from(auth, "base64").toString("utf8").replace(/\0+$/, "") : "";
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { kind: "password", user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Docker's protocol for such programs: https://github.com/docker/docker-credential-helpers */
async function askHelper(
  name: string,
  server: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<Result<Login | undefined>> {
  if (!/^[\w.-]+$/.test(name)) return problem("the configuration of Docker names an invalid credential helper");
  const program = `docker-credential-${name}`;
  const output = await outputOf([program, "get"], environment, signal, server);
  if (output === undefined) return problem(`the program \`${program}\`, which provides credentials, is not installed`);
  // A helper without a login for the server fails.
  if (output.kind === "problem") return found(undefined);
  try {
    const { Username: user = "", Secret: secret } = JSON.parse(output.value);
    if (typeof secret !== "string" || secret === "") return found(undefined);
    return found(
      user === "<token>"
        ? { kind: "token", token: secret }
        : { kind: "password", user: String(user), password: secret },
    );
  } catch {
    return problem(`the program \`${program}\`, which provides credentials, printed no JSON`);
  }
}
