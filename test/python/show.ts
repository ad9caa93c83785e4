// What an entrypoint leads to, as one line.
import type { Parameter } from "../../src/python/parameters.ts";
import type { Resolution } from "../../src/python/resolution.ts";

const MARKS = { "positional-only": "/", "keyword-only": "*" } as const;

/** Parameters as Python writes them, without annotations. */
export function showParameters(parameters: readonly Parameter[]): string {
  const parts: string[] = [];
  let before: Parameter["kind"] | undefined;
  for (const { kind, name, default: value } of parameters) {
    if (before === "positional-only" && kind !== before) parts.push(MARKS[before]);
    if (kind === "keyword-only" && before !== kind && before !== "var-positional") parts.push(MARKS[kind]);
    const stars = kind === "var-positional" ? "*" : kind === "var-keyword" ? "**" : "";
    parts.push(`${stars}${name.text}${value === undefined ? "" : `=${value.text}`}`);
    before = kind;
  }
  if (before === "positional-only") parts.push(MARKS[before]);
  return `(${parts.join(", ")})`;
}

/** One line about an outcome; doubts behind a question mark. */
export function showResolution(resolution: Resolution): string {
  switch (resolution.kind) {
    case "found":
    case "class": {
      const { name, parameters, isAsync, module } = resolution.signature;
      const overloads = resolution.kind === "found" ? resolution.overloads.length : 0;
      const words = [
        `${resolution.kind === "class" ? "class " : isAsync ? "async " : ""}${name.text}${showParameters(parameters)}`,
        `in ${module.source.path}`,
        ...(overloads > 0 ? [`with ${overloads} overloads`] : []),
        ...resolution.doubts.map(
          ({ kind, span }) => `?${kind} ${span.source.text.slice(span.start, span.end).split("\n", 1)}`,
        ),
      ];
      return words.join(" ");
    }
    case "module-missing":
      return `no module ${resolution.missing.module} (${resolution.missing.why})`;
    case "name-missing":
      return `no ${resolution.name} in ${resolution.module.source.path}${resolution.hidden === undefined ? "" : ", hidden"}`;
    case "not-callable":
      return `${resolution.what} cannot be called`;
    case "unverified": {
      const { reason } = resolution;
      return `unverified: ${reason.kind}${"module" in reason ? ` ${reason.module}` : ""}`;
    }
  }
}
