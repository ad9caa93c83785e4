// The supported schemes of URLs and their uses. `check`, `infer` and `run` all read this table.

interface Scheme {
  /**
   * Allowed for files, datasets and domains. A run downloads such a file (`run/storage/drivers.ts` has a driver for each scheme), or
   * the URL names a path of this machine. Either way, Python receives a path.
   */
  readonly data?: "download" | "path";
  /** Allowed for repositories. `ssh`: requires a key on the machine, which is reported as a warning. */
  readonly code?: "web" | "ssh";
  /**
   * The transports that a run allows Git to use, including after a redirect. An http server may redirect to https, and the
   * user's Git may replace either with ssh (`url.<base>.insteadOf`). Git is not called for other schemes, because other
   * transports start programs (https://git-scm.com/docs/gitremote-helpers).
   */
  readonly git?: readonly string[];
  /** The connection is not encrypted. These encrypted schemes can replace it. */
  readonly encrypted?: readonly string[];
}

/** The schemes in the order of suggestions in messages. */
export const SCHEMES = {
  https: { data: "download", code: "web", git: ["https", "ssh"] },
  http: { data: "download", code: "web", git: ["https", "http", "ssh"], encrypted: ["https"] },
  s3: { data: "download" },
  gs: { data: "download" },
  azure: { data: "download" },
  abfs: { data: "download" },
  abfss: { data: "download" },
  hdfs: { data: "download" },
  webhdfs: { data: "download" },
  ssh: { data: "download", code: "ssh", git: ["ssh"] },
  scp: { data: "download" },
  sftp: { data: "download" },
  file: { data: "path", git: ["file"] },
  ftp: { encrypted: ["sftp", "https"] },
  git: { git: ["git"] },
  "git+ssh": { code: "ssh" },
} as const satisfies Readonly<Record<string, Scheme>>;

export type SchemeName = keyof typeof SCHEMES;

/** The schemes from which a run downloads files. */
export type DownloadedScheme = {
  [Name in SchemeName]: (typeof SCHEMES)[Name] extends { readonly data: "download" } ? Name : never;
}[SchemeName];

/** The entry of a scheme; empty for an unknown scheme. */
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

/** The scheme at the start of a text, in lower case, with or without slashes. A drive such as `C:\` is not a scheme. */
export function leadingScheme(text: string): string | undefined {
  return /^([A-Za-z][A-Za-z0-9+.-]+):/.exec(text)?.[1]?.toLowerCase();
}

/** Whether a text is a URL rather than a path: `https://…`, `ssh://…`, or Git's short form `user@host:path`. */
export function hasScheme(text: string): boolean {
  if (leadingScheme(text) !== undefined) return true;
  const host = /^[^\s/:]+(?=:)/.exec(text)?.[0] ?? "";
  return host.slice(1, -1).includes("@");
}
