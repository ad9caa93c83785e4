// Where values of the environment become arguments of Python, and where they go on from there.
import type { BoundInput, Reference } from "../../bind/bound.ts";
import { referencesIn } from "../../bind/value.ts";
import { holdsSecret } from "../../infer/type.ts";
import type { TypedGraph, TypedModel } from "../../infer/typed.ts";
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
  /** The first expressions of other inputs that lead back to this one, in the order of evaluation. */
  readonly handedOn: readonly Reference[];
}

/** One an argument, where it is written; what is only handed on belongs to the argument it came in with. */
export function* secretArguments(graph: TypedGraph): Generator<SecretArgument> {
  const isCredential = credentialNames(graph);
  for (const model of graph.models) {
    const readers = readersIn(model);
    for (const of of ["load", "predict"] as const) {
      for (const input of model[of]) {
        if (!holdsSecret(model.typeOf(input.value))) continue;
        const entries = entriesIn(model, input.value);
        const entry = entries.find(({ variable }) => isCredential(variable)) ?? entries[0];
        // What is borrowed counts where it is written, unless it is this model that brings the secret in.
        if (entry === undefined || (entry.reference.isInherited && entry.origin === undefined)) continue;
        const handedOn = handedOnFrom(readers, `${of}/${input.name}`);
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

/** More of them help nobody. */
const MOST_HANDED_ON = 3;

/** An input that reads another one: where it stands in the order of evaluation, its name, and the expression. */
interface Reader {
  readonly position: number;
  readonly name: string;
  readonly reference: Reference;
}

/** By the name of an input: the inputs that read it. */
function readersIn({ load, predict }: TypedModel): ReadonlyMap<string, readonly Reader[]> {
  const readers = new Map<string, Reader[]>();
  let position = 0;
  for (const [call, inputs] of [["load", load] as const, ["predict", predict] as const]) {
    for (const input of inputs) {
      position += 1;
      for (const reference of referencesIn(input.value)) {
        const { meaning } = reference;
        if (meaning.kind !== "input") continue;
        const read = `${meaning.of}/${meaning.name}`;
        const reader = { position, name: `${call}/${input.name}`, reference };
        const known = readers.get(read);
        if (known === undefined) readers.set(read, [reader]);
        // One that reads it many times counts once.
        else if (known[known.length - 1]?.name !== reader.name) known.push(reader);
      }
    }
  }
  return readers;
}

/** The expressions of other inputs that lead back to this one, the near ones first. */
function handedOnFrom(readers: ReadonlyMap<string, readonly Reader[]>, name: string): readonly Reference[] {
  const found: Reader[] = [];
  const reached = new Set([name]);
  // Readers are known in the order of evaluation, so of each input the first few are enough.
  const waiting = (readers.get(name) ?? []).slice(0, MOST_HANDED_ON);
  while (waiting.length > 0 && found.length < MOST_HANDED_ON) {
    // Each input stands behind those that it reads, so what stands first comes first.
    const first = waiting.reduce((a, b) => (b.position < a.position ? b : a));
    waiting.splice(waiting.indexOf(first), 1);
    if (reached.has(first.name)) continue;
    reached.add(first.name);
    found.push(first);
    waiting.push(...(readers.get(first.name) ?? []).slice(0, MOST_HANDED_ON));
  }
  return found.map(({ reference }) => reference);
}
