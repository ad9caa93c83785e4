/**
 * Whether two names differ only in case, whitespace, hyphens and underscores, or in two swapped letters: no one names
 * two things like that. One more or one different letter, as in `YOLOR-W6` and `YOLOR-P6`, proves nothing.
 */
export function isTypo(a: string, b: string): boolean {
  const [x, y] = [a, b].map((name) => name.toLowerCase().replace(/(?<=.)[\s_-]/g, ""));
  if (x === undefined || y === undefined || x === y) return true;
  let start = 0;
  while (start < x.length && x[start] === y[start]) start++;
  const [first, second] = [x.slice(start, start + 2), y.slice(start, start + 2)];
  const isSwapped = first.length === 2 && first[0] === second[1] && first[1] === second[0] && /^\p{L}+$/u.test(first);
  return isSwapped && x.slice(start + 2) === y.slice(start + 2);
}
