import type { Finding, Fix } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import { textOf } from "../../base/source.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import type { Exposure } from "../../parse/exposed.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import { entryOf, keysOf, printKeyPath, spanOf, type YamlNode } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import type { Rule } from "../rule.ts";

const LOAD = `        inputs:
          - name: params
            value: \${model.files.params.url}
`;

export const hardCodedSecret: Rule = {
  code: "hard-coded-secret",
  severity: "warning",
  subject: "definition",
  summary: "A token or a password is hard-coded in the file.",
  explanation:
    "Anyone who can read the file or its history can use the secret. Revoke it, and read the new one from an environment variable. Tokens of known services are found anywhere in the file, including comments. Other secrets are found where they are expected: in `access_token`, in `credentials`, in inputs that are named like a credential, and in `user:password@` of a URL. Placeholders such as `<token>` or `changeme` are ignored. No message shows the secret, but as long as it is in the file, `plan` and `build` copy it into their output.",
  bad: example({
    model: `    files:
      - name: params
        url: https://example.com/params.pt
        credentials: reader:k7Pw9zQ2
`,
    load: LOAD,
  }),
  good: example({
    model: `    files:
      - name: params
        url: https://example.com/params.pt
        credentials: reader:\${DETECTOR_PARAMS_PASSWORD}
`,
    load: LOAD,
  }),
  *check(graph) {
    for (const file of graph.bound.files) {
      const names = variableNames(graph, file);
      for (const exposure of file.exposures) yield finding(exposure, names(exposure));
    }
  },
};

const WORDS: Readonly<Record<Exposure["kind"], string>> = {
  github: "A GitHub token",
  gitlab: "A GitLab token",
  aws: "An AWS access key",
  google: "A Google key",
  slack: "A Slack token",
  "hugging-face": "A Hugging Face token",
  npm: "An npm token",
  pypi: "A PyPI token",
  anthropic: "An Anthropic key",
  openai: "An OpenAI key",
  azure: "An Azure signature or key",
  databricks: "A Databricks token",
  digitalocean: "A DigitalOcean token",
  docker: "A Docker Hub token",
  stripe: "A Stripe key",
  sendgrid: "A SendGrid key",
  replicate: "A Replicate token",
  "signed-url": "A signature in a URL",
  "url-token": "A token in a URL",
  "url-password": "A password in a URL",
  jwt: "A JSON web token",
  "private-key": "A private key",
  token: "A token",
  password: "A password",
};

function finding({ kind, span, holder, suffix }: Exposure, name: string): Finding {
  const at = { span, path: printKeyPath(holder?.path) };
  const message = `${WORDS[kind]} is hard-coded in the file.`;
  const revoke = "Revoke it: anyone who has read the file can use it.";
  if (kind === "private-key")
    return { ...at, message, hint: `${revoke} Then store the key in another file, and write its path.` };
  if (holder === undefined) return { ...at, message, hint: `${revoke} Then remove it.` };
  if (suffix !== undefined) {
    const edits = [{ span: suffix, newText: "" }];
    const hint = `${revoke} Then remove the default.`;
    return { ...at, message, hint, fixes: [{ title: "Remove the default", safe: false, edits }] };
  }
  const hint = `${revoke} Then set an environment variable, and write ${quote(`\${${name}}`)}.`;
  const change = edits(span, holder, name);
  const fixes = change.length === 0 ? [] : [{ title: `Read it from ${quote(name)}`, safe: false, edits: change }];
  return { ...at, message, hint, fixes };
}

/** Replaces the whole scalar if it is the secret. A plain scalar inside brackets needs quotes once it holds an expression. */
function edits(
  secret: Exposure["span"],
  { scalar, inFlow }: NonNullable<Exposure["holder"]>,
  name: string,
): Fix["edits"] {
  const whole = spanOf(scalar);
  const quotes = scalar.style === "single" || scalar.style === "double" ? 1 : 0;
  const isAll = secret.start === whole.start + quotes && secret.end === whole.end - quotes;
  const variable = `\${${name}}`;
  if (isAll) return [{ span: whole, newText: inFlow ? `"${variable}"` : variable }];
  if (!inFlow || scalar.style !== "plain") return [{ span: secret, newText: variable }];
  const written = textOf(whole);
  const mark = written.includes("'") ? '"' : "'";
  if (mark === '"' && /["\\]/.test(written)) return [];
  const quoteAt = (offset: number) => ({ span: { ...whole, start: offset, end: offset }, newText: mark });
  const swap = { span: secret, newText: variable };
  // Edits at the same offset have no order, so a quote next to the secret is part of the same edit.
  const atStart = secret.start === whole.start;
  const atEnd = secret.end === whole.end;
  return [
    ...(atStart ? [] : [quoteAt(whole.start)]),
    { ...swap, newText: `${atStart ? mark : ""}${variable}${atEnd ? mark : ""}` },
    ...(atEnd ? [] : [quoteAt(whole.end)]),
  ];
}

/** Names for new variables: the same for the same secret, and different from those that the file already reads. */
function variableNames({ bound }: TypedGraph, file: ParsedDefinition): (exposure: Exposure) => string {
  const taken = new Set<string>();
  for (const { templates } of file.exposures.length > 0 ? bound.files : []) {
    for (const { scalar } of templates) {
      for (const part of scalar.template?.parts ?? []) if (part.kind === "expression") taken.add(part.path[0].value);
    }
  }
  const given = new Map<string, string>();
  return (exposure) => {
    const before = given.get(exposure.text);
    if (before !== undefined) return before;
    const wanted = wantedName(exposure, file);
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
    taken.add(name);
    given.set(exposure.text, name);
    return name;
  };
}

/** The owner, then the kind of the secret, such as `DETECTOR_PARAMS_PASSWORD`. */
function wantedName({ kind, holder }: Exposure, { root }: ParsedDefinition): string {
  const owners: string[] = [];
  let key = "";
  let node: YamlNode | undefined = root?.node;
  for (const step of keysOf(holder?.path)) {
    if (typeof step === "string" && step !== "value") key = step;
    node =
      node?.kind === "list" ? node.items[Number(step)] : node?.kind === "map" ? entryOf(node, `${step}`)?.value : node;
    const name = node?.kind === "map" ? entryOf(node, "name")?.value : undefined;
    if (name?.kind === "scalar") owners.push(name.text);
  }
  const described = [...owners, key].findLast((word) => SECRET_WORD.test(word)) ?? "token";
  const words = [...owners.filter((owner) => owner !== described), SUFFIXES[kind] ?? described].map(asWord);
  return words
    .filter((word) => word !== "")
    .join("_")
    .slice(0, 64)
    .replace(/^(?=\d)/, "_");
}

const SECRET_WORD = /token|password|passwd|secret|key|credential/i;

const SUFFIXES: Readonly<Partial<Record<Exposure["kind"], string>>> = {
  aws: "aws_key",
  azure: "signature",
  "signed-url": "signature",
  "url-password": "password",
  password: "password",
};

function asWord(text: string): string {
  const word = text.normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "_");
  return word.replace(/^_+|(?<!_)_+$/g, "").toUpperCase();
}
