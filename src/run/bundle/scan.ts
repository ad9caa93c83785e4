// Finds secrets in packed files: tokens of known formats, and the values of the variables that hold credentials.
import { credentialInName } from "../../base/credential-names.ts";
import { findTokens, type TokenKind } from "../../base/token-shapes.ts";
import type { ExecutionPlan, PlanValue } from "../../plan/execution-plan.ts";
import { variablesIn, variableUses } from "../../plan/variables.ts";
import type { Environment } from "../values/values.ts";

/** A secret in a file: what it is, for messages. */
export type FoundSecret = string;

/** Takes the bytes of a file in order. Returns the secret that it has found first, if there is one. */
export type Scanner = (chunk: Buffer) => FoundSecret | undefined;

/** The value of a credential, and the variable that contains it. */
export interface KnownSecret {
  readonly variable: string;
  readonly value: string;
}

/** How many bytes of the preceding chunk are scanned again, so that no token is cut in two. */
const OVERLAP = 4096;

/** Text in a binary file. Weights rarely contain any. */
const TEXT_IN_BINARY = /[\t\n\r\x20-\x7e]{16,}/g;

/** A shorter value also occurs by chance. */
const SHORTEST = 8;

/** Scans a file. Each byte is read as one character, because tokens are ASCII. */
export function scanner(secrets: readonly KnownSecret[]): Scanner {
  let rest = "";
  let found: FoundSecret | undefined;
  const known = secrets.map(({ variable, value }) => ({ variable, value: Buffer.from(value).toString("latin1") }));
  return (chunk) => {
    if (found !== undefined) return found;
    const text = rest + chunk.toString("latin1");
    rest = text.slice(-OVERLAP);
    const kind = text.includes("\0")
      ? Array.from(text.matchAll(TEXT_IN_BINARY), ([run]) => tokenIn(run)).find((each) => each !== undefined)
      : tokenIn(text);
    const value = known.find((each) => text.includes(each.value));
    if (value !== undefined) found = `the value of the environment variable ${value.variable}`;
    else if (kind !== undefined) found = describe(kind);
    return found;
  };
}

function tokenIn(text: string): TokenKind | undefined {
  return findTokens(text)[0]?.kind;
}

function describe(kind: TokenKind): string {
  return kind === "private-key" ? "a private key" : `a credential (${kind})`;
}

/** The values of the variables of a plan that are credentials, by their use or by their names. */
export function credentialsOfPlan(plan: ExecutionPlan, environment: Environment): readonly KnownSecret[] {
  const names = new Set<string>();
  const add = (value: PlanValue | undefined) => {
    for (const { env } of value === undefined ? [] : variablesIn(value)) names.add(env);
  };
  for (const model of plan.models) {
    for (const step of model.steps) {
      if (step.kind === "checkout") add(step.accessToken);
      if (step.kind === "fetch") add(step.credentials);
    }
    for (const { variable } of variableUses(model)) {
      if (["sure", "likely"].includes(credentialInName(variable.env) ?? "")) names.add(variable.env);
    }
  }
  return [...names].sort().flatMap((variable) => {
    const value = Object.hasOwn(environment, variable) ? (environment[variable]?.trim() ?? "") : "";
    return value.length < SHORTEST ? [] : [{ variable, value }];
  });
}
