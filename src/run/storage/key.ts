// Names of files in object stores. They are used as written, like the tools of the providers do: `%20`, `#` and `?` are ordinary
// characters.

/** Whether a name is that of a folder: everything that begins with it. */
export function isFolderKey(key: string): boolean {
  return key === "" || key.endsWith("/");
}

/** Why a name cannot be used, as the predicate of a sentence about its URL. */
export function keyProblem(key: string): string | undefined {
  // A URL cannot contain these parts, even escaped: https://url.spec.whatwg.org/#double-dot-path-segment
  if (key.split("/").some((part) => /^(?:\.|%2e){1,2}$/i.test(part))) return "names a file with the part `.` or `..`";
  return /\p{Surrogate}/u.test(key) ? "contains half of a character" : undefined;
}

/** A name as a part of a URL. All characters are escaped that signatures escape, so that both are the same. */
export function escapeKey(key: string): string {
  return encodeURIComponent(key)
    .replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/");
}

/** A text as one part of a path or as a value in a query. */
export function escapePart(text: string): string {
  return escapeKey(text).replaceAll("/", "%2F");
}
