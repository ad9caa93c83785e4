import { withoutCredentials } from "../../base/address.ts";
import { printable, quote } from "../../base/quote.ts";
import { referencesIn } from "../../bind/value.ts";
import { readableEntrypoint } from "../../infer/calls.ts";
import { parseEntrypoint } from "../../infer/entrypoint.ts";
import type { TypedModel } from "../../infer/typed.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { isCodeAddress } from "../facts/addresses.ts";
import type { Rule } from "../rule.ts";

export const remoteCode: Rule = {
  code: "remote-code",
  severity: "unverified",
  subject: "machine",
  summary: "The code of a model is not on this machine.",
  explanation:
    "What depends on the content of the repository cannot be checked before it is fetched: the entry points, and the runtime of a model that has none of its own. `modelwright lock` fetches the code and records its functions in `modelwright.lock`; then the entry points are checked without a network.",
  bad: example({
    model: `    repository:
      url: https://example.com/detector.git
      branch: main
`,
  }),
  good: example({
    model: `    repository:
      url: .
`,
  }),
  *check(graph) {
    for (const { bound, code, constantOf } of graph.models) {
      const { repository, runtime } = bound;
      const { location } = repository;
      if (location.kind === "local" || location.leaf === undefined) continue;
      // A URL that cannot be cloned has its own finding.
      if (location.kind === "remote" && !isCodeAddress(location.url)) continue;
      // A URL with an invalid expression has its own finding.
      if (referencesIn(repository.url).some(({ meaning }) => WRONG.has(meaning.kind))) continue;
      const unread = unreadEntrypoint(bound, code, constantOf);
      if (code.kind === "remote" && code.code !== undefined) {
        if (unread === undefined) continue;
        yield {
          message: `The lock file does not contain ${quote(unread)}, so this entry point is not checked.`,
          hint: "Run `modelwright lock` to add it.",
          span: spanOf(location.leaf.node),
          path: printKeyPath(location.leaf.path),
        };
        continue;
      }
      const where =
        location.kind === "remote"
          ? `The code is not on this machine (${printable(withoutCredentials(location.url))})`
          : "The location of the code depends on environment variables";
      const what =
        runtime.kind === "unverified" ? "the runtime of the model is not known" : "its entry points are not checked";
      // If there is a lock file without this code, `stale-lock` has the hint.
      const isUnlocked = location.kind === "remote" && graph.lockOf(bound.definition).kind === "absent";
      yield {
        message: `${where}, so ${what}.`,
        ...(isUnlocked && { hint: "Run `modelwright lock`, which records its functions for this check." }),
        span: spanOf(location.leaf.node),
        path: printKeyPath(location.leaf.path),
      };
    }
  },
};

/** An entry point that the code in the lock file does not declare. */
function unreadEntrypoint(
  { runtime }: TypedModel["bound"],
  code: TypedModel["code"],
  constantOf: TypedModel["constantOf"],
): string | undefined {
  if (!("runtime" in runtime)) return undefined;
  const { load, predict } = runtime.runtime;
  const names = [load, predict].flatMap((call) => constantOf(call?.entrypoint) ?? []);
  return names.find((name) => parseEntrypoint(name) !== undefined && readableEntrypoint(code, name) === undefined);
}

const WRONG: ReadonlySet<string> = new Set(["undefined", "incomplete", "wrong-phase"]);
