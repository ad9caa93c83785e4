// A block of lines at the end of a terminal that is redrawn in place, below all other output.
import { widthOf } from "../../render/columns.ts";

/** The current size of the terminal, which may change. */
export interface Screen {
  readonly columns: () => number;
  readonly rows: () => number;
}

export interface LiveBlock {
  /** Writes a permanent line above the block. */
  readonly print: (line: string) => void;
  /** Schedules a redraw. */
  readonly changed: () => void;
  /** Removes the block. Nothing is drawn after that. */
  readonly clear: () => void;
}

/** The time between two redraws if something changes, and if nothing does. */
const DRAW_MS = 100;
const IDLE_MS = 1000;

const ERASE_LINE_END = "\u001b[K";
const ERASE_BELOW = "\u001b[J";

/** Creates a block. `linesFor` returns lines that are narrower than the screen. */
export function liveBlock(
  write: (text: string) => void,
  screen: Screen,
  linesFor: (screen: Screen) => readonly string[],
): LiveBlock {
  let shown: readonly string[] = [];
  let hasChanged = false;
  let drawnAt = 0;
  const timer = setInterval(() => {
    if (hasChanged || performance.now() - drawnAt > IDLE_MS) draw();
  }, DRAW_MS);
  timer.unref(); // the timer must not keep the process alive

  /** Moves to the first line of the block. It has more lines if the terminal has become narrower. */
  function back(): string {
    const columns = Math.max(1, screen.columns());
    const height = shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    return height === 0 ? "\r" : `\r\u001b[${height}A`;
  }

  /** Overwrites the block with one write, so that nothing flickers. */
  function draw(above = ""): void {
    const lines = linesFor(screen);
    write(`${back()}${above}${lines.map((line) => `${line}${ERASE_LINE_END}\n`).join("")}${ERASE_BELOW}`);
    shown = lines;
    hasChanged = false;
    drawnAt = performance.now();
  }

  return {
    print: (line) => draw(`${line}${ERASE_LINE_END}\n`),
    changed: () => {
      hasChanged = true;
    },
    clear: () => {
      clearInterval(timer);
      write(`${back()}${ERASE_BELOW}`);
      shown = [];
    },
  };
}
