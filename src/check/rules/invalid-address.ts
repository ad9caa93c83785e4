import type { Finding } from "../../base/diagnostic.ts";
import { nearest } from "../../base/nearest.ts";
import { orList, quote } from "../../base/quote.ts";
import { factsOf } from "../../base/schemes.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { type Address, addressesOf, isShellAddress, SCHEMES_FOR } from "../facts/addresses.ts";
import type { Rule } from "../rule.ts";

export const invalidAddress: Rule = {
  code: "invalid-address",
  severity: "error",
  subject: "definition",
  summary: "A URL has an unsupported scheme, or is incomplete.",
  explanation: `Files and data are fetched with ${orList(SCHEMES_FOR.data)}; code is cloned from a Git repository with ${orList(SCHEMES_FOR.code)}. For files and folders on this machine, write a path without a scheme.`,
  bad: example({
    model: `    repository:
      url: htps://example.com/detector.git
      branch: main
`,
  }),
  good: example({
    model: `    repository:
      url: .
`,
  }),
  *check(graph) {
    for (const address of addressesOf(graph)) {
      const finding = check(address);
      if (finding !== undefined) yield finding;
    }
  },
};

function check({ what, leaf, url }: Address): Finding | undefined {
  const { node } = leaf;
  const at = { span: spanOf(node), path: printKeyPath(leaf.path) };
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):/.exec(url)?.[1];
  // `user@host:path`, which `ssh-repository` reports for code.
  if (scheme === undefined) {
    if (what === "code") return undefined;
    return { message: "This is neither a path nor a URL.", hint: "Write `scp://user@host/path`.", ...at };
  }
  if (what === "code" && isShellAddress(url)) return undefined;
  const known = SCHEMES_FOR[what];
  const word = scheme.toLowerCase();
  const span = spanInScalar(node, 0, scheme.length);
  if (!known.includes(word)) {
    const near = nearest(word, known);
    return {
      message: `Unsupported URL scheme ${quote(scheme)}.`,
      hint:
        word === "file"
          ? "Write a path relative to this file, without a scheme."
          : near.length > 0
            ? `Did you mean ${orList(near)}?`
            : `Supported schemes: ${known.slice(0, 3).map(quote).join(", ")}${known.length > 3 ? ` and ${known.length - 3} more` : ""}.`,
      ...at,
      span,
    };
  }
  // The rest may depend on environment variables.
  if (node.template !== undefined) return undefined;
  const rest = url.slice(scheme.length + 1);
  const isFile = word === "file";
  if (!(isFile ? /^\/\/\/[^/\s]/ : /^\/\/[^/\s]/).test(rest)) {
    return { message: "Incomplete URL.", hint: `Write ${quote(`${word}://${isFile ? "" : "host"}/path`)}.`, ...at };
  }
  // The names in a bucket or a folder may contain spaces; the URL of a web page and a host may not.
  const space = /\s/.exec(factsOf(word).code === "web" ? url : (/^[^:]*:\/\/[^/]*/.exec(url)?.[0] ?? ""))?.index;
  if (space === undefined) return undefined;
  return {
    message: "URLs cannot contain spaces.",
    hint: "Remove the space, or write it as `%20`.",
    ...at,
    span: spanInScalar(node, space, space + 1),
  };
}
