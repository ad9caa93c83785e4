import { credentialInName } from "../../base/credential-names.ts";
import { remember } from "../../base/remember.ts";
import { referencesIn } from "../../bind/value.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import type { ScalarNode } from "../../parse/tree.ts";

/**
 * Whether a variable is a credential: because of its name, or because it is used as one. Every environment variable is treated as
 * secret, but others may be harmless.
 */
export function credentialNames(graph: TypedGraph): (variable: string) => boolean {
  const used = variablesUsedAsCredentials(graph);
  return (variable) => used.has(variable) || credentialInName(variable) !== undefined;
}

/** The variables of every `access_token` and `credentials`. */
export const variablesUsedAsCredentials = remember(({ bound }: TypedGraph): ReadonlySet<string> => {
  const used = new Set<string>();
  for (const { shape, value } of bound.models.flatMap(({ values }) => values)) {
    if (shape.kind !== "text" || shape.isCredential !== true) continue;
    for (const { meaning } of referencesIn(value)) if (meaning.kind === "environment") used.add(meaning.name);
  }
  for (const { root } of bound.files) {
    for (const dataset of root?.fields.datasets?.items ?? [])
      for (const name of variablesIn(dataset?.fields.credentials?.node)) used.add(name);
  }
  return used;
});

/** The variables that a scalar outside models reads. */
function variablesIn(scalar: ScalarNode | undefined): readonly string[] {
  const parts = scalar?.template?.parts ?? [];
  return parts.flatMap((part) => (part.kind === "expression" && part.path.length === 1 ? [part.path[0].value] : []));
}
