// The compiled results of a definition, for views beside the text.
import type { Diagnostic } from "../base/diagnostic.ts";
import { check, compile } from "../compile.ts";
import { type Picture, pictureData } from "../draw/picture.ts";
import { emitText } from "../emit/generate.ts";
import { canonicalJsonPretty } from "../plan/canonical.ts";
import { type DefinitionCheck, NOTHING, type Workspace } from "./workspace.ts";

/** A text, or a sentence that says why there is no text. */
export type Product = { readonly text: string } | { readonly problem: string };

/** The document that is compiled. */
export interface Compiled {
  readonly workspace: Workspace | undefined;
  readonly path: string;
  readonly text: string;
}

const WITH_ERRORS: Product = { problem: "The definition has errors. Fix them first." };

/** The execution plan of a definition as JSON, as `modelwright plan` prints it. */
export function planOf(compiled: Compiled): Product {
  const { plan } = compileDocument(compiled);
  return plan === undefined ? WITH_ERRORS : { text: canonicalJsonPretty(plan) };
}

/** The generated TypeScript module of a definition, as `modelwright build` writes it to `generated`. */
export function bindingsOf(compiled: Compiled): Product {
  const { plan, root } = compileDocument(compiled);
  if (plan === undefined) return WITH_ERRORS;
  const files = emitText(plan, { root: root === "." ? "../" : `../${root}/` });
  const module = files.find(({ path }) => path === "models.ts");
  return module === undefined ? WITH_ERRORS : { text: module.text };
}

/** The picture of a definition with its findings, without the models of definitions that were checked with it. */
export function pictureOf({ workspace, path, text }: Compiled, result: DefinitionCheck): Picture {
  if (result.borrowers.length === 0) return pictureData(result.checked.graph, result.diagnostics);
  const { graph, diagnostics } = check([{ path, text }], workspace?.host ?? NOTHING, workspace?.options ?? {});
  const keyOf = ({ code, span }: Diagnostic) => `${code} ${span.start} ${span.source.path}`;
  const known = new Set(result.diagnostics.map(keyOf));
  return pictureData(
    graph,
    diagnostics.filter((each) => known.has(keyOf(each))),
  );
}

function compileDocument({ workspace, path, text }: Compiled) {
  return compile([{ path, text }], workspace?.host ?? NOTHING, workspace?.options ?? {});
}
