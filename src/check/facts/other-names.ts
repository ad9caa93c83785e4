const COMMIT = ["hash"];
const ANY = ["hash", "branch"];
const TOKEN = ["access_token"];

/** Names of the keys of a repository in other tools and formats. */
const OTHER_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ...["commit", "commit_id", "commit_hash", "sha"].map((name) => [name, COMMIT] as const),
  ...["revision", "rev", "ref", "tag"].map((name) => [name, ANY] as const),
  ...["token", "auth_token", "key"].map((name) => [name, TOKEN] as const),
]);

/** The keys of a repository that may be meant by the name of another tool, such as `hash` for `commit`. */
export function repositoryKeysFor(key: string): readonly string[] {
  return OTHER_NAMES.get(key.toLowerCase()) ?? [];
}
