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
  summary: "A variable of the environment has a name that is probably meant otherwise.",
  explanation:
    "A name without a dot is a variable of the environment, and whether that is set is known only where the model runs. Such names are in capitals nearly everywhere, so one in small letters is often the name of a file or an input.",
  bad: `project:
  name: aircraft
  description: Built for \${stage}
`,
  good: `project:
  name: aircraft
  description: Built for \${STAGE}
`,
  *check(graph) {
    // With an environment at hand, a variable is there or has a finding of its own.
    if (graph.environment.kind === "known") return;
    const uses = [...writtenReferences(graph)].flatMap((reference) =>
      reference.meaning.kind === "environment" ? [{ reference, name: reference.meaning.name }] : [],
    );
    const names = new Set(uses.map(({ name }) => name));
    const models = ownersOf(graph);
    // Of a credential that is handed to Python more is said than how it is spelled.
    const handedOn = new Set(
      [...secretArguments(graph)].flatMap((each) => (each.isCredential ? [each.reference] : [])),
    );
    const seen = new Set<string>();
    for (const { reference, name } of uses) {
      const { expression, path } = reference;
      // Who writes a default or a message for its absence means the environment.
      if (expression.default !== undefined || expression.required !== undefined) continue;
      const model = models.get(reference);
      const own = hintForPath(model, reference, name);
      // How a variable without braces is spelled is a finding already.
      const isSaid = handedOn.has(reference) || expression.spelling === "bare";
      const hint = own ?? (isSaid ? undefined : hintForName(name, names, seen));
      const key = `${model?.key ?? ""} ${name}`;
      if (hint !== undefined && !seen.has(key)) {
        const message = `${quote(name)} is read from the environment, as every name without a dot is.`;
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

/** Where an input of a model says what the model calls something. */
function hintForPath(model: BoundModel | undefined, reference: Reference, name: string): string | undefined {
  const phase = phaseOf(reference.path);
  const meant = model && phase !== undefined ? pathOf(model, reference, name, phase === "predict") : undefined;
  return meant === undefined ? undefined : `If that of this model is meant, write \`\${${meant}}\`.`;
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
  // Nobody means an input by its own value.
  if (input === undefined || ownReferences(input).has(reference)) return undefined;
  return `model.runtime.load.inputs.${name}`;
}

const ownReferences = remember(({ value }: BoundInput): ReadonlySet<Reference> => new Set(referencesIn(value)));

/** Another variable that differs by a slip and came first; else, for small letters, the same in capitals. */
function hintForName(name: string, names: ReadonlySet<string>, seen: ReadonlySet<string>): string | undefined {
  if (names.size <= MOST_COMPARED && !seen.has(name)) {
    const other = [...names].find((each) => each !== name && seen.has(each) && isTypo(each, name));
    if (other !== undefined) return `Another place has \`\${${other}}\`; write both alike.`;
  }
  if (name === name.toUpperCase() || USUAL.has(name)) return undefined;
  return `Such names are in capitals nearly everywhere; if yours is, write \`\${${name.toUpperCase()}}\`.`;
}

const MOST_COMPARED = 200;

/** Variables that are in small letters everywhere. */
const USUAL: ReadonlySet<string> = new Set(["http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"]);
