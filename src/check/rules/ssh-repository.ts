import { quote } from "../../base/quote.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { addressesOf, isShellAddress } from "../facts/addresses.ts";
import type { Rule } from "../rule.ts";

export const sshRepository: Rule = {
  code: "ssh-repository",
  severity: "warning",
  subject: "definition",
  summary: "The code is fetched over ssh.",
  explanation:
    "That takes a key on every machine that runs the model, and the platform takes such an address for a folder. Over https a token in a variable of the environment is enough.",
  bad: example({
    model: `    repository:
      url: git@example.com:team/detector.git
      branch: main
`,
  }),
  good: example({
    model: `    repository:
      url: .
`,
  }),
  *check(graph) {
    for (const { what, leaf, url } of addressesOf(graph)) {
      const [, host, path] = /^(?:(?:git\+)?ssh:\/\/)?(?:[^\s/@:]+@)?([^\s/@:]+)[:/](?:\d+\/)?(.*)$/i.exec(url) ?? [];
      if (what !== "code" || !isShellAddress(url)) continue;
      const better = host === undefined || leaf.node.template !== undefined ? undefined : `https://${host}/${path}`;
      yield {
        message: "Over ssh, the code needs a key on every machine, and the platform takes this address for a folder.",
        hint: `Write ${better === undefined ? "an `https` address" : quote(better)}, with \`access_token: \${GIT_KEY}\` if it is private.`,
        span: spanOf(leaf.node),
        path: printKeyPath(leaf.path),
      };
    }
  },
};
