import { quote } from "../../base/quote.ts";
import { keyOfImage } from "../../infer/locked-code.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { isLocked } from "../facts/locked.ts";
import type { Rule } from "../rule.ts";

export const floatingImage: Rule = {
  code: "floating-image",
  severity: "hint",
  subject: "definition",
  group: "pedantic",
  summary: "The Docker image has no fixed version.",
  explanation:
    "Without a tag, or with `latest`, the same definition may use a different image tomorrow. Use a tag with a version, or a digest (`@sha256:…`), which never changes. `modelwright lock` records the digest in `modelwright.lock`, and containers then use that image.",
  bad: example({
    runtime: `      image: python
`,
  }),
  good: example({
    runtime: `      image: python:3.11-slim
`,
  }),
  *check(graph) {
    for (const { bound, constantOf } of graph.models) {
      const image = bound.runtime.kind === "own" ? bound.runtime.runtime.image : undefined;
      const text = constantOf(image)?.trim();
      if (image === undefined || text === undefined || text === "" || text.includes("@")) continue;
      // A colon before the last slash belongs to the port of a registry.
      const tag = /:([^/:]*)$/.exec(text)?.[1];
      if (tag !== undefined && tag !== "latest") continue;
      if (isLocked(graph.lockOf(bound.definition), "images", keyOfImage(bound, image))) continue;
      yield {
        message:
          tag === undefined
            ? "The image has no tag, so it can change at any time."
            : "The tag `latest` can change at any time.",
        hint: `Write a version, such as ${quote(`${tag === undefined ? text : text.slice(0, -":latest".length)}:1.2.3`)}, or run \`modelwright lock\` to record the digest.`,
        span: spanOf(image.node),
        path: printKeyPath(image.path),
      };
    }
  },
};
