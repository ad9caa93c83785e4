// Where the cache is. Also what starts the command line needs to know, so nothing else is loaded with it.
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import type { Environment } from "./environment.ts";

/** `$XDG_CACHE_HOME/modelwright`, else `~/.cache/modelwright`: https://specifications.freedesktop.org/basedir-spec/latest/ */
export function cacheFolder(environment: Environment): string {
  const own = ownFolder(environment);
  return isGiven(environment["XDG_CACHE_HOME"]) ? join(own, "modelwright") : join(own, ".cache", "modelwright");
}

/** The folder of the user in which the cache is: the one for caches where it is given, else the home. */
export function ownFolder({ XDG_CACHE_HOME: given, HOME: home }: Environment): string {
  return isGiven(given) ? given : isGiven(home) ? home : homedir();
}

/** The cache folder in words that hold no value of the environment. */
export function shownCacheFolder({ XDG_CACHE_HOME: given }: Environment): string {
  return isGiven(given) ? "$XDG_CACHE_HOME/modelwright" : "~/.cache/modelwright";
}

function isGiven(path: string | undefined): path is string {
  return path !== undefined && isAbsolute(path);
}
