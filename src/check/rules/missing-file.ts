import { isAbsolute } from "../../base/path.ts";
import { orList, quote } from "../../base/quote.ts";
import type { LocalPlace } from "../../infer/place.ts";
import type { Leaf } from "../../parse/shaped.ts";
import { printKeyPath, type ScalarNode, spanOf } from "../../parse/tree.ts";
import { example, PARAMS_FILE, PARAMS_INPUT } from "../examples/example.ts";
import { namedPlaces, nearestPathFix, writtenPath } from "../facts/named-places.ts";
// from "../examples/example.ts";
import type { Rule } from "../rule.ts";

export const missingFile: Rule = {
  code: "missing-file",
  severity: "error",
  subject: "machine",
  summary: "A file or folder that the definition names is not there.",
  explanation:
    "Paths are relative to the definition file. A path that git ignores is not on every machine, so its absence proves nothing and is only noted. With `upload: false` a file or the data may be elsewhere.",
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
    for (const { what, isNeeded, leaf, place } of namedPlaces(graph)) {
      if (isNeeded === false) continue;
      if (place.kind === "unknown" && place.isMissing === true) {
        const [kind, shown] = [what === "code" ? "folder" : "file", quote(leaf.node.text)];
        const message = `The ${kind} that ${shown} names in this environment does not exist.`;
        const severity = isNeeded === undefined ? "unverified" : "error";
        yield { message, severity, span: spanOf(leaf.node), path: printKeyPath(leaf.path) };
      }
      if (place.kind !== "local") continue;
      const shown = quote(place.path);
      const kind = what === "code" ? "folder" : "file";
      const at = { span: spanOf(leaf.node), path: printKeyPath(leaf.path) };
      if (place.verdict === "ignored") {
        const message = `The ${kind} ${shown} is not on this machine, and git ignores it.`;
        yield { message, severity: "unverified", ...at };
      } else if (place.verdict === "wrong-kind") {
        yield { message: `${shown} is a file; the code is in a folder.`, hint: "Name the folder.", ...at };
      } else if (place.verdict === "missing" && isNeeded === undefined) {
        const message = `The ${kind} ${shown} is not on this machine, and ${quote("upload")} decides whether it must be.`;
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
  if (written.startsWith("~")) return "`~` stands for nothing here; write the path itself.";
  if (written.includes("\\")) return "Write paths with `/`.";
  if (ADDRESS.test(written)) return "An address begins with its scheme, such as `https://`.";
  if (near.length > 0) return `Did you mean ${orList(near.map((path) => writtenPath(leaf, path)))}?`;
  return isAbsolute(written) ? undefined : "Paths are relative to the definition file.";
}

/** A host name with one of the endings that hosts of code and weights have, and a path behind it. */
const ADDRESS = /^(?:www\.|https?\/\/)|^[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|ai|co|dev|edu)\//i;
