import type { Finding } from "../../base/diagnostic.ts";
import type { Path } from "../../parse/tree.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { credentialNames } from "../facts/credentials.ts";
import { namedCredentials } from "../facts/named-credentials.ts";
import { expressionSpan, shown, writtenReferences } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const publishedSecret: Rule = {
  code: "published-secret",
  severity: "error",
  subject: "definition",
  summary: "A credential becomes part of a name that is published.",
  explanation:
    "Names and entrypoints appear in plans, bindings and logs, and on the platform. They may hold environment variables, but no credential. In a description, a version or an image a credential is a warning.",
  bad: example({ entrypoint: "${API_TOKEN}:get_model" }),
  good: example({ entrypoint: "inference:get_model" }),
  *check(graph) {
    const [isCredential, isNamedCredential] = [credentialNames(graph), namedCredentials(graph)];
    for (const reference of writtenReferences(graph)) {
      const { meaning, path } = reference;
      const what = publishedAs(path);
      if (what === undefined || meaning.kind !== "environment") continue;
      const isWarning = WARNINGS.has(what);
      if (!(isWarning ? isCredential : isNamedCredential)(meaning.name)) continue;
      yield {
        message: `${shown(reference)} is a credential, and the ${what} that holds it is published.`,
        hint: `Remove it from the ${what}.`,
        ...(isWarning ? { severity: "warning" as const } : {}),
        span: expressionSpan(reference),
        path: printKeyPath(path),
      } satisfies Finding;
    }
  },
};

const WARNINGS: ReadonlySet<string> = new Set(["description", "version", "image"]);
const NAMES: ReadonlySet<string | number> = new Set(["name", "entrypoint", ...WARNINGS]);

/** What a place is, when it is published; whatever is below the value of an input is not. */
function publishedAs(path: Path | undefined): string | undefined {
  for (let at = path?.parent; at !== undefined; at = at.parent) if (at.key === "value") return undefined;
  if (path?.parent?.key === "keys") return "key";
  return path !== undefined && NAMES.has(path.key) ? String(path.key) : undefined;
}
