// Splits the output of a model's code into lines, and limits how many are reported per second.

const BURST = 500;
const LINES_PER_SECOND = 100;
const MAX_LINE = 8192;

const NEWLINE = 10;
const RETURN = 13;

/** A line of a model's log. If `dropped` is set, the line is a notice that this many lines were omitted. */
export interface LogLine {
  readonly text: string;
  readonly dropped?: number;
  /** How many bytes were cut from the end of the line. */
  readonly cut?: number;
}

/** Receives output in chunks. */
export interface LogReader {
  readonly push: (chunk: Buffer) => void;
  /** Reports an unfinished last line and the number of omitted lines. */
  readonly end: () => void;
}

/** Splits output into lines and limits their rate. A carriage return, as of a progress bar, also ends a line. */
export function logReader(
  onLine: (line: LogLine) => void,
  now: () => number = () => performance.now(),
  linesPerSecond = LINES_PER_SECOND,
): LogReader {
  const allowance = { lines: BURST, since: now() };
  let pending: Buffer[] = [];
  let pendingSize = 0;
  let cut = 0;
  let dropped = 0;

  function take(piece: Buffer): void {
    const kept = piece.subarray(0, Math.max(0, MAX_LINE - pendingSize));
    cut += piece.length - kept.length;
    pendingSize += kept.length;
    if (kept.length > 0) pending.push(Buffer.from(kept));
  }

  function finishLine(): void {
    const bytes = Buffer.concat(pending);
    const line = { text: bytes.toString("utf8"), ...(cut > 0 ? { cut } : {}) };
    pending = [];
    pendingSize = 0;
    cut = 0;
    if (!allowed()) {
      dropped++;
      return;
    }
    reportDropped();
    onLine(line);
  }

  function allowed(): boolean {
    if (linesPerSecond === Number.POSITIVE_INFINITY) return true;
    const time = now();
    const earned = ((time - allowance.since) / 1000) * linesPerSecond;
    allowance.lines = Math.min(BURST, allowance.lines + earned);
    allowance.since = time;
    if (allowance.lines < 1) return false;
    allowance.lines--;
    return true;
  }

  function reportDropped(): void {
    if (dropped === 0) return;
    onLine({ text: `… ${dropped} ${dropped === 1 ? "line" : "lines"} omitted`, dropped });
    dropped = 0;
  }

  return {
    push: (chunk) => {
      let start = 0;
      for (let end = 0; end < chunk.length; end++) {
        const byte = chunk[end];
        if (byte !== NEWLINE && byte !== RETURN) continue;
        take(chunk.subarray(start, end));
        start = end + 1;
        // "\r\n" ends only one line, and a progress bar that redraws itself creates no empty lines.
        if (byte === NEWLINE || pendingSize > 0) finishLine();
      }
      take(chunk.subarray(start));
    },
    end: () => {
      if (pendingSize > 0) finishLine();
      reportDropped();
    },
  };
}
