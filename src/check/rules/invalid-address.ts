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
  summary: "An address begins with a scheme that nothing can fetch from, or is not whole.",
  explanation:
    "Files and data come from `http`, `https`, `s3`, `gs`, `azure`, `hdfs`, `ssh`, `scp` or `sftp`, code from a git repository over `https` or `http`. What is on this machine is a path without a scheme.",
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
  // `user@host:path`: code has a rule of its own for it.
  if (scheme === undefined) {
    if (what === "code") return undefined;
    return { message: "This is neither a path nor an address.", hint: "Write `scp://user@host/path`.", ...at };
  }
  if (what === "code" && isShellAddress(url)) return undefined;
  const known = SCHEMES_FOR[what];
  const word = scheme.toLowerCase();
  const span = spanInScalar(node, 0, scheme.length);
  if (!known.includes(word)) {
    const near = nearest(word, known);
    return {
      message: `Nothing can be fetched with ${quote(scheme)}.`,
      hint:
        word === "file"
          ? "Write the path itself, starting from the folder of this file."
          : near.length > 0
            ? `Did you mean ${orList(near)}?`
            : `Known here: ${known.slice(0, 3).map(quote).join(", ")}${known.length > 3 ? ` and ${known.length - 3} more` : ""}.`,
      ...at,
      span,
    };
  }
  // How it goes on may depend on the environment.
  if (node.template !== undefined) return undefined;
  const rest = url.slice(scheme.length + 1);
  if (!/^\/\/[^/\s]/.test(rest)) {
    return { message: "This address is not whole.", hint: `An address is ${quote(`${word}://host/path`)}.`, ...at };
  }
  // The names in a bucket or a folder may hold blanks; an address of the web and a host may not.
  const blank = /\s/.exec(factsOf(word).code === "web" ? url : (/^[^:]*:\/\/[^/]*/.exec(url)?.[0] ?? ""))?.index;
  if (blank === undefined) return undefined;
  return {
    message: "An address cannot hold blanks.",
    hint: "Remove it, or write it as `%20`.",
    ...at,
    span: spanInScalar(node, blank, blank + 1),
  };
}
