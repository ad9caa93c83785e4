// Labels in pictures: without invisible characters, limited in length, and measured in columns of a monospaced font.
import { printable } from "../base/quote.ts";
import { cellsOf, widthOf } from "../render/columns.ts";

/** A text that is drawn, and how many columns it takes. */
export interface Label {
  readonly text: string;
  readonly columns: number;
}

/** Without a limit, stacked combining marks would reach into the lines above. */
const STACKED = /(\p{M}{2})\p{M}+/gu;

/** A text on one line of at most `most` columns, without characters that are invisible or change the text direction. */
export function labelOf(text: string, most: number): Label {
  const shown = printable(text.slice(0, 4 * most + 64).replace(STACKED, "$1"));
  const columns = widthOf(shown);
  if (columns <= most) return { text: shown, columns };
  let short = "";
  let taken = 0;
  for (const cell of cellsOf(shown)) {
    if (taken + cell.width > most - 1) break;
    short += cell.text;
    taken += cell.width;
  }
  return { text: `${short}…`, columns: taken + 1 };
}
