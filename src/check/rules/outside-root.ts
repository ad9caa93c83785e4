import { quote } from "../../base/quote.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { callsOf } from "../facts/calls.ts";
import { namedPlaces } from "../facts/named-places.ts";
import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const outsideRoot: Rule = {
  code: "outside-root",
  severity: "error",
  subject: "definition",
  summary: "A path leads out of the folder that is checked, by `..` or by a symbolic link.",
  explanation:
    "What is outside of the working folder is not under version control with the definition, so it works here and nowhere else. For code that is an error, for a file of a model a warning. A definition that is a symbolic link out of the folder is not read at all, so no part of the file that it leads to is shown.",
  bad: example({
    model: `    repository:
      url: ../detector
`,
  }),
  good: example({
    model: `    repository:
      url: detector
`,
  }),
  *check(graph) {
    for (const { span, leadsTo } of problemsOf(graph, "link")) {
      yield {
        message: `${quote(span.source.path)} is a symbolic link that leads ${ELSEWHERE[leadsTo]}, so it is not read.`,
        hint: "Replace the link with the definition itself.",
        span,
        path: "",
      };
    }
    for (const { what, leaf, place } of namedPlaces(graph)) {
      if (place.kind !== "local" || place.leaves === undefined || what === "data") continue;
      // That it is not there is the greater trouble, except for code, which could not be used if it were.
      if (what === "file" && place.verdict !== "present") continue;
      const isCode = what === "code";
      yield {
        message:
          place.leaves === "path"
            ? `${quote(place.path)} is outside of the folder that is checked.`
            : `${quote(place.path)} is a symbolic link that leads out of the folder that is checked.`,
        ...(isCode ? {} : { severity: "warning" as const }),
        hint: isCode
          ? "Move the code below this folder, name its git repository, or run from the folder that holds both (`--cwd`)."
          : "It works here and nowhere else: move the file below this folder, or write its address.",
        span: spanOf(leaf.node),
        path: printKeyPath(leaf.path),
      };
    }
    for (const { call, moduleSpan, path, related } of callsOf(graph)) {
      const { resolution, entrypoint } = call;
      if (resolution.kind !== "unverified" || resolution.reason.kind !== "unreadable") continue;
      const { why, path: file } = resolution.reason;
      if (why !== "outside-root") continue;
      yield {
        message: `${quote(file)} is a symbolic link that leads out of the model's code.`,
        hint: "Copy the module here; nobody else has what the link leads to.",
        span: moduleSpan(0, entrypoint.module.length),
        path,
        ...(related.length > 0 && { related }),
      };
    }
  },
};

const ELSEWHERE = {
  outside: "out of the folder that is checked",
  git: "into the `.git` folder",
} as const;
