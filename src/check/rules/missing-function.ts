import type { Finding, Related } from "../../base/diagnostic.ts";
import { nearest, quote, suggest } from "../../base/did-you-mean.ts";
import { textOf } from "../../base/source.ts";
import type { PythonModule } from "../../python/module.ts";
import type { Resolution } from "../../python/resolution.ts";
import { type CallPlace, callsOf } from "../calls.ts";
import { example } from "../example.ts";
import type { Rule } from "../rule.ts";

export const missingFunction: Rule = {
  code: "missing-function",
  severity: "error",
  subject: "definition",
  needsCode: true,
  summary: "The module of an entrypoint has no such function.",
  explanation:
    "The function stands at the top level of its module, or is imported there. What is defined inside of another function or below `if TYPE_CHECKING:` cannot be reached.",
  bad: example({ entrypoint: "inference:get_modle" }),
  good: example({ entrypoint: "inference:get_model" }),
  *check(graph) {
    const near = new Map<NameMissing, Nearby>();
    for (const place of callsOf(graph)) {
      const { resolution } = place.call;
      if (resolution.kind !== "name-missing") continue;
      const nearby = near.get(resolution) ?? nearbyOf(resolution);
      near.set(resolution, nearby);
      yield missing(place, resolution, nearby);
    }
  },
};

type NameMissing = Extract<Resolution, { readonly kind: "name-missing" }>;

/** What may be meant; the same for all who miss the same name. */
interface Nearby {
  readonly hint: string;
  readonly elsewhere: readonly Related[];
}

function nearbyOf({ name, module, names, hidden }: NameMissing): Nearby {
  if (hidden === undefined) {
    return { hint: suggest(name, names, "function"), elsewhere: nearOnes(module, name, names) };
  }
  const elsewhere = [{ message: "It is defined here, where no import reaches it.", span: hidden.name.span }];
  return { hint: "Define it at the top level of the module.", elsewhere };
}

function missing(place: CallPlace, { name, module, trail }: NameMissing, { hint, elsewhere }: Nearby): Finding {
  const message = `There is no ${quote(name)} in ${quote(module.source.path)}.`;
  const imported = trail.at(-1);
  if (imported === undefined || textOf(imported) !== name) {
    const related = [...elsewhere, ...place.related];
    return { message, hint, span: place.functionSpan, path: place.path, ...(related.length > 0 && { related }) };
  }
  const related = [{ message: "The entrypoint leads here.", span: place.functionSpan }, ...place.related, ...elsewhere];
  return { message, hint, span: imported, path: place.path, related };
}

/** Where the one name is that may be meant. */
function nearOnes(module: PythonModule, name: string, names: readonly string[]): readonly Related[] {
  const [near, second] = nearest(name, names);
  if (near === undefined || second !== undefined) return [];
  const binding = module.bindings.findLast((each) => each.kind !== "import-star" && each.name.text === near);
  if (binding === undefined || binding.kind === "import-star") return [];
  return [{ message: `${quote(near)} is here.`, span: binding.name.span }];
}
