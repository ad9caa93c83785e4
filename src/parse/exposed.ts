// Finds secrets in a definition: tokens of a known format anywhere, including comments, and any value in the place of a
// token or password.
import { credentialInName } from "../base/credential-names.ts";
import { schemesWith } from "../base/schemes.ts";
import type { Source, Span } from "../base/source.ts";
import { findTokens, isPassword, isToken, type TokenKind } from "../base/token-shapes.ts";
import { indexRanges } from "./ranges.ts";
import { spanInScalar } from "./source-map.ts";
import type { MapNode, Path, ScalarNode, YamlNode } from "./tree.ts";

/** A secret in the text. The kinds `token` and `password` were recognized by their place. */
export interface Exposure {
  readonly kind: TokenKind | "token" | "password";
  readonly span: Span;
  /** The decoded secret. */
  readonly text: string;
  /** The value that contains the secret; undefined in comments, in keys and in broken text. */
  readonly holder: Holder | undefined;
  /** The default of the expression that contains the secret, including `:-`. */
  readonly suffix: Span | undefined;
}

/** A scalar, its path, and whether it is inside `{ }` or `[ ]`. */
export interface Holder {
  readonly scalar: ScalarNode;
  readonly path: Path | undefined;
  readonly inFlow: boolean;
}

/** All secrets of a file in text order, without overlaps. */
export function findExposures(source: Source, root: YamlNode | undefined): readonly Exposure[] {
  const found: Exposure[] = [];
  const holders: Holder[] = [];
  const tokens = findTokens(source.text);
  const context = { found, holders: tokens.length === 0 ? undefined : holders, seen: new Set<YamlNode>() };
  if (root !== undefined) collect(context, root, undefined, false, false);
  if (tokens.length === 0 && found.length === 0) return [];
  holders.sort((a, b) => a.scalar.start - b.scalar.start);
  const placed = tokens.map(({ kind, start, end }): Exposure => {
    const holder = holderAt(holders, start, end);
    const text = source.text.slice(start, end);
    return { kind, span: { source, start, end }, text, holder, suffix: holder && suffixAround(holder, start, end) };
  });
  // The format of a token is more specific than its place.
  const index = indexRanges(tokens);
  const others = found.filter(({ span }) => !index.touches(span.start, span.end));
  return [...placed, ...others].sort((a, b) => a.span.start - b.span.start);
}

interface Context {
  readonly found: Exposure[];
  /** All values, if the text contains tokens that may be in one of them. */
  readonly holders: Holder[] | undefined;
  readonly seen: Set<YamlNode>;
}

/** Whether a value under this name is certainly a credential. A name such as `key` is ordinary here. */
function isSecretKey(name: string): boolean {
  return credentialInName(name) === "sure";
}

function collect(context: Context, node: YamlNode, path: Path | undefined, inFlow: boolean, isSecret: boolean): void {
  if (node.kind === "scalar" && !isSecret && node.template === undefined && context.holders === undefined) return;
  if (context.seen.has(node)) return;
  context.seen.add(node);
  if (node.kind === "scalar") {
    const holder = { scalar: node, path, inFlow };
    context.holders?.push(holder);
    reportSecrets(context.found, holder, isSecret);
  } else if (node.kind === "list") {
    const isFlow = inFlow || node.source.text[node.start] === "[";
    node.items.forEach((item, i) => {
      collect(context, item, { parent: path, key: i }, isFlow, isSecret);
    });
  } else if (node.kind === "map") {
    const isFlow = inFlow || node.source.text[node.start] === "{";
    const named = isNamedSecret(node);
    for (const { key, value } of node.entries) {
      const secret = isSecret || isSecretKey(key.text) || (named && key.text === "value");
      collect(context, value, { parent: path, key: key.text }, isFlow, secret);
    }
  }
}

/** Whether a map is an input such as `{ name: api_token, value: … }`. */
function isNamedSecret({ entries }: MapNode): boolean {
  const name = entries.find(({ key }) => key.text === "name")?.value;
  return name?.kind === "scalar" && isSecretKey(name.text);
}

/**
 * Reports a value in the place of a secret unless it is an expression or a placeholder, and any default of a secret
 * variable.
 */
function reportSecrets(found: Exposure[], holder: Holder, isSecret: boolean): void {
  const { scalar } = holder;
  for (const part of scalar.template?.parts ?? []) {
    if (part.kind !== "expression" || part.default === undefined) continue;
    const { value, start, end } = part.default;
    if (!(isSecret || isSecretKey(part.path[0].value)) || !isToken(value)) continue;
    const suffix = spanInScalar(scalar, start - 2, end);
    found.push({ kind: "token", span: spanInScalar(scalar, start, end), text: value, holder, suffix });
  }
  if (!isSecret || scalar.value === null || typeof scalar.value === "boolean") return;
  const start = scalar.text.search(/\S/);
  const end = scalar.text.trimEnd().length;
  const text = scalar.text.slice(start, end);
  const password = USER_AND_PASSWORD.exec(text)?.groups?.["password"];
  if (password !== undefined && isPassword(password)) {
    const span = spanInScalar(scalar, end - password.length, end);
    found.push({ kind: "password", span, text: password, holder, suffix: undefined });
  } else if (scalar.template === undefined && isToken(text)) {
    found.push({ kind: "token", span: spanInScalar(scalar, start, end), text, holder, suffix: undefined });
  }
}

/** URL schemes and names of secret stores. `git` is not among them, because it is a common user name. */
const PLACES = [
  ...schemesWith(({ data, encrypted }) => data !== undefined || encrypted !== undefined),
  ...["file", "path", "env", "vault", "arn", "keyring", "ssm", "op", "secret", "secrets"],
].join("|");

/** The user may be an expression. A URL scheme or the name of a secret store is not a user. */
const USER_AND_PASSWORD = new RegExp(
  `^(?!(?:${PLACES}):)(?:\\$\\{[^}]*\\}|\\$<[^>]*>|\\$[a-z_]\\w*|[^\\s:$/]+):(?!//)(?<password>[^\\s$:]+)$`,
  "i",
);

function holderAt(holders: readonly Holder[], start: number, end: number): Holder | undefined {
  let low = 0;
  let high = holders.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((holders[middle]?.scalar.start ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const holder = holders[low - 1];
  return holder !== undefined && holder.scalar.end >= end ? holder : undefined;
}

/** The default that contains a token. */
function suffixAround({ scalar }: Holder, start: number, end: number): Span | undefined {
  for (const part of scalar.template?.parts ?? []) {
    if (part.kind !== "expression" || part.default === undefined) continue;
    const span = spanInScalar(scalar, part.default.start - 2, part.default.end);
    if (span.start <= start && end <= span.end) return span;
  }
  return undefined;
}
