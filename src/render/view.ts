// One line of source as it fits on a terminal.
import { type Cell, cellsOf } from "./columns.ts";

/** A line as it is shown, with the columns at which the character at an offset begins, and the one before it ends. */
export interface View {
  readonly text: string;
  readonly columnOf: (offset: number) => number;
  readonly endOf: (offset: number) => number;
}

/** A line in a number of columns: a longer one is cut around the mark between two offsets. */
export function viewOf(text: string, [start, end]: readonly [number, number], room: number): View {
  // Of a very long line, only the visible part is split into cells.
  const reach = 2 * room;
  const low = Math.max(0, start - reach);
  const high = Math.min(text.length, start + 2 * reach);
  const cells = cellsOf(text.slice(low, high)).map((cell) => ({
    ...cell,
    start: cell.start + low,
    end: cell.end + low,
  }));
  const total = cells.reduce((sum, { width }) => sum + width, 0);
  const from = columnIn(cells, start);
  if (low === 0 && high === text.length && total <= room) return cut(cells, 0, total, false, false);
  const marked = Math.max(columnIn(cells, end) - from, 1);
  const isCutAfter = high < text.length;
  // If the mark fits, the line is shown from its beginning.
  const isNear = low === 0 && from + marked + 3 <= room;
  const lead = Math.max(Math.ceil(((room - 2 - marked) * 2) / 3), Math.min(from, Math.floor(room / 4)));
  const most = isCutAfter ? Number.POSITIVE_INFINITY : total - room;
  const left = isNear ? 0 : Math.max(Math.min(from - lead, most), 0);
  const right = left + room;
  return cut(cells, left, right, low > 0 || left > 0, isCutAfter || total > right);
}

function columnIn(cells: readonly Cell[], offset: number): number {
  let column = 0;
  for (const cell of cells) {
    if (cell.end > offset) break;
    column += cell.width;
  }
  return column;
}

function cut(cells: readonly Cell[], left: number, right: number, cutBefore: boolean, cutAfter: boolean): View {
  const columns: { readonly start: number; readonly end: number; readonly column: number; readonly next: number }[] =
    [];
  let text = cutBefore ? "…" : "";
  let column = 0;
  let shown = cutBefore ? 1 : 0;
  const last = right - left - (cutAfter ? 1 : 0);
  for (const { text: character, width, start, end } of cells) {
    const at = column - left;
    column += width;
    if (at < (cutBefore ? 1 : 0) || at + width > last) continue;
    text += " ".repeat(at - shown) + character;
    shown = at + width;
    columns.push({ start, end, column: at, next: shown });
  }
  const lineEnd = shown + (cutAfter ? 1 : 0);
  return {
    text: cutAfter ? `${text}…` : text,
    columnOf: (offset) => {
      const cell = columns.find(({ end }) => end > offset);
      return cell === undefined ? shown : cell.start > offset ? 0 : cell.column;
    },
    endOf: (offset) => {
      const cell = columns.findLast(({ start }) => start < offset);
      return cell === undefined ? 0 : offset > cell.end ? lineEnd : cell.next;
    },
  };
}
