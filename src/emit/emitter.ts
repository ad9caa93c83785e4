// The statements of generated modules, and the interface of their printers. `text-printer.ts` prints without loading
// anything; `printer.ts` also verifies the result with ts-morph.
import type { PlanSpan } from "../plan/execution-plan.ts";

/** Prints a module. All texts in declarations must be valid code or comment text already: escaping happens before. */
export interface Emitter {
  readonly print: (declarations: readonly Declaration[]) => string;
  /**
   * Parses the printed text and throws unless its statements are exactly the declarations. Absent if the emitter cannot
   * verify.
   */
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
      /** Omitted if the value determines the type. Exported constants in TypeScript always have a type annotation. */
      readonly type?: string;
      readonly value: string;
      readonly origin?: PlanSpan;
    }
  /** A declaration of a constant whose value is in another file. */
  | {
      readonly kind: "ambient";
      readonly name: string;
      readonly doc: readonly string[];
      readonly type: string;
      readonly origin?: PlanSpan;
    }
  /** A function with one parameter that is local to the module. JavaScript omits its `types`. */
  | {
      readonly kind: "function";
      readonly name: string;
      readonly doc: readonly string[];
      readonly parameter: string;
      /** TypeScript only. The returned value is cast to `result`. */
      readonly types?: { readonly parameter: string; readonly result: string };
      readonly result: string;
    }
  /** Turns a file without exports into a module. */
  | { readonly kind: "no-exports" };

/** A read-only property of an interface. */
export interface Property {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly doc: string;
  /** Where the definition declares it. Default: the origin of the interface. */
  readonly origin?: PlanSpan;
}
