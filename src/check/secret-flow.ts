// Where values of the environment become arguments of Python, and where they go on from there.
import type { BoundInput, Reference } from "../bind/bound.ts";
import { referencesIn } from "../bind/value.ts";
import { holdsSecret } from "../infer/type.ts";
import type { TypedGraph, TypedModel } from "../infer/typed.ts";
import { credentialNames } from "./credentials.ts";

/** An argument in whose value something of the environment comes in. */
export interface SecretArgument {
  readonly input: BoundInput;
  readonly variable: string;
  /** Whether the variable is known to be a credential. */
  readonly isCredential: boolean;
  /** The expression in the value. */
  readonly reference: Reference;
  /** Where the variable is written, when it comes in through the address of a file. */
  readonly origin: Reference | undefined;
  /** The expressions of other inputs that lead back to this one, in the order of evaluation. */
  readonly handedOn: readonly Reference[];
}

/** One an argument, where it is written; what is only handed on belongs to the argument it came in with. */
export function* secretArguments(graph: TypedGraph): Generator<SecretArgument> {
  const isCredential = credentialNames(graph);
  for (const model of graph.models) {
    for (const of of ["load", "predict"] as const) {
      for (const input of model[of]) {
        if (!holdsSecret(model.typeOf(input.value))) continue;
        const entries = entriesIn(model, input.value);
        const entry = entries.find(({ variable }) => isCredential(variable)) ?? entries[0];
        // What is borrowed counts where it is written, unless it is this model that brings the secret in.
        if (entry === undefined || (entry.reference.isBorrowed && entry.origin === undefined)) continue;
        const handedOn = handedOnFrom(model, of, input.name);
        yield { ...entry, input, isCredential: isCredential(entry.variable), handedOn };
      }
    }
  }
}

type Entry = Pick<SecretArgument, "reference" | "variable" | "origin">;

function entriesIn(model: TypedModel, value: BoundInput["value"]): readonly Entry[] {
  return referencesIn(value).flatMap((reference): readonly Entry[] => {
    const { meaning } = reference;
    if (meaning.kind === "environment") return [{ reference, variable: meaning.name, origin: undefined }];
    if (meaning.kind !== "file" || !holdsSecret(model.typeOfMeaning(meaning))) return [];
    return referencesIn(model.bound.files.get(meaning.name)?.url).flatMap((origin) => {
      const { meaning: source } = origin;
      return source.kind === "environment" ? [{ reference, variable: source.name, origin }] : [];
    });
  });
}

/** The expressions of other inputs that lead back to this one, the near ones first. */
function handedOnFrom({ load, predict }: TypedModel, of: "load" | "predict", name: string): readonly Reference[] {
  const found: Reference[] = [];
  const reached = new Set([`${of}/${name}`]);
  // Each input stands behind those that it refers to.
  for (const [call, inputs] of [["load", load] as const, ["predict", predict] as const]) {
    for (const input of inputs) {
      const next = referencesIn(input.value).find(
        ({ meaning }) => meaning.kind === "input" && reached.has(`${meaning.of}/${meaning.name}`),
      );
      if (next === undefined) continue;
      reached.add(`${call}/${input.name}`);
      found.push(next);
    }
  }
  return found;
}
