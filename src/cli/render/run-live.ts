// Lines at the end of a terminal that are written over and over, below everything that stays.
import { widthOf } from "../../render/columns.ts";

/** How large the terminal is now; it may change. */
export interface Screen {
  readonly columns: () => number;
  readonly rows: () => number;
}

export interface LiveBlock {
  /** Writes a line that stays, above the block. */
  readonly print: (line: string) => void;
  /** Draws the block soon. */
  readonly changed: () => void;
  /** Takes the block away; nothing is drawn after that. */
  readonly clear: () => void;
}

/** Between two drawings when something changes, and when nothing does. */
const DRAW_MS = 100;
const IDLE_MS = 1000;

const ERASE_LINE_END = "\u001b[K";
const ERASE_BELOW = "\u001b[J";

/** Makes a block; `linesFor` gives lines that are narrower than the screen. */
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
  timer.unref(); // it keeps nothing alive

  /** Back to the first line of the block, which takes more lines when the terminal has become narrower. */
  function back(): string {
    const columns = Math.max(1, screen.columns());
    const height = shown.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    return height === 0 ? "\r" : `\r\u001b[${height}A`;
  }

  /** In one piece, line over line, so that nothing flickers. */
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
