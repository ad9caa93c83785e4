// The location of the cache. The launcher of the command line needs it, so this module imports nothing else.
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Environment } from "./environment.ts";

/** `$XDG_CACHE_HOME/modelwright`, else `~/.cache/modelwright`: https://specifications.freedesktop.org/basedir-spec/latest/ */
export function cacheFolder(environment: Environment): string {
  const own = ownFolder(environment);
  return isGiven(environment["XDG_CACHE_HOME"]) ? join(own, "modelwright") : join(own, ".cache", "modelwright");
}

/** The user's folder that contains the cache: `XDG_CACHE_HOME` if set, otherwise the home folder. */
export function ownFolder({ XDG_CACHE_HOME: given, HOME: home }: Environment): string {
  return isGiven(given) ? given : isGiven(home) ? home : homedir();
}

/** The cache folder for messages, without values of environment variables. */
export function shownCacheFolder({ XDG_CACHE_HOME: given }: Environment): string {
  return isGiven(given) ? "$XDG_CACHE_HOME/modelwright" : "~/.cache/modelwright";
}

function isGiven(path: string | undefined): path is string {
  return path !== undefined && isAbsolute(path);
}
