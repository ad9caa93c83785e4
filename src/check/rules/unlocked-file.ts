import { example } from "../examples/example.ts";
import { lockables } from "../facts/locked.ts";
import type { Rule } from "../rule.ts";

const model = (url: string) =>
  example({
    model: `    files:
      - name: params
        url: ${url}
`,
    load: `        inputs:
          - name: params_url
            value: \${model.files.params.url}
`,
  });

export const unlockedFile: Rule = {
  code: "unlocked-file",
  severity: "hint",
  subject: "machine",
  group: "pedantic",
  summary: "A file is downloaded, and no lock file records its content.",
  explanation:
    "The server can replace the file under the same URL. `modelwright lock` records its hash in `modelwright.lock`, and then any other content is an error.",
  bad: model("https://example.com/params.pt"),
  good: `${model("https://example.com/params.pt")}
# modelwright.lock
{
  "lockVersion": 1,
  "files": {
    "https://example.com/params.pt": {
      "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "bytes": 4
    }
  }
}
`,
  *check(graph) {
    for (const { section, lock, span, path } of lockables(graph)) {
      if (section !== "files" || lock.kind !== "absent") continue;
      const message = "The file is not locked, so it can change at any time.";
      yield { message, hint: "Run `modelwright lock` to record its content.", span, path };
    }
  },
};
