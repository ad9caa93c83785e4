import { withoutCredentials } from "../../base/address.ts";
import { printable } from "../../base/quote.ts";
import { referencesIn } from "../../bind/value.ts";
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
    "What depends on the content of the repository cannot be checked before it is fetched: the entry points, and the runtime of a model that has none of its own.",
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
    for (const { repository, runtime } of graph.bound.models) {
      const { location } = repository;
      if (location.kind === "local" || location.leaf === undefined) continue;
      // A URL that cannot be cloned has its own finding.
      if (location.kind === "remote" && !isCodeAddress(location.url)) continue;
      // A URL with an invalid expression has its own finding.
      if (referencesIn(repository.url).some(({ meaning }) => WRONG.has(meaning.kind))) continue;
      const where =
        location.kind === "remote"
          ? `The code is not on this machine (${printable(withoutCredentials(location.url))})`
          : "The location of the code depends on environment variables";
      const what =
        runtime.kind === "unverified" ? "the runtime of the model is not known" : "its entry points are not checked";
      yield {
        message: `${where}, so ${what}.`,
        span: spanOf(location.leaf.node),
        path: printKeyPath(location.leaf.path),
      };
    }
  },
};

const WRONG: ReadonlySet<string> = new Set(["undefined", "incomplete", "wrong-phase"]);
