import { lockedState } from "../../base/lock-file.ts";
import { printable, quote } from "../../base/quote.ts";
import { example } from "../examples/example.ts";
import { type Lockable, lockables, lockedEntry } from "../facts/locked.ts";
import type { Rule } from "../rule.ts";

const locked = (branch: string) => `${detector()}
# modelwright.lock
{
  "lockVersion": 1,
  "code": {
    "https://example.com/detector.git#${branch}": {
      "commit": "4f2a6f8a0f0f4a1f8d5d3f2f6f4d0f7c6b1a2e3d"
    }
  }
}
`;

const detector = () =>
  example({
    model: `    repository:
      url: https://example.com/detector.git
      branch: main
`,
  });

export const staleLock: Rule = {
  code: "stale-lock",
  severity: "warning",
  subject: "machine",
  summary: "The lock file has no entry for something that the definition fetches.",
  explanation:
    "`modelwright lock` writes `modelwright.lock`, which records what branches, files and image tags mean. After a change of a URL or a branch, it has to be written again. It is compared with the definition if it exists.",
  bad: locked("other"),
  good: locked("main"),
  *check(graph) {
    for (const lockable of lockables(graph)) {
      const { lock, span, path, key } = lockable;
      if (lock.kind !== "present") continue;
      const file = quote(lock.source.path);
      const hint = "Run `modelwright lock` to update it.";
      const entry = lockedEntry(lockable);
      if (entry === undefined) yield { message: `${file} has no entry for \`${printable(key)}\`.`, hint, span, path };
      else if (isOtherCommit(lockable, entry)) {
        const commit = quote(lockable.commit ?? "");
        yield { message: `The commit is ${commit}, but ${file} records ${lockedState(entry)}.`, hint, span, path };
      }
    }
  },
};

function isOtherCommit({ commit }: Lockable, entry: object): boolean {
  return commit !== undefined && "commit" in entry && !String(entry.commit).startsWith(commit.trim().toLowerCase());
}
