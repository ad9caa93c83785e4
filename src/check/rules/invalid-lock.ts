import { quote } from "../../base/quote.ts";
import { example } from "../examples/example.ts";
import { locksOf } from "../facts/locked.ts";
import type { Rule } from "../rule.ts";

const detector = () =>
  example({
    model: `    repository:
      url: https://example.com/detector.git
      branch: main
`,
  });

export const invalidLock: Rule = {
  code: "invalid-lock",
  severity: "error",
  subject: "machine",
  summary: "The lock file cannot be read.",
  explanation:
    "`modelwright.lock` is written by `modelwright lock`. After a merge conflict, `modelwright lock` reads both versions and writes the file again; there is no need to edit it.",
  bad: `${detector()}
# modelwright.lock
{ "lockVersion": 2 }
`,
  good: `${detector()}
# modelwright.lock
{
  "lockVersion": 1,
  "code": {
    "https://example.com/detector.git#main": { "commit": "4f2a6f8a0f0f4a1f8d5d3f2f6f4d0f7c6b1a2e3d" }
  }
}
`,
  *check(graph) {
    for (const lock of locksOf(graph)) {
      if (lock.kind !== "conflict" && lock.kind !== "invalid") continue;
      const { source } = lock;
      const start = lock.kind === "conflict" ? lock.start : 0;
      const end = source.text.indexOf("\n", start);
      const span = { source, start, end: end < 0 ? source.text.length : end };
      if (lock.kind === "conflict") {
        const hint = "Run `modelwright lock`, which reads both versions.";
        yield { message: "Unresolved merge conflict in the lock file.", hint, span, path: "" };
      } else {
        const hint = "Remove the file, and run `modelwright lock` to write it again.";
        yield { message: `${quote(source.path)} cannot be used, because ${lock.message}.`, hint, span, path: "" };
      }
    }
  },
};
