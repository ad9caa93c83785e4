import { quote } from "../../base/quote.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import type { Rule } from "../rule.ts";

export const invalidImage: Rule = {
  code: "invalid-image",
  severity: "error",
  subject: "definition",
  summary: "The name of the Docker image is not one that Docker takes.",
  explanation:
    "An image is `name:tag` or `name@digest`, with the address of a registry before it where it is not on Docker Hub. The name is in small letters and has one tag at most.",
  bad: example({
    runtime: `      image: PyTorch/PyTorch:2.1.0
`,
  }),
  good: example({
    runtime: `      image: pytorch/pytorch:2.1.0
`,
  }),
  *check(graph) {
    for (const { bound, constantOf } of graph.models) {
      const image = bound.runtime.kind === "own" ? bound.runtime.runtime.image : undefined;
      const text = constantOf(image);
      if (image?.kind !== "literal" || text === undefined || text.trim() === "" || text !== image.node.text) continue;
      const wrong = wrongPart(text);
      if (wrong === undefined) continue;
      const { message, hint, start, end } = wrong;
      yield { message, hint, span: spanInScalar(image.node, start, end), path: printKeyPath(image.path) };
    }
  },
};

interface Wrong {
  readonly message: string;
  readonly hint: string;
  readonly start: number;
  readonly end: number;
}

/** The first part that https://pkg.go.dev/github.com/distribution/reference does not allow, as far as it can be named. */
function wrongPart(text: string): Wrong | undefined {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(text)?.[0];
  if (scheme !== undefined) {
    const message = `An image has no ${quote(scheme)} before it.`;
    return { message, hint: `Write ${quote(text.slice(scheme.length))}.`, start: 0, end: scheme.length };
  }
  const blank = /\s/.exec(text)?.index;
  // Blanks and line breaks around it are another mistake.
  if (blank !== undefined) {
    if (text.trim() !== text || text.includes("\n")) return undefined;
    return { message: "An image has no blanks.", hint: "Remove it.", start: blank, end: blank + 1 };
  }
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  const begin = /[.:]/.test(first) || first === "localhost" ? slash + 1 : 0;
  const at = text.indexOf("@", begin);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.indexOf(":", Math.max(begin, named.lastIndexOf("/")));
  const name = colon < 0 ? named : named.slice(0, colon);
  const capital = /\p{Lu}+/u.exec(name.slice(begin));
  if (capital !== null) {
    const start = begin + capital.index;
    const hint = `Write ${quote(text.slice(0, begin) + name.slice(begin).toLowerCase() + text.slice(name.length))}.`;
    return { message: "The name of an image has no capitals.", hint, start, end: start + capital[0].length };
  }
  const second = colon < 0 ? -1 : named.indexOf(":", colon + 1);
  if (second < 0) return undefined;
  const message = `An image has one tag, and this is a second one.`;
  return { message, hint: `Write ${quote(text.slice(0, second))}, or join them.`, start: second, end: named.length };
}
