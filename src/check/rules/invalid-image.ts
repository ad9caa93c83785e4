import { quote } from "../../base/quote.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import type { Rule } from "../rule.ts";

export const invalidImage: Rule = {
  code: "invalid-image",
  severity: "error",
  subject: "definition",
  summary: "The name of the Docker image is not valid.",
  explanation:
    "An image is `name:tag` or `name@digest`, preceded by the host of its registry unless it is on Docker Hub. The name is lowercase and has at most one tag.",
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

/** The first part that https://pkg.go.dev/github.com/distribution/reference does not allow; not every mistake is found. */
function wrongPart(text: string): Wrong | undefined {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(text)?.[0];
  if (scheme !== undefined) {
    const message = `Image names cannot start with ${quote(scheme)}.`;
    return { message, hint: `Write ${quote(text.slice(scheme.length))}.`, start: 0, end: scheme.length };
  }
  const space = /\s/.exec(text)?.index;
  // Spaces and line breaks around the name have their own finding.
  if (space !== undefined) {
    if (text.trim() !== text || text.includes("\n")) return undefined;
    const message = "Image names cannot contain spaces.";
    return { message, hint: "Remove the space.", start: space, end: space + 1 };
  }
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  const begin = /[.:]/.test(first) || first === "localhost" ? slash + 1 : 0;
  const at = text.indexOf("@", begin);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.indexOf(":", Math.max(begin, named.lastIndexOf("/")));
  const name = colon < 0 ? named : named.slice(0, colon);
  const uppercase = /\p{Lu}+/u.exec(name.slice(begin));
  if (uppercase !== null) {
    const start = begin + uppercase.index;
    const hint = `Write ${quote(text.slice(0, begin) + name.slice(begin).toLowerCase() + text.slice(name.length))}.`;
    return { message: "Image names must be lowercase.", hint, start, end: start + uppercase[0].length };
  }
  const second = colon < 0 ? -1 : named.indexOf(":", colon + 1);
  if (second < 0) return undefined;
  const message = "An image name can have only one tag.";
  return { message, hint: `Write ${quote(text.slice(0, second))}.`, start: second, end: named.length };
}
