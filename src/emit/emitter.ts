// What generated modules consist of, and what makes text of it. `text-printer.ts` prints, and loads nothing for it;
// `printer.ts` also reads through ts-morph what was printed.
import type { PlanSpan } from "../plan/execution-plan.ts";

/** Makes the text of a module. All texts in declarations are code or comment text already: escaping happens before. */
export interface Emitter {
  readonly print: (declarations: readonly Declaration[]) => string;
  /** Reads the finished text again and throws unless its statements are exactly the declarations; absent: cannot. */
  readonly verify?: (text: string, declarations: readonly Declaration[]) => void;
}

/** A top-level statement. */
export type Declaration =
  | { readonly kind: "import"; readonly names: readonly string[]; readonly from: string; readonly typeOnly: boolean }
  | {
      readonly kind: "interface";
      readonly name: string;
      readonly doc: readonly string[];
      readonly properties: readonly Property[];
      readonly origin?: PlanSpan;
    }
  | {
      readonly kind: "type";
      readonly name: string;
      readonly doc: readonly string[];
      readonly type: string;
      readonly origin?: PlanSpan;
    }
  | {
      readonly kind: "const";
      readonly name: string;
      readonly doc: readonly string[];
      readonly exported: boolean;
      /** Left out where the value says it all; an exported constant of TypeScript is always annotated. */
      readonly type?: string;
      readonly value: string;
      readonly origin?: PlanSpan;
    }
  /** A constant whose value stands in another file. */
  | {
      readonly kind: "ambient";
      readonly name: string;
      readonly doc: readonly string[];
      readonly type: string;
      readonly origin?: PlanSpan;
    }
  /** A function of the module's own with one parameter; JavaScript leaves out its `types`. */
  | {
      readonly kind: "function";
      readonly name: string;
      readonly doc: readonly string[];
      readonly parameter: string;
      /** In TypeScript; the result is taken for its type. */
      readonly types?: { readonly parameter: string; readonly result: string };
      readonly result: string;
    }
  /** Makes a file without exports a module. */
  | { readonly kind: "no-exports" };

/** A read-only property of an interface. */
export interface Property {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly doc: string;
  /** Where the definition says so; without it, where the definition says what the whole interface is for. */
  readonly origin?: PlanSpan;
}
