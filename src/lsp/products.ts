// The compiled results of a definition, for views beside the text.
import { check, compile } from "../compile.ts";
import { emitText } from "../emit/generate.ts";
import type { TypedGraph } from "../infer/typed.ts";
import { canonicalJsonPretty } from "../plan/canonical.ts";
import { NOTHING, type Workspace } from "./workspace.ts";

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

/** The graph of a definition alone. */
export function graphOf({ workspace, path, text }: Compiled): TypedGraph {
  return check([{ path, text }], workspace?.host ?? NOTHING, workspace?.options ?? {}).graph;
}

function compileDocument({ workspace, path, text }: Compiled) {
  return compile([{ path, text }], workspace?.host ?? NOTHING, workspace?.options ?? {});
}
