import { quote } from "../../base/quote.ts";
import { remember } from "../../base/remember.ts";
import { isTypo } from "../../base/typo.ts";
import type { BoundInput, BoundModel, Reference } from "../../bind/bound.ts";
import { referencesIn } from "../../bind/value.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import { type Path, printKeyPath } from "../../parse/tree.ts";
import { segmentSpan, writtenReferences } from "../facts/places.ts";
import { secretArguments } from "../facts/secret-flow.ts";
import type { Rule } from "../rule.ts";

export const suspiciousVariable: Rule = {
  code: "suspicious-variable",
  severity: "hint",
  subject: "definition",
  summary: "The name of an environment variable is probably a mistake.",
  explanation:
    "A name without a dot is an environment variable, and whether it is set is known only where the model runs. Environment variables are usually uppercase, so a lowercase name is often meant to be a file or an input.",
  bad: `project:
  name: aircraft
  description: Built for \${stage}
`,
  good: `project:
  name: aircraft
  description: Built for \${STAGE}
`,
  *check(graph) {
    // If the environment is known, a variable is set or has its own finding.
    if (graph.environment.kind === "known") return;
    const uses = [...writtenReferences(graph)].flatMap((reference) =>
      reference.meaning.kind === "environment" ? [{ reference, name: reference.meaning.name }] : [],
    );
    const names = new Set(uses.map(({ name }) => name));
    const models = ownersOf(graph);
    // `secret-argument` already reports credentials that are passed to Python.
    const credentials = new Set(
      [...secretArguments(graph)].flatMap((each) => (each.isCredential ? [each.reference] : [])),
    );
    const seen = new Set<string>();
    for (const { reference, name } of uses) {
      const { expression, path } = reference;
      // A default, or a message for an unset variable, shows that the variable is meant.
      if (expression.default !== undefined || expression.required !== undefined) continue;
      const model = models.get(reference);
      const own = hintForPath(model, reference, name);
      // `bare-expression` already reports variables without braces.
      const isReported = credentials.has(reference) || expression.spelling === "bare";
      const hint = own ?? (isReported ? undefined : hintForName(name, names, seen));
      const key = `${model?.key ?? ""} ${name}`;
      if (hint !== undefined && !seen.has(key)) {
        const message = `${quote(name)} is read as an environment variable, like every name without a dot.`;
        const severity = own === undefined ? "hint" : "warning";
        yield { message, hint, severity, span: segmentSpan(reference, 0), path: printKeyPath(path) };
      }
      seen.add(key).add(name);
    }
  },
};

function ownersOf({ bound }: TypedGraph): ReadonlyMap<Reference, BoundModel> {
  return new Map(bound.models.flatMap((model) => model.references.map((reference) => [reference, model] as const)));
}

/** In an input of a model: the expression for the model's own file, device, input or output of that name. */
function hintForPath(model: BoundModel | undefined, reference: Reference, name: string): string | undefined {
  const phase = phaseOf(reference.path);
  const meant = model && phase !== undefined ? pathOf(model, reference, name, phase === "predict") : undefined;
  return meant === undefined ? undefined : `Write \`\${${meant}}\` if you mean ${quote(name)} of this model.`;
}

/** The call whose inputs a path leads into. */
function phaseOf(path: Path | undefined): "load" | "predict" | undefined {
  let phase: "load" | "predict" | undefined;
  for (let at = path; at !== undefined; at = at.parent) {
    const call = at.key === "inputs" ? at.parent?.key : undefined;
    if ((call === "load" || call === "predict") && at.parent?.parent?.key === "runtime") phase = call;
  }
  return phase;
}

function pathOf(
  { files, runtime }: BoundModel,
  reference: Reference,
  name: string,
  isPredict: boolean,
): string | undefined {
  const used = "runtime" in runtime ? runtime.runtime : undefined;
  if (files.has(name)) return `model.files.${name}.url`;
  if (name === "device") return "model.runtime.device";
  if (isPredict && used?.load?.output?.name === name) return `model.runtime.load.output.${name}`;
  const input = used?.load?.inputs.get(name);
  // An input is not meant in its own value.
  if (input === undefined || ownReferences(input).has(reference)) return undefined;
  return `model.runtime.load.inputs.${name}`;
}

const ownReferences = remember(({ value }: BoundInput): ReadonlySet<Reference> => new Set(referencesIn(value)));

/** An earlier variable that differs only by a typo; otherwise, for a lowercase name, the uppercase one. */
function hintForName(name: string, names: ReadonlySet<string>, seen: ReadonlySet<string>): string | undefined {
  if (names.size <= MOST_COMPARED && !seen.has(name)) {
    const other = [...names].find((each) => each !== name && seen.has(each) && isTypo(each, name));
    if (other !== undefined) return `Use the same spelling as \`\${${other}}\` if you mean that variable.`;
  }
  if (name === name.toUpperCase() || USUAL.has(name)) return undefined;
  return `Write \`\${${name.toUpperCase()}}\` if the variable is uppercase, as most are.`;
}

const MOST_COMPARED = 200;

/** Variables that are usually lowercase. */
const USUAL: ReadonlySet<string> = new Set(["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"]);
