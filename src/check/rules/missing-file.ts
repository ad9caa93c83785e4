import { isAbsolute } from "../../base/path.ts";
import { orList, quote } from "../../base/quote.ts";
import type { LocalPlace } from "../../infer/place.ts";
import type { Leaf } from "../../parse/shaped.ts";
import { printKeyPath, type ScalarNode, spanOf } from "../../parse/tree.ts";
import { example, PARAMS_FILE, PARAMS_INPUT } from "../examples/example.ts";
import { kindOfPlace, namedPlaces, nearestPathFix, writtenPath } from "../facts/named-places.ts";
import type { Rule } from "../rule.ts";

export const missingFile: Rule = {
  code: "missing-file",
  severity: "error",
  subject: "machine",
  summary: "A file or folder of the definition does not exist.",
  explanation:
    "Paths are relative to the definition file. A path that Git ignores may exist on other machines, so its absence is reported as unverified. With `upload: false`, a file or data may be elsewhere.",
  bad: example({
    model: `    files:
      - name: params
        url: results/params.pt
`,
    load: PARAMS_INPUT,
  }),
  good: example({
    model: PARAMS_FILE,
    load: PARAMS_INPUT,
  }),
  *check(graph) {
    for (const named of namedPlaces(graph)) {
      const { what, isNeeded, leaf, place } = named;
      const kind = kindOfPlace(named);
      if (isNeeded === false) continue;
      if (place.kind === "unknown" && place.isMissing === true) {
        const message = `With the variables of this environment, the ${kind} ${quote(leaf.node.text)} does not exist.`;
        const severity = isNeeded === undefined ? "unverified" : "error";
        yield { message, severity, span: spanOf(leaf.node), path: printKeyPath(leaf.path) };
      }
      if (place.kind !== "local") continue;
      const shown = quote(place.path);
      const at = { span: spanOf(leaf.node), path: printKeyPath(leaf.path) };
      if (place.verdict === "ignored") {
        const message = `The ${kind} ${shown} is not on this machine, and Git ignores it.`;
        yield { message, severity: "unverified", ...at };
      } else if (place.verdict === "wrong-kind") {
        const message = `${shown} is a file, but the ${what} must be in a folder.`;
        yield { message, hint: "Write the path of the folder.", ...at };
      } else if (place.verdict === "missing" && isNeeded === undefined) {
        const message = `The ${kind} ${shown} is not on this machine; whether it must be depends on ${quote("upload")}.`;
        yield { message, severity: "unverified", ...at };
      } else if (place.verdict === "missing" && !(what === "code" && place.leaves !== undefined)) {
        const hint = hintForMissingFile(leaf, place);
        const fixes = nearestPathFix(leaf, place, false);
        yield { message: `The ${kind} ${shown} does not exist.`, ...(hint && { hint }), ...at, fixes };
      }
    }
  },
};

function hintForMissingFile(leaf: Leaf<ScalarNode>, { near }: LocalPlace): string | undefined {
  const written = leaf.node.text;
  if (written.startsWith("~")) return "Write the full path: `~` is not expanded.";
  if (written.includes("\\")) return "Use `/` in paths.";
  if (WITHOUT_SCHEME.test(written)) return "Start a URL with its scheme, such as `https://`.";
  if (near.length > 0) return `Did you mean ${orList(near.map((path) => writtenPath(leaf, path)))}?`;
  return isAbsolute(written) ? undefined : "Write a path relative to the definition file.";
}

/** A host with a usual top-level domain, followed by a path. */
const WITHOUT_SCHEME = /^(?:www\.|https?\/\/)|^[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|ai|co|dev|edu)\//i;
