import type { Finding } from "../../base/diagnostic.ts";
import { orList, quote } from "../../base/quote.ts";
import { factsOf, schemeOf } from "../../base/schemes.ts";
import type { BoundValue, Reference } from "../../bind/bound.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import { type Path, printKeyPath, type ScalarNode, spanOf, type YamlNode } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { credentialNames } from "../facts/credentials.ts";
import { expressionSpan, shown, writtenReferences } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

const LOAD = `        inputs:
          - name: params
            value: \${model.files.params.url}
`;

export const secretOverHttp: Rule = {
  code: "secret-over-http",
  severity: "warning",
  subject: "definition",
  summary: "A secret travels over a connection that is not encrypted.",
  explanation:
    "Everybody between this machine and the server can read what goes over `http` or `ftp`. An address of this machine itself, such as `http://localhost`, is left alone, and so is one whose host only the environment knows.",
  bad: example({
    model: `    files:
      - name: params
        url: http://example.com/params.pt
        credentials: \${STORE_TOKEN}
`,
    load: LOAD,
  }),
  good: example({
    model: `    files:
      - name: params
        url: https://example.com/params.pt
        credentials: \${STORE_TOKEN}
`,
    load: LOAD,
  }),
  *check(graph) {
    const seen = new Set<ScalarNode>();
    for (const { url, secret, key } of sentAlong(graph)) {
      const { scalar } = url;
      if (plainAddress(scalar) === undefined || seen.has(scalar)) continue;
      seen.add(scalar);
      const related = [{ message: "This is sent along.", span: spanOf(secret) }];
      yield { ...finding(url, `The ${quote(key)} of this address`), related };
    }
    const isCredential = credentialNames(graph);
    for (const reference of writtenReferences(graph)) {
      const { scalar, path, meaning, expression } = reference;
      if (meaning.kind !== "environment" || seen.has(scalar)) continue;
      const address = plainAddress(scalar);
      if (address === undefined || expression.start < address.from) continue;
      if (expression.start > address.user && !isCredential(meaning.name) && !isTokenOfQuery(reference)) continue;
      seen.add(scalar);
      const related = [{ message: "The secret stands here.", span: expressionSpan(reference) }];
      yield { ...finding({ scalar, path }, shown(reference)), related };
    }
  },
};

interface Address {
  readonly scalar: ScalarNode;
  readonly path: Path | undefined;
}

function finding({ scalar, path }: Address, what: string): Finding {
  const scheme = scalar.text.search(/\S/);
  const name = scalar.text.slice(scheme, scalar.text.indexOf(":")).toLowerCase();
  const span = spanInScalar(scalar, scheme, scheme + name.length);
  const isHttp = name === "http";
  const title = `Write ${quote("https")}`;
  return {
    message: `${what} travels unencrypted over ${quote(name)}.`,
    hint: isHttp
      ? `${title}, if the server offers it.`
      : `Use ${orList(factsOf(name).encrypted ?? [])}, if the server offers one.`,
    span,
    path: printKeyPath(path),
    ...(isHttp ? { fixes: [{ title, safe: false, edits: [{ span, newText: "https" }] }] } : {}),
  };
}

const HERE = /^(?:localhost|(?:[\w-]+\.)+localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/i;

/** An unencrypted address of another machine: where what is behind its scheme begins, and where `user@` ends. */
function plainAddress({ text }: ScalarNode): { readonly from: number; readonly user: number } | undefined {
  const scheme = /^\s*[A-Za-z][A-Za-z0-9+.-]+:\/\//.exec(text)?.[0];
  if (scheme === undefined || factsOf(schemeOf(scheme.trimStart())).encrypted === undefined) return undefined;
  const expressions = text.replace(/\$(?:\{[^}]*\}|<[^>]*>|[A-Za-z_]\w*)/g, (mark) => "\0".repeat(mark.length));
  const authority = /^[^/?#\s]*/.exec(expressions.slice(scheme.length))?.[0] ?? "";
  const at = authority.lastIndexOf("@");
  const host = authority.slice(at + 1).replace(/:[\d\0]*$/, "");
  // A host that only the environment knows may be this machine.
  if (host === "" || host.includes("\0") || HERE.test(host)) return undefined;
  return { from: scheme.length, user: scheme.length + Math.max(at, 0) };
}

/** `?token=${X}`: the address says what the variable is. */
function isTokenOfQuery({ scalar, expression }: Reference): boolean {
  return /[?&][\w-]*(?:token|key|secret|password|sig|signature)=$/i.test(scalar.text.slice(0, expression.start));
}

interface Sent {
  readonly url: Address;
  readonly secret: YamlNode;
  readonly key: string;
}

/** Every address that is used with a token or a password beside it. */
function* sentAlong({ bound }: TypedGraph): Generator<Sent> {
  for (const { repository, files } of bound.models) {
    yield* pair(repository.url, repository.accessToken, "access_token");
    for (const { url, credentials } of files.values()) yield* pair(url, credentials, "credentials");
  }
  for (const { root } of bound.files) {
    for (const dataset of root?.fields.datasets?.items ?? []) {
      const { data_url, annotations_url, credentials } = dataset?.fields ?? {};
      for (const url of [data_url, annotations_url]) {
        if (url === undefined || credentials === undefined) continue;
        yield { url: { scalar: url.node, path: url.path }, secret: credentials.node, key: "credentials" };
      }
    }
  }
}

function* pair(url: BoundValue | undefined, secret: BoundValue | undefined, key: string): Generator<Sent> {
  if (url?.node.kind !== "scalar" || secret === undefined || secret.kind === "hole") return;
  if (secret.node.kind === "scalar" && secret.node.text.trim() === "") return;
  yield { url: { scalar: url.node, path: url.path }, secret: secret.node, key };
}
