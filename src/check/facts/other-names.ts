const COMMIT = ["hash"];
const ANY = ["hash", "branch"];
const TOKEN = ["access_token"];

/** What other tools and formats call the keys of a repository. */
const OTHER_NAMES: ReadonlyMap<string, readonly string[]> = new Map([
  ...["commit", "commit_id", "commit_hash", "sha"].map((name) => [name, COMMIT] as const),
  ...["revision", "rev", "ref", "tag"].map((name) => [name, ANY] as const),
  ...["token", "auth_token", "key"].map((name) => [name, TOKEN] as const),
]);

/** The keys of a repository that somebody may mean who writes the word of another tool, such as `commit` for `hash`. */
export function repositoryKeysFor(key: string): readonly string[] {
  return OTHER_NAMES.get(key.toLowerCase()) ?? [];
}
