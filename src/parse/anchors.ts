/** The maximum number of names listed for all unknown aliases of a file together. */
const MAX_LISTED = 100_000;

/**
 * Lists the names of a growing map. If a file has thousands of unknown aliases and thousands of anchors, an earlier
 * list is reused.
 */
export function namesOf(anchors: ReadonlyMap<string, unknown>): () => readonly string[] {
  let names: readonly string[] = [];
  let listed = 0;
  return () => {
    if (names.length !== anchors.size && listed < MAX_LISTED) {
      names = [...anchors.keys()];
      listed += names.length;
    }
    return names;
  };
}
