// The published formats of tokens, and the common placeholders for them. Knows nothing about YAML.

/** The issuer of a token, or its format. */
export type TokenKind =
  | "github"
  | "gitlab"
  | "aws"
  | "google"
  | "slack"
  | "hugging-face"
  | "npm"
  | "pypi"
  | "anthropic"
  | "openai"
  | "azure"
  | "databricks"
  | "digitalocean"
  | "docker"
  | "stripe"
  | "sendgrid"
  | "replicate"
  | "signed-url"
  | "url-token"
  | "url-password"
  | "jwt"
  | "private-key";

/** A token in a text, from `start` up to `end`. */
export interface TokenMatch {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
}

/**
 * A text that contains none of the marks (case-insensitive) has no such token; this is a cheap filter. Every pattern is
 * bounded or can only start at a word boundary, so that the time on hostile text stays linear.
 */
const FORMATS: readonly (readonly [kind: TokenKind, marks: string, pattern: RegExp])[] = [
  // https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
  ["github", "ghp_ gho_ ghu_ ghs_ ghr_", /(?<!\w)gh[pousr]_[A-Za-z0-9]{36,255}(?!\w)/g],
  ["github", "github_pat_", /(?<!\w)github_pat_\w{60,255}(?!\w)/g],
  // https://docs.gitlab.com/security/tokens/#token-prefixes
  [
    "gitlab",
    "glpat- gloas- gldt- glrt- glcbt- glptt- glft- glimt- glagent- glsoat-",
    /(?<!\w)gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat)-[\w-]{20,300}(?:\.[\w-]{2,20}){0,2}(?![\w-])/g,
  ],
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes
  [
    "aws",
    "akia asia",
    /(?<![A-Za-z0-9])A(?:KIA|SIA)[A-Z2-7]{16}(?![A-Za-z0-9])(?::[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=]))?/g,
  ],
  [
    "aws",
    "aws_secret awssecret",
    /(?<=aws_?secret_?(?:access_?)?key["']?\s{0,3}[:=]\s{0,3}["']?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/gi,
  ],
  // https://cloud.google.com/docs/authentication/api-keys, https://developers.google.com/identity/protocols/oauth2
  ["google", "aiza", /(?<![\w-])AIza[\w-]{35}(?![\w-])/g],
  ["google", "gocspx- ya29.", /(?<![\w-])(?:GOCSPX-[\w-]{28}|ya29\.[\w-]{30,500})(?![\w-])/g],
  // https://docs.slack.dev/authentication/tokens, https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
  ["slack", "xox xapp-", /(?<![\w-])(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{20,250}(?![\w-])/g],
  ["slack", "hooks.slack.com", /(?<=hooks\.slack\.com\/services\/)[A-Z0-9]{8,12}\/[A-Z0-9]{8,12}\/[A-Za-z0-9]{20,30}/g],
  // https://huggingface.co/docs/hub/security-tokens
  ["hugging-face", "hf_ api_org_", /(?<!\w)(?:hf_[A-Za-z]{34}|api_org_[A-Za-z]{34})(?!\w)/g],
  // https://github.blog/security/supply-chain-security/announcing-npms-new-access-token-format/
  ["npm", "npm_", /(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)/g],
  // https://docs.pypi.org/api/secrets/
  ["pypi", "pypi-", /(?<![\w-])pypi-AgE[\w-]{50,1000}(?![\w-])/g],
  // https://docs.claude.com/en/api/overview#authentication
  ["anthropic", "sk-ant-", /(?<![\w-])sk-ant-[\w-]{24,250}(?![\w-])/g],
  // https://platform.openai.com/docs/api-reference/authentication
  ["openai", "sk-", /(?<![\w-])sk-(?!ant-)(?:(?:proj|svcacct|admin|None)-[\w-]{24,250}|[A-Za-z0-9]{32,64})(?![\w-])/g],
  // https://learn.microsoft.com/azure/storage/common/storage-sas-overview, …/storage-configure-connection-string
  ["azure", "sig=", /(?<=[?&;]sig=)[A-Za-z0-9%+/]{40,120}={0,2}/g],
  ["azure", "accountkey=", /(?<=AccountKey=)[A-Za-z0-9+/]{86}==/g],
  // https://docs.databricks.com/dev-tools/auth/pat
  ["databricks", "dapi", /(?<!\w)dapi[a-f0-9]{32}(?:-\d)?(?!\w)/g],
  // https://docs.digitalocean.com/reference/api/create-personal-access-token/
  ["digitalocean", "doo_v1_ dop_v1_ dor_v1_", /(?<!\w)do[opr]_v1_[a-f0-9]{64}(?!\w)/g],
  // https://docs.docker.com/security/access-tokens/
  ["docker", "dckr_", /(?<![\w-])dckr_(?:pat|oat)_[\w-]{27,32}(?![\w-])/g],
  // https://docs.stripe.com/keys
  ["stripe", "_live_", /(?<!\w)(?:sk|rk)_live_[A-Za-z0-9]{20,247}(?!\w)/g],
  // https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys
  ["sendgrid", "sg.", /(?<![\w-])SG\.[\w-]{22}\.[\w-]{43}(?![\w-])/g],
  // https://replicate.com/docs/topics/security/api-tokens
  ["replicate", "r8_", /(?<!\w)r8_[A-Za-z0-9]{37}(?!\w)/g],
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html, https://cloud.google.com/storage/docs/access-control/signed-urls
  ["signed-url", "-signature=", /(?<=[?&]X-(?:Amz|Goog)-Signature=)[a-fA-F0-9]{64,512}/g],
  // RFC 6750, section 2.3: a bearer token in the query.
  [
    "url-token",
    "token= key= secret= password=",
    /(?<=[?&](?:access_?token|auth_?token|private_token|api_?key|token|secret|password)=)[\w.~%+/-]{16,500}/gi,
  ],
  // RFC 3986, section 3.2.1: `user:password@` in a URL.
  [
    "url-password",
    "@",
    /(?<=(?<![\w+.-])[A-Za-z][A-Za-z0-9+.-]{0,20}:\/\/[^\s/?#@:'"]{0,200}:)[^\s/?#@'"]{1,200}(?=@)/g,
  ],
  ["url-token", "@", /(?<=(?<![\w+.-])https?:\/\/)[\w~%+.-]{16,250}(?=@)/gi],
  // RFC 7519
  ["jwt", "eyj", /(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g],
  // RFC 7468
  [
    "private-key",
    "-----begin",
    /-----BEGIN (?:[A-Z]{2,12} ){0,2}PRIVATE KEY-----(?:(?!-----)[\s\S]){0,20000}(?:-----END (?:[A-Z]{2,12} ){0,2}PRIVATE KEY-----)?/g,
  ],
];

/** These formats also match ordinary words, so their values are judged, too. */
const AMBIGUOUS: ReadonlySet<TokenKind> = new Set(["url-token", "url-password"]);

/** All tokens of a known format in a text, in text order, without overlaps. */
export function findTokens(text: string): readonly TokenMatch[] {
  const found: TokenMatch[] = [];
  const lower = text.toLowerCase();
  for (const [kind, marks, pattern] of FORMATS) {
    if (!marks.split(" ").some((mark) => lower.includes(mark))) continue;
    for (const match of text.matchAll(pattern)) {
      const [value] = match;
      const isReal =
        kind === "url-password"
          ? isPassword(value)
          : AMBIGUOUS.has(kind)
            ? isToken(value)
            : kind === "private-key" || !isExample(value);
      if (isReal) found.push({ kind, start: match.index, end: match.index + value.length });
    }
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const disjoint: TokenMatch[] = [];
  for (const match of found) if (match.start >= (disjoint.at(-1)?.end ?? 0)) disjoint.push(match);
  return disjoint;
}

/** Whether the text in the place of a token is a real one: letters and digits, and not a placeholder. */
export function isToken(text: string): boolean {
  if (text.length < 6 || /\s/.test(text) || isPlaceholder(text) || isLocation(text)) return false;
  return (/[A-Za-z]/.test(text) && /\d/.test(text)) || (text.length >= 16 && isMixed(text)) || /^\d{12,}$/.test(text);
}

/** Whether the text after `user:` is a password. */
export function isPassword(text: string): boolean {
  return text.length >= 3 && !/\s/.test(text) && !isPlaceholder(text);
}

const PLACEHOLDER = new RegExp(
  [
    "[$<>{}[\\]…*]|\\.\\.\\.|%[A-Za-z_]+%|x{4,}|^x+$", // placeholder punctuation
    "example|change[-_]?(?:me|it)|place[-_]?holder|redacted|dummy|sample|fixme|replace|insert|(?:^|[-_])(?:your|my)[-_]?",
    "^(?:user(?:name)?|pass(?:word|wd|phrase)?|pwd|secret|token|key|api[-_]?key|access[-_]?token|credentials?|login)$",
    "^(?:none|null|nil|undefined|true|false|yes|no|todo|tbd|test|foo|bar|baz|abc|empty|n/a|git|oauth2?)$",
  ].join("|"),
  "i",
);

/** `<token>`, `changeme`, `xxxx`, the name of a variable: what people write in place of a real token. */
function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text) || /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(text) || new Set(text).size < 3;
}

/** A token of the right format that was never issued, as used in documentation. */
function isExample(text: string): boolean {
  return /example|x{6,}|X{6,}|\*{3,}|\.\.\.|0{8,}|1{8,}|123456789|abcdefghij/i.test(text) || new Set(text).size < 10;
}

/** A path, a URL or a file name: the location of the secret, not the secret itself. */
function isLocation(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:|^[./~]|\.(?:json|ya?ml|txt|pem|key|env|toml|ini|cfg|conf)$/i.test(text);
}

/** Mixed case inside a word, which random text has and words do not. */
function isMixed(text: string): boolean {
  return /[a-z][A-Z]/.test(text) && /[A-Z][a-z]/.test(text) && new Set(text).size >= 10;
}
