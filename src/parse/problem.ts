import type { ExpressionProblem } from "../../grammar/expression.ts";
import type { Edit } from "../base/diagnostic.ts";
import type { LinkEscape } from "../base/root.ts";
import type { Span } from "../base/source.ts";
import type { Path, ScalarNode, YamlNode } from "./tree.ts";

/** What can be wrong in a text before names are resolved. Facts only: the rule files contain the messages. */
export type Problem =
  | { readonly kind: "yaml-syntax"; readonly span: Span; readonly code: string; readonly detail: string }
  | {
      readonly kind: "unquoted-expression";
      readonly span: Span;
      readonly path: Path | undefined;
      readonly scalar: Span;
    }
  | { readonly kind: "spaced-entrypoint"; readonly span: Span; readonly written: string }
  | {
      readonly kind: "tab-indentation";
      readonly span: Span;
      readonly lines: number;
      /** Replaces the tabs by spaces, if only one reading makes sense. */
      readonly edits?: readonly Edit[];
    }
  | { readonly kind: "merge-conflict"; readonly span: Span; readonly end: Span }
  | { readonly kind: "multiple-documents"; readonly span: Span }
  | { readonly kind: "empty-file"; readonly span: Span }
  /** No key is a section, or close to one. */
  | { readonly kind: "no-section"; readonly span: Span }
  /** The file is a symbolic link that is not followed. */
  | { readonly kind: "link"; readonly span: Span; readonly leadsTo: LinkEscape }
  | { readonly kind: "too-large"; readonly span: Span; readonly what: "aliases" | "nesting" | "marks" | "mistakes" }
  | { readonly kind: "unknown-anchor"; readonly span: Span; readonly name: string; readonly known: readonly string[] }
  | { readonly kind: "recursive-alias"; readonly span: Span; readonly name: string; readonly anchor: Span }
  | { readonly kind: "merge-value"; readonly span: Span; readonly path: Path }
  | { readonly kind: "duplicate-key"; readonly span: Span; readonly path: Path; readonly first: Span }
  /**
   * A single-line value that contains or ends with line breaks. `repaired` is the text to write instead, if it is
   * obvious.
   */
  | {
      readonly kind: "line-break";
      readonly span: Span;
      readonly path: Path | undefined;
      readonly repaired: string | undefined;
      /** The value without the line breaks. */
      readonly scalar: ScalarNode | undefined;
    }
  | ShapeProblem
  | {
      readonly kind: "expression-syntax";
      readonly scalar: ScalarNode;
      readonly path: Path | undefined;
      readonly problem: ExpressionProblem;
    };

/** A mismatch with the shape in `grammar/definition.ts`. */
export type ShapeProblem =
  | {
      readonly kind: "unknown-key";
      readonly span: Span;
      readonly path: Path;
      readonly key: string;
      readonly parent: string;
      readonly known: readonly string[];
      readonly node: ScalarNode;
      /** Whether another part of the format has a key with this name. */
      readonly isKnownElsewhere: boolean;
      /** The required key that it stands for, although their names differ. */
      readonly replaces?: string;
      /** The map in which it is read instead: it belongs there by its name and is only indented wrongly. */
      readonly belongsIn?: { readonly name: string; readonly span: Span };
    }
  | {
      readonly kind: "singular-key";
      readonly span: Span;
      readonly path: Path;
      readonly key: string;
      /** Whether it contains a list and the plural key is absent, so that only the `s` is missing. */
      readonly isList: boolean;
    }
  | {
      readonly kind: "missing-key";
      readonly span: Span;
      readonly path: Path | undefined;
      readonly key: string;
      readonly parent: string;
      /**
       * What the map contains. If none of its keys is known, the missing key may have been written under another name.
       */
      readonly contains: "known" | "unknown" | "nothing";
    }
  | { readonly kind: "empty-value"; readonly span: Span; readonly path: Path; readonly key: string }
  | {
      readonly kind: "wrong-type";
      readonly span: Span;
      readonly path: Path | undefined;
      readonly node: YamlNode;
      readonly expected: string;
      readonly found: string;
      /** The source text of a number or boolean that is accepted as text. */
      readonly spelling?: string;
    }
  /** A number or boolean that YAML 1.2 and PyYAML read differently, if only one of the readings fits. */
  | {
      readonly kind: "other-spelling";
      readonly span: Span;
      readonly path: Path | undefined;
      readonly node: ScalarNode;
      readonly expected: string;
      /** The value as which it is read. */
      readonly meant: number | boolean;
    }
  | {
      readonly kind: "invalid-value";
      readonly span: Span;
      readonly path: Path | undefined;
      readonly node: YamlNode;
      readonly expected: string;
      readonly found: string;
      readonly allowed: readonly string[];
    };
