import type { Finding } from "../../base/diagnostic.ts";
import { quote } from "../../base/did-you-mean.ts";
import { type Span, textOf } from "../../base/source.ts";
import type { Binding, Definition, FunctionHeader, PythonModule } from "../../python/module.ts";
import { callsOf, modulesOf } from "../calls.ts";
import { example } from "../example.ts";
import type { Rule } from "../rule.ts";

export const pythonSyntax: Rule = {
  code: "python-syntax",
  severity: "error",
  subject: "definition",
  needsCode: true,
  summary: "The Python code of an entrypoint cannot be imported.",
  explanation:
    "One mistake anywhere in a Python file keeps Python from importing it. The file is read but never run: only what any version of Python 3 refuses is reported.",
  bad: example({
    python: `def get_model():
    return open("model.bin"


def predict(model, datapoints):
    return []
`,
  }),
  good: example({
    python: `def get_model():
    return open("model.bin")


def predict(model, datapoints):
    return []
`,
  }),
  *check(graph) {
    const seen = new Set<string>();
    for (const { call, functionSpan, path, related } of callsOf(graph)) {
      const at = [{ message: "The entrypoint leads to this file.", span: functionSpan }, ...related];
      for (const module of modulesOf(graph, call)) {
        if (seen.has(module.source.path)) continue;
        seen.add(module.source.path);
        for (const mistake of mistakesIn(module))
          yield { ...mistake, path, related: [...(mistake.related ?? []), ...at] };
      }
    }
  },
};

type Mistake = Omit<Finding, "path">;

/** What is left open makes everything behind it doubtful, so it is the only thing that is said. */
function* mistakesIn({ damage, bindings }: PythonModule): Generator<Mistake> {
  const [first] = damage;
  if (first !== undefined) {
    yield damaged(first);
    return;
  }
  for (const definition of definitionsIn(bindings)) {
    if (definition.isBroken) {
      yield unfinished(definition);
      return;
    }
    if (definition.kind === "function") yield* parameterMistakes(definition);
  }
}

function damaged(span: Span): Mistake {
  const text = textOf(span);
  if (/^[<|=>]{7}$/.test(text)) {
    return {
      message: "A merge conflict is left in this file.",
      hint: "Keep one of the two versions, and remove the marks.",
      span,
    };
  }
  if (/["']$/.test(text))
    return { message: "This string is never closed.", hint: `Close it with ${quote(quotesOf(text))}.`, span };
  return {
    message: `This ${quote(text)} is never closed.`,
    hint: `Close it with ${quote(CLOSING[text] ?? ")")}.`,
    span,
  };
}

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

function quotesOf(text: string): string {
  return text.slice(text.search(/["']/));
}

function unfinished({ kind, name, span }: Definition): Mistake {
  const what = kind === "class" ? "class" : "function";
  const isOpen = !textOf(span).endsWith(":");
  const message = `The head of the ${what} ${quote(name.text)} ${isOpen ? "does not end with a colon" : "is not right"}.`;
  const hint = kind === "class" ? "Write `class Name(Base):`." : "Write `def name(parameter, other=default):`.";
  return { message, hint, span };
}

function* parameterMistakes({ parameters }: FunctionHeader): Generator<Mistake> {
  const names = new Map<string, Span>();
  let optional: Span | undefined;
  for (const { kind, name, default: value } of parameters) {
    const first = names.get(name.text);
    if (first !== undefined) {
      const related = [{ message: "The first one stands here.", span: first }];
      yield {
        message: `There are two parameters named ${quote(name.text)}.`,
        hint: "Rename one.",
        span: name.span,
        related,
      };
    } else names.set(name.text, name.span);
    if (kind !== "positional-only" && kind !== "positional-or-keyword") continue;
    if (value !== undefined) optional ??= name.span;
    else if (optional !== undefined) {
      yield {
        message: `${quote(name.text)} has no default, but stands behind a parameter with one.`,
        hint: "Give it a default, or move it to the front.",
        span: name.span,
        related: [{ message: "This one has a default.", span: optional }],
      };
    }
  }
}

/** Every function and class of a module, wherever it is defined. */
function* definitionsIn(bindings: readonly Binding[]): Generator<Definition> {
  const waiting: (readonly Binding[])[] = [bindings];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const each of next) {
      if (each.kind !== "function" && each.kind !== "class") continue;
      yield each;
      waiting.push(each.kind === "class" ? each.body : each.inner);
    }
  }
}
