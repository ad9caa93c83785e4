// What a layer of the compiler is to the fuzzer: texts to feed it with, and what must be true whatever they are.
import type fc from "fast-check";

/** A layer. Every input is one text (bytes are its Latin-1 characters), so that a finding is a file. */
export interface Layer {
  readonly name: string;
  readonly inputs: fc.Arbitrary<string>;
  /** Throws when something is wrong with what the layer makes of an input. */
  readonly check: (input: string) => void | Promise<void>;
  /** Before the first input, and after the last one. */
  readonly begin?: () => void | Promise<void>;
  readonly end?: () => void | Promise<void>;
}
