// What was read, as lines of text.
import type { Binding, Definition, FunctionHeader } from "../../src/python/module.ts";
import type { Resolution } from "../../src/python/names/resolution.ts";
import type { Parameter } from "../../src/python/text/parameters.ts";
import type { Part } from "../../src/python/text/text.ts";

const MARKS = { "positional-only": "/", "keyword-only": "*" } as const;

/** Parameters as in Python, without annotations. */
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

/** One line about an outcome, with doubts after a question mark. */
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

/** A binding as one line: its name, with `?` if it is below a condition and `!` if it cannot be imported. */
export function showBinding(binding: Binding): string {
  const mark = { always: "", conditional: " ?", repeated: " ?", "type-checking": " !", script: " !" }[binding.reach];
  return `${bindingText(binding)}${mark}`;
}

function bindingText(binding: Binding): string {
  switch (binding.kind) {
    case "function":
      return showFunction(binding);
    case "class": {
      const { positional, keywords } = binding.bases;
      const parts = [
        ...positional.map(({ text }) => text),
        ...keywords.map(({ name, value }) => `${name.text}=${value.text}`),
      ];
      return `${showDecorators(binding)}class ${binding.name.text}(${parts.join(", ")})`;
    }
    case "import":
      return binding.module === binding.name.text
        ? `import ${binding.module}`
        : `import ${binding.module} as ${binding.name.text}`;
    case "import-from": {
      const { from, imported, name } = binding;
      const path = ".".repeat(from.level) + from.module;
      return `from ${path} import ${imported.text}${name.text === imported.text ? "" : ` as ${name.text}`}`;
    }
    case "import-star":
      return `from ${".".repeat(binding.from.level)}${binding.from.module} import *`;
    case "value":
      return `${binding.name.text}${part(": ", binding.annotation)}${part(" = ", binding.value)}`;
    case "type-alias":
      return `type ${binding.name.text} = ${binding.value.text}`;
    case "deleted":
      return `del ${binding.name.text}`;
    case "bound":
      return binding.name.text;
  }
}

function showFunction(header: FunctionHeader): string {
  const parameters = header.parameters.map((each) => {
    const [before, after] = PARAMETER_MARKS[each.kind];
    return `${before}${each.name.text}${after}${part(": ", each.annotation)}${part(" = ", each.default)}`;
  });
  const start = `${showDecorators(header)}${header.isAsync ? "async " : ""}def ${header.name.text}`;
  return `${start}(${parameters.join(", ")})${part(" -> ", header.returns)}${header.isBroken ? " broken" : ""}`;
}

const PARAMETER_MARKS = {
  "positional-only": ["", " /"],
  "positional-or-keyword": ["", ""],
  "var-positional": ["*", ""],
  "keyword-only": ["", " *"],
  "var-keyword": ["**", ""],
} as const;

function showDecorators({ decorators }: Definition): string {
  return decorators.map(({ expression }) => `@${expression.text} `).join("");
}

function part(before: string, { text }: Partial<Part> = {}): string {
  return text === undefined ? "" : before + text;
}
