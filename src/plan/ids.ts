/**
 * A unique and stable id for each name: lowercase letters, digits and underscores. If several names have the same id, the first
 * one keeps it and the others get a number. An id with a number never takes the id of another name.
 */
export function allocateIds(names: readonly string[]): readonly string[] {
  const natural = names.map(slug);
  const reserved = new Set(natural);
  const taken = new Set<string>();
  const numbers = new Map<string, number>();
  return natural.map((id) => {
    if (!taken.has(id)) {
      taken.add(id);
      return id;
    }
    // All smaller numbers are taken.
    let number = numbers.get(id) ?? 2;
    while (taken.has(`${id}_${number}`) || reserved.has(`${id}_${number}`)) number += 1;
    numbers.set(id, number + 1);
    taken.add(`${id}_${number}`);
    return `${id}_${number}`;
  });
}

/**
 * The id of a name: `YOLOR-P6` becomes `yolor_p6`. Non-ASCII letters become their code points, so that different names have
 * different ids.
 */
function slug(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^\x20-\x7e]/gu, (letter) => `u${letter.codePointAt(0)?.toString(16)}`)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|(?<!_)_+$/g, "");
  return words === "" ? "model" : words;
}
