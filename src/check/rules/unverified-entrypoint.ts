import type { Finding } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import type { Span } from "../../base/source.ts";
import { referencesIn } from "../../bind/value.ts";
import type { TypedModel } from "../../infer/typed.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import type { UnreadableFile } from "../../python/names/repository.ts";
import type { Doubt, Reason } from "../../python/names/resolution.ts";
import { brokenAt } from "../../python/syntax/broken.ts";
import { example } from "../examples/example.ts";
import { type CallPlace, callsOf } from "../facts/calls.ts";
import { namedCredentials } from "../facts/named-credentials.ts";
import type { Rule } from "../rule.ts";

export const unverifiedEntrypoint: Rule = {
  code: "unverified-entrypoint",
  severity: "unverified",
  subject: "machine",
  summary: "The parameters of an entry point cannot be determined without running the code.",
  explanation:
    "The code is read, never run. A function that is imported from an installed package, computed, or changed by a decorator is not checked.",
  bad: example({
    python: `from detectors import load as get_model


def predict(model, datapoints):
    return []
`,
  }),
  good: example({
    python: `from detectors import load


def get_model():
    return load()


def predict(model, datapoints):
    return []
`,
  }),
  *check(graph) {
    for (const place of callsOf(graph)) {
      const { resolution } = place.call;
      const [doubt] = "doubts" in resolution ? resolution.doubts : [];
      const reason = resolution.kind === "unverified" ? resolution.reason : doubt;
      // If the reason is a syntax error, `python-syntax` reports it.
      const span = reason !== undefined && "span" in reason ? reason.span : undefined;
      const module = span && graph.python.moduleAt(span.source.path);
      if (module !== undefined && brokenAt(module) !== undefined) continue;
      // What is wrong under every condition has its own finding.
      if ("doubts" in resolution && (place.call.arguments ?? place.call.result) !== undefined) continue;
      if (resolution.kind === "unverified") yield* unverified(place, resolution.reason);
      else if (doubt !== undefined && doubt.kind !== "broken") yield finding(place, doubtful(place, doubt), doubt.span);
    }
    const isCredential = namedCredentials(graph);
    for (const model of graph.models) yield* ofEnvironment(model, isCredential);
  },
};

/** Entry points with environment variables; for code that is not on this machine, `remote-code` is reported instead. */
function* ofEnvironment(
  { bound: { runtime }, code }: TypedModel,
  isCredential: (variable: string) => boolean,
): Generator<Finding> {
  if (runtime.kind !== "own" || code.kind !== "local" || code.verdict !== "present") return;
  for (const call of [runtime.runtime.load, runtime.runtime.predict]) {
    const value = call?.entrypoint;
    if (call === undefined || value === undefined) continue;
    const variables = referencesIn(value).flatMap(({ meaning }) =>
      meaning.kind === "environment" ? [meaning.name] : [],
    );
    if (variables.length === 0 || variables.some(isCredential)) continue;
    yield {
      message: `Which function ${quote(call.phase)} calls depends on environment variables, so its inputs are not checked.`,
      span: spanOf(value.node),
      path: printKeyPath(value.path),
    };
  }
}

function* unverified(place: CallPlace, reason: Reason): Generator<Finding> {
  const { module, function: name } = place.call.entrypoint;
  const span = "span" in reason ? reason.span : undefined;
  const shown = quote(name);
  switch (reason.kind) {
    case "broken":
      return;
    case "outside":
      return yield finding(
        place,
        `${shown} is imported from ${quote(reason.module)}, outside the model's code, so it is not checked.`,
        span,
      );
    case "outside-star":
      return yield finding(
        place,
        `${shown} may be imported from ${quote(reason.module)}, outside the model's code, so it is not checked.`,
        span,
      );
    case "computed":
      return yield finding(place, `${shown} is computed when the code runs, so it is not checked.`, span);
    case "dynamic-module":
      return yield finding(place, `${quote(module)} defines names when it runs, so ${shown} is not checked.`, span);
    case "conditional":
      return yield finding(place, `${shown} depends on a condition, so it is not checked.`, span);
    case "base-class":
      return yield finding(
        place,
        `The parameters of ${shown} depend on a class outside the model's code, so its inputs are not checked.`,
        span,
      );
    case "class-order":
      return yield finding(
        place,
        `Python cannot order the base classes of ${shown}, so its inputs are not checked.`,
        span,
      );
    case "endless":
      return yield finding(place, `The imports of ${shown} form a cycle, so it is not checked.`, span);
    case "unreadable":
      // `outside-root` is reported instead.
      if (reason.why === "outside-root") return;
      return yield {
        ...finding(place, `${quote(reason.path)} ${UNREAD[reason.why]}, so ${shown} is not checked.`, undefined),
        span: place.moduleSpan(0, module.length),
      };
    case "ignored":
      return yield {
        ...finding(place, `${quote(reason.path)} is not on this machine, and Git ignores it.`, undefined),
        span: place.moduleSpan(0, module.length),
      };
  }
}

const UNREAD: Readonly<Record<Exclude<UnreadableFile["why"], "outside-root">, string>> = {
  "no-text": "cannot be read as text",
  "too-large": "is too large",
  "too-deep": "is nested too deeply",
};

function doubtful({ call }: CallPlace, { kind }: Doubt): string {
  const shown = quote(call.entrypoint.function);
  const isAmbiguous = kind === "conditional" || kind === "star-import";
  const what = isAmbiguous ? `Which ${shown} is called depends` : `The parameters of ${shown} depend`;
  return `${what} on ${DEPENDS_ON[kind]}, so its inputs are not checked.`;
}

const DEPENDS_ON: Readonly<Record<Doubt["kind"], string>> = {
  decorator: "a decorator",
  conditional: "a condition",
  partial: "computed arguments of `partial`",
  broken: "code with a syntax error",
  "base-class": "a class outside the model's code",
  metaclass: "a metaclass",
  "star-import": "a star import",
  constructor: "its `__new__`",
  patched: "code outside the class that changes it",
};

function finding({ functionSpan, path, related }: CallPlace, message: string, span: Span | undefined): Finding {
  const places = span === undefined ? related : [{ message: "because of this", span }, ...related];
  return { message, span: functionSpan, path, ...(places.length > 0 && { related: places }) };
}
