import type { Finding, Related } from "../../base/diagnostic.ts";
import { nearest, suggest } from "../../base/nearest.ts";
import { quote } from "../../base/quote.ts";
import { remember } from "../../base/remember.ts";
import { type Span, textOf } from "../../base/source.ts";
import type { PythonModule } from "../../python/module.ts";
import type { Resolution } from "../../python/names/resolution.ts";
import { example } from "../examples/example.ts";
import { type CallPlace, callsOf } from "../facts/calls.ts";
import type { Rule } from "../rule.ts";

export const missingFunction: Rule = {
  code: "missing-function",
  severity: "error",
  subject: "definition",
  needsCode: true,
  summary: "The module of an entry point does not define the function.",
  explanation:
    "The function must be defined at the top level of its module, or imported there. Functions that are defined inside another function or below `if TYPE_CHECKING:` cannot be imported.",
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

/** What may be meant; the same for all entry points with the same missing name. */
interface Nearby {
  readonly hint: string;
  readonly elsewhere: readonly Related[];
}

function nearbyOf({ name, module, names, hidden }: NameMissing): Nearby {
  if (hidden === undefined) {
    const near = nearest(name, names);
    return { hint: suggest(name, names, "function", near), elsewhere: placeOfNearest(module, near) };
  }
  const elsewhere = [{ message: "defined here, where it cannot be imported", span: hidden.name.span }];
  return { hint: "Define it at the top level of the module.", elsewhere };
}

function missing(place: CallPlace, { name, module, trail }: NameMissing, { hint, elsewhere }: Nearby): Finding {
  const message = `${quote(module.source.path)} does not define ${quote(name)}.`;
  const imported = trail.at(-1);
  if (imported === undefined || textOf(imported) !== name) {
    const related = [...elsewhere, ...place.related];
    return { message, hint, span: place.functionSpan, path: place.path, ...(related.length > 0 && { related }) };
  }
  const related = [
    { message: "required by this entry point", span: place.functionSpan },
    ...place.related,
    ...elsewhere,
  ];
  return { message, hint, span: imported, path: place.path, related };
}

/** The place of the name that may be meant, if there is only one. */
function placeOfNearest(module: PythonModule, [near, second]: readonly string[]): readonly Related[] {
  if (near === undefined || second !== undefined) return [];
  const span = placesIn(module).get(near);
  return span === undefined ? [] : [{ message: `${quote(near)} is defined here`, span }];
}

/** Where each name of a module is bound last. */
const placesIn = remember(({ bindings }: PythonModule): ReadonlyMap<string, Span> => {
  const places = new Map<string, Span>();
  for (const each of bindings) if (each.kind !== "import-star") places.set(each.name.text, each.name.span);
  return places;
});
