/** How many names are listed for all wrong aliases of a file together. */
const MOST_LISTED = 100_000;

/**
 * Lists the names of a growing map. Where thousands of aliases are wrong among thousands of anchors, the list of an earlier
 * one has to do.
 */
export function namesOf(anchors: ReadonlyMap<string, unknown>): () => readonly string[] {
  let names: readonly string[] = [];
  let listed = 0;
  return () => {
    if (names.length !== anchors.size && listed < MOST_LISTED) {
      names = [...anchors.keys()];
      listed += names.length;
    }
    return names;
  };
}
