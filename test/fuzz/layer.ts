// A layer of the compiler for the fuzzer: the texts to feed it with, and the properties that must hold for all of them.
import type fc from "fast-check";

/** A layer. Every input is one text (bytes are Latin-1 characters), so that a finding can be a file. */
export interface Layer {
  readonly name: string;
  readonly inputs: fc.Arbitrary<string>;
  /** Throws if a property does not hold for an input. */
  readonly check: (input: string) => void | Promise<void>;
  /** Run before the first input and after the last one. */
  readonly begin?: () => void | Promise<void>;
  readonly end?: () => void | Promise<void>;
}
