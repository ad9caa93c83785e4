// The schemes of URLs, and what can be done with each of them. `check`, `infer` and `run` all read this table.

interface Scheme {
  /** Files, datasets and domains may have such a URL. */
  readonly data?: true;
  /** Repositories may have such a URL. `ssh`: a key on the machine is needed, which is worth a warning. */
  readonly code?: "web" | "ssh";
  /**
   * The transports that a run allows Git for such a URL, so that no redirect leads to another one. A server of http may
   * lead to https, and the user may have told Git to use ssh for either (`url.<base>.insteadOf`). Without them, Git is not
   * called: other transports start programs (https://git-scm.com/docs/gitremote-helpers).
   */
  readonly git?: readonly string[];
  /** A run downloads the file, and Python gets a path. `run/acquire/fetch.ts` has a driver for each of these schemes. */
  readonly isFetched?: true;
  /** The connection is not encrypted; these schemes are, and can take its place. */
  readonly encrypted?: readonly string[];
}

/** The order is that of the suggestions in messages. */
export const SCHEMES = {
  https: { data: true, code: "web", git: ["https", "ssh"], isFetched: true },
  http: { data: true, code: "web", git: ["https", "http", "ssh"], isFetched: true, encrypted: ["https"] },
  s3: { data: true },
  gs: { data: true },
  azure: { data: true },
  hdfs: { data: true },
  ssh: { data: true, code: "ssh", git: ["ssh"] },
  scp: { data: true },
  sftp: { data: true },
  ftp: { encrypted: ["sftp", "https"] },
  git: { git: ["git"] },
  "git+ssh": { code: "ssh" },
  file: { git: ["file"] },
} as const satisfies Readonly<Record<string, Scheme>>;

export type SchemeName = keyof typeof SCHEMES;

/** The schemes from which a run downloads files. */
export type FetchedScheme = {
  [Name in SchemeName]: (typeof SCHEMES)[Name] extends { readonly isFetched: true } ? Name : never;
}[SchemeName];

/** What is known of a scheme; nothing of any other one. */
export function factsOf(scheme: string | undefined): Scheme {
  return scheme !== undefined && Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme as SchemeName] : UNKNOWN;
}

const UNKNOWN: Scheme = {};

/** The schemes for which a condition holds, in the order of the table. */
export function schemesWith(holds: (scheme: Scheme) => boolean): readonly SchemeName[] {
  return (Object.keys(SCHEMES) as SchemeName[]).filter((name) => holds(SCHEMES[name]));
}

/** The scheme of a URL such as `https://host/path`, in lower case. */
export function schemeOf(url: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]+):\/\//.exec(url)?.[1]?.toLowerCase();
}

/** The scheme that a text begins with, in lower case, whatever follows its colon. A drive such as `C:\` is not a scheme. */
export function leadingScheme(text: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]+):/.exec(text)?.[1]?.toLowerCase();
}

/** Whether a text is a URL rather than a path: `https://…`, `ssh://…`, or Git's short form `user@host:path`. */
export function hasScheme(text: string): boolean {
  if (leadingScheme(text) !== undefined) return true;
  const host = /^[^\s/:]+(?=:)/.exec(text)?.[0] ?? "";
  return host.slice(1, -1).includes("@");
}
