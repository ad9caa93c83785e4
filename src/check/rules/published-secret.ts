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
  summary: "A credential is part of a name that is published.",
  explanation:
    "Names and entry points appear in plans, bindings and logs, and on the platform. They may contain environment variables, but no credentials. In a description, a version or an image, a credential is a warning.",
  bad: example({ entrypoint: "${API_TOKEN}:get_model" }),
  good: example({ entrypoint: "inference:get_model" }),
  *check(graph) {
    const [isCredential, isNamedCredential] = [credentialNames(graph), namedCredentials(graph)];
    for (const reference of writtenReferences(graph)) {
      const { meaning, path } = reference;
      const key = publishedAs(path);
      if (key === undefined || meaning.kind !== "environment") continue;
      const isWarning = WARNINGS.has(key);
      if (!(isWarning ? isCredential : isNamedCredential)(meaning.name)) continue;
      const what = key === "entrypoint" ? "entry point" : key;
      yield {
        message: `${shown(reference)} is a credential, but the ${what} that contains it is published.`,
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

/** The key of a value that is published; the value of an input is not. */
function publishedAs(path: Path | undefined): string | undefined {
  for (let at = path?.parent; at !== undefined; at = at.parent) if (at.key === "value") return undefined;
  if (path?.parent?.key === "keys") return "key";
  return path !== undefined && NAMES.has(path.key) ? String(path.key) : undefined;
}
