import type { Span } from "../../base/source.ts";
import type { Path } from "../../parse/tree.ts";

/** The kinds of things that work differently on the platform, or not at all. The rule has a message for each. */
export const PORTABILITY_KINDS = [
  // How the text is read.
  "character",
  "tab",
  "line-break",
  "anchor-twice",
  "anchor-name",
  "flow-question",
  "flow-key",
  "flow-colon",
  "directive-twice",
  "unreadable-scalar",
  "unset-in-comment",
  "unset-elsewhere",
  // What the values of variables change.
  "value-character",
  "value-variable",
  "value-line-break",
  "value-quote",
  "value-syntax",
  "value-type",
  "value-not-number",
  "value-not-boolean",
  "value-not-word",
  "value-replaces-reference",
  "quoted-number",
  "quoted-count",
  "quoted-number-at-run",
  "quoted-boolean",
  "name-twice",
  // How expressions are resolved.
  "angles",
  "suffix",
  "path-spelling",
  "input-spelling",
  "escape",
  "double-dollar",
  "dollar-value",
  "text-around",
  "inside-collection",
  "sibling",
  "not-an-input",
  "environment-in-runtime",
  // Which runtime is used, and how its code is found.
  "universal-first",
  "universal-beside",
  "universal-bare",
  "package",
  "commit",
  "ignore-file",
  // Files and data.
  "upload-of-address",
  "upload-of-other-address",
  "uploaded-address",
  "file-not-here",
  "coco-annotations",
  "coco-data",
  "coco-images",
  "imagenet-folder",
  "format-skipped",
  "upload-nothing",
  "not-uploaded",
  "no-data-at-run",
  "problem-type-at-run",
  "absent-at-load",
  "axis-at-load",
  "empty-at-check",
  "empty-at-create",
  "empty-at-run",
  "domain-file",
] as const;

export type PortabilityKind = (typeof PORTABILITY_KINDS)[number];

/** One place that the platform reads differently. */
export interface Portability {
  readonly kind: PortabilityKind;
  readonly span: Span;
  readonly path: Path | undefined;
  /** What the message is about: the name of a variable, an anchor or a character. Never the value of a variable. */
  readonly name?: string;
}
