/**
 * An id for each name, unique and stable: small letters, digits and underscores. Of names that come out the same, the
 * first keeps the id and the others get a number; a number never takes an id that another name has by itself.
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
 * `YOLOR-P6` becomes `yolor_p6`. Letters outside of ASCII become their code points, so that different names stay
 * different.
 */
function slug(name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^\x20-\x7e]/gu, (letter) => `u${letter.codePointAt(0)?.toString(16)}`)
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|(?<!_)_+$/g, "");
  return words === "" ? "model" : words;
}
