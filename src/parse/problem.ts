import type { ExpressionProblem } from "../../grammar/expression.ts";
import type { Edit } from "../base/diagnostic.ts";
import type { Elsewhere } from "../base/root.ts";
import type { Span } from "../base/source.ts";
import type { Path, ScalarNode, YamlNode } from "./tree.ts";

/** What can be wrong in a text before names are resolved. Facts only: the messages are in the rule files. */
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
      /** Blanks for the tabs, when only one reading makes sense. */
      readonly edits?: readonly Edit[];
    }
  | { readonly kind: "merge-conflict"; readonly span: Span; readonly end: Span }
  | { readonly kind: "multiple-documents"; readonly span: Span }
  | { readonly kind: "empty-file"; readonly span: Span }
  /** None of its keys is a section, nor nearly one. */
  | { readonly kind: "no-section"; readonly span: Span }
  /** The file is a symbolic link that is not followed. */
  | { readonly kind: "link"; readonly span: Span; readonly leadsTo: Elsewhere }
  | { readonly kind: "too-large"; readonly span: Span; readonly what: "aliases" | "nesting" | "marks" | "mistakes" }
  | { readonly kind: "unknown-anchor"; readonly span: Span; readonly name: string; readonly known: readonly string[] }
  | { readonly kind: "recursive-alias"; readonly span: Span; readonly name: string; readonly anchor: Span }
  | { readonly kind: "merge-value"; readonly span: Span; readonly path: Path }
  | { readonly kind: "duplicate-key"; readonly span: Span; readonly path: Path; readonly first: Span }
  /** A single-line value that contains or ends with line breaks; `replacement` is the text for the span, if it is known. */
  | {
      readonly kind: "line-break";
      readonly span: Span;
      readonly path: Path | undefined;
      readonly replacement: string | undefined;
      /** The value without them. */
      readonly scalar: ScalarNode | undefined;
    }
  | ShapeProblem
  | {
      readonly kind: "expression-syntax";
      readonly scalar: ScalarNode;
      readonly path: Path | undefined;
      readonly problem: ExpressionProblem;
    };

/** Where the text differs from the shape of `grammar/definition.ts`. */
export type ShapeProblem =
  | {
      readonly kind: "unknown-key";
      readonly span: Span;
      readonly path: Path;
      readonly key: string;
      readonly parent: string;
      readonly known: readonly string[];
      readonly node: ScalarNode;
      /** Some other part of the format has a key of this name. */
      readonly isKnownElsewhere: boolean;
      /** The required key whose place it takes although the two are not alike. */
      readonly replaces?: string;
      /** The map that it is read in, because it belongs there by its name, and is only indented wrongly. */
      readonly belongsIn?: { readonly name: string; readonly span: Span };
    }
  | {
      readonly kind: "singular-key";
      readonly span: Span;
      readonly path: Path;
      readonly key: string;
      /** It holds a list, and the plural is not written: only the letter is missing. */
      readonly isList: boolean;
    }
  | {
      readonly kind: "missing-key";
      readonly span: Span;
      readonly path: Path | undefined;
      readonly key: string;
      readonly parent: string;
      /** What the map holds: if none of its keys is known, this one may stand there under another name. */
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
      /** Text that was read as a number or boolean, and is taken by its spelling. */
      readonly spelling?: string;
    }
  /** A number or boolean that YAML 1.2 and PyYAML read differently, where only one of the readings fits. */
  | {
      readonly kind: "other-spelling";
      readonly span: Span;
      readonly path: Path | undefined;
      readonly node: ScalarNode;
      readonly expected: string;
      /** What it is taken for. */
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
