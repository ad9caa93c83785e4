import { compareText } from "../../base/diagnostic.ts";
import { printable, quote } from "../../base/quote.ts";
import type { Reference } from "../../bind/bound.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { segmentSpan, writtenReferences } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const missingEnvironment: Rule = {
  code: "missing-environment",
  severity: "error",
  subject: "machine",
  summary: "An environment variable is not set.",
  explanation:
    "`check` reports this only with `--env` or `--env-from`; `run` always reports it before anything starts. A default, as in `${NAME:-text}`, makes a variable optional. An unset `$NAME` without braces is left unchanged, so it is only a warning.",
  bad: `project:
  name: aircraft
  description: \${MODELWRIGHT_EXAMPLE}
`,
  good: `project:
  name: aircraft
  description: \${MODELWRIGHT_EXAMPLE:-test}
`,
  *check(graph) {
    const { environment } = graph;
    if (environment.kind === "unknown") return;
    const uses = new Map<string, Reference[]>();
    const bare = new Map<string, Reference[]>();
    for (const reference of writtenReferences(graph)) {
      const { meaning, expression } = reference;
      if (meaning.kind !== "environment" || expression.default !== undefined) continue;
      const { name } = meaning;
      if (expression.spelling === "bare") {
        if (environment.unset.has(name)) add(bare, name, reference);
        continue;
      }
      // Inside text, an empty variable is allowed.
      const isMissing = reference.isAlone || expression.required !== undefined;
      if (environment.unset.has(name) || (isMissing && environment.empty.has(name))) add(uses, name, reference);
    }
    for (const [name, [first, ...others]] of [...uses].sort(([a], [b]) => compareText(a, b))) {
      if (first === undefined) continue;
      const required = [first, ...others].find(({ expression }) => expression.required !== undefined)?.expression
        .required;
      yield {
        message: `The environment variable ${quote(name)} is ${environment.unset.has(name) ? "not set" : "empty"}.`,
        hint: required === undefined ? `Set it, or add a default: \`\${${name}:-text}\`.` : printable(required.value),
        span: segmentSpan(first, 0),
        path: printKeyPath(first.path),
        related: others.slice(0, 3).map((other) => ({ message: "also used here", span: segmentSpan(other, 0) })),
      };
    }
    for (const [name, [first, ...others]] of [...bare].sort(([a], [b]) => compareText(a, b))) {
      if (first === undefined || uses.has(name)) continue;
      yield {
        message: `The environment variable ${quote(name)} is not set, so ${quote(`$${name}`)} is left unchanged.`,
        hint: `Set ${quote(name)} if this is meant to be a variable.`,
        severity: "warning",
        span: segmentSpan(first, 0),
        path: printKeyPath(first.path),
        related: others.slice(0, 3).map((other) => ({ message: "also used here", span: segmentSpan(other, 0) })),
      };
    }
  },
};

function add(uses: Map<string, Reference[]>, name: string, reference: Reference): void {
  const others = uses.get(name);
  if (others === undefined) uses.set(name, [reference]);
  else others.push(reference);
}
