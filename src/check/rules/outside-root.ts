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
  summary: "A path leads outside the root folder, through `..` or a symbolic link.",
  explanation:
    "The root folder is the working directory or, for a definition outside it, the folder of the definition. Files outside the root folder are not under version control with the definition, so they exist only on this machine. This is an error for code, and a warning for a file or the examples of a model. A definition that is a symbolic link to a file outside the root folder is not read, so that no part of that file is shown.",
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
        message: `${quote(span.source.path)} is a symbolic link ${TARGETS[leadsTo]}, so it is not read.`,
        hint: "Replace the link with the definition itself.",
        span,
        path: "",
      };
    }
    for (const { what, leaf, place } of namedPlaces(graph)) {
      if (place.kind !== "local" || place.leaves === undefined || what === "data") continue;
      // A file that does not exist is the more serious problem; code outside the root cannot be used in any case.
      if (what !== "code" && place.verdict !== "present") continue;
      const isCode = what === "code";
      yield {
        message:
          place.leaves === "path"
            ? `${quote(place.path)} is outside the root folder.`
            : `${quote(place.path)} is a symbolic link to a place outside the root folder.`,
        ...(isCode ? {} : { severity: "warning" as const }),
        hint: isCode
          ? "Move the code into the root folder, use its Git repository, or set a working directory that contains both (`--cwd`)."
          : what === "file"
            ? "Move the file into the root folder, or use a URL."
            : "Move the folder of the examples into the root folder.",
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
        message: `${quote(file)} is a symbolic link to a file outside the model's code.`,
        hint: "Copy the module into the code: the target of the link exists only on this machine.",
        span: moduleSpan(0, entrypoint.module.length),
        path,
        ...(related.length > 0 && { related }),
      };
    }
  },
};

const TARGETS = {
  outside: "to a file outside the root folder",
  git: "to a file in the `.git` folder",
} as const;
