// Which variables are credentials when they are part of a name.
import { credentialInName, mayBeKeyOfMap } from "../../base/credential-names.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import { variablesUsedAsCredentials } from "./credentials.ts";

/**
 * Whether a variable is a credential that must not be part of a name. A variable such as `CLASSES_KEY` contains the key of a map
 * or of a prediction there, unless the definition uses it as a credential.
 */
export function namedCredentials(graph: TypedGraph): (variable: string) => boolean {
  const used = variablesUsedAsCredentials(graph);
  return (variable) => used.has(variable) || (credentialInName(variable) !== undefined && !mayBeKeyOfMap(variable));
}
