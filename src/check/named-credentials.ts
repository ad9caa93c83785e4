// Which variables are credentials where a name is made of them.
import type { TypedGraph } from "../infer/typed.ts";
import { credentialNames, isCredentialName } from "./credentials.ts";

/** Whether a variable is a credential that must not be part of a name. */
export function namedCredentials(graph: TypedGraph): (variable: string) => boolean {
  const isCredential = credentialNames(graph);
  return (variable) => isCredential(variable) && !isOtherKey(variable);
}

/** A variable such as `CLASSES_KEY`: in a name, that is the key of a map or of a prediction. */
function isOtherKey(variable: string): boolean {
  const withoutKey = variable.replace(/(^|_)keys?(?=_|\d|$)/gi, "$1");
  return withoutKey !== variable && !SECRET_KEY.test(variable) && !isCredentialName(withoutKey);
}

const SECRET_KEY =
  /(?:^|_)(?:api|access|account|auth|deploy|encryption|license|master|private|secret|signing|ssh)_?keys?(?:_|\d|$)/i;
