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
    "Nothing that depends on what is in the repository can be checked before it is fetched: the entrypoints, and the runtime of a model that has none of its own.",
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
      // An address that leads nowhere has its own finding.
      if (location.kind === "remote" && !isCodeAddress(location.url)) continue;
      // An address that is wrong by itself says nothing about where the code is.
      if (referencesIn(repository.url).some(({ meaning }) => WRONG.has(meaning.kind))) continue;
      const where =
        location.kind === "remote"
          ? `The code is not on this machine (${printable(withoutCredentials(location.url))})`
          : "Where the code is depends on the environment";
      const what =
        runtime.kind === "unverified" ? "the model's runtime is not known" : "its entrypoints are not checked";
      yield {
        message: `${where}, so ${what}.`,
        span: spanOf(location.leaf.node),
        path: printKeyPath(location.leaf.path),
      };
    }
  },
};

const WRONG: ReadonlySet<string> = new Set(["undefined", "incomplete", "wrong-phase"]);
