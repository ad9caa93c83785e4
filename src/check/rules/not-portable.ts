import { printPath } from "../../parse/tree.ts";
import { example } from "../example.ts";
import { type PortabilityKind, portabilityOf } from "../portability.ts";
import type { Rule } from "../rule.ts";

export const notPortable: Rule = {
  code: "not-portable",
  severity: "hint",
  subject: "definition",
  group: "portable",
  summary: "The Efemarai platform, or its own checker, reads something differently.",
  explanation:
    "Modelwright understands more than the platform: text around expressions, expressions in lists and maps, defaults, a second spelling, inputs that refer to one another. A definition that both are to read does without.",
  bad: example({
    load: `        inputs:
          - name: title
            value: the \${model.name}
`,
  }),
  good: example({
    load: `        inputs:
          - name: title
            value: \${model.name}
`,
  }),
  *check(graph) {
    for (const { kind, span, path } of portabilityOf(graph)) {
      const [message, hint] = WORDS[kind];
      yield { message, ...(hint === undefined ? {} : { hint }), span, path: printPath(path) };
    }
  },
};

const WORDS: Readonly<Record<PortabilityKind, readonly [message: string, hint?: string]>> = {
  angles: ["The platform takes `$<…>` for text.", "Write `${…}`."],
  suffix: ["The platform knows no defaults: it looks for a variable of exactly this text.", "Write only the name."],
  "path-spelling": ["The platform wants names and dots only, without blanks, quotes or brackets."],
  escape: ["The platform knows no escape: it replaces a variable here too, and keeps the extra `$`."],
  "double-dollar": ["The platform replaces the variable after the second `$` when it is set."],
  "in-comment": [
    "The platform replaces variables in comments, too, and stops when this one is not set.",
    "Write the name without braces.",
  ],
  "dollar-value": [
    "The platform takes a value that starts with `$` for a reference, and finds nothing of this name.",
    "Start the value with other text, or write the value in Python.",
  ],
  "text-around": [
    "The platform resolves an expression only at the beginning of a value, and drops what stands behind it.",
    "Make the whole value one expression, and put the text together in Python.",
  ],
  "inside-collection": [
    "The platform does not look into lists and maps: Python gets this as text.",
    "Give it an input of its own.",
  ],
  sibling: ["The platform cannot refer to an input of the same call.", "Write what that input refers to."],
  "not-an-input": ["The platform resolves runtime names only in the inputs of `load` and `predict`; here it is text."],
  "environment-in-runtime": [
    "The platform reads the runtime from the code, without the variables of this machine.",
    "Write the value itself, or read the variable in Python.",
  ],
  "universal-first": [
    "The platform takes the first entry that fits, so this one wins over the exact name below.",
    "Move the universal entry to the end.",
  ],
  "universal-beside": [
    "The platform does not use a universal entry of the same file: the model finds itself first, without a runtime.",
    "Put the universal entry into the `efemarai.yaml` of the code.",
  ],
  "upload-of-address": [
    "The platform's checker takes this for a local file, because `upload` is true unless it is said.",
    "Add `upload: false`.",
  ],
  "empty-at-check": ["The platform's checker stops at a key without a value here.", "Leave the key out."],
  "empty-at-create": [
    "The platform's SDK stops here when it creates this: the key has no value.",
    "Leave the key out.",
  ],
  "empty-at-run": [
    "The platform's SDK stops here when it runs the model or loads the domain: the key has no value.",
    "Write a value.",
  ],
  "domain-file": ["The platform's checker refuses a domain in a file of its own."],
};
