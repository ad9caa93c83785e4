// What a model's code prints: lines, not more of them than somebody could read, with a count of the others.

const BURST = 500;
const LINES_PER_SECOND = 100;
const MAX_LINE = 8192;

const NEWLINE = 10;
const RETURN = 13;

/** One line of a model's log; `dropped` when it stands for lines that were left out. */
export interface LogLine {
  readonly text: string;
  readonly dropped?: number;
  /** How many bytes of the line were left out at its end. */
  readonly cut?: number;
}

/** Takes what was printed, piece by piece. */
export interface LogReader {
  readonly push: (chunk: Buffer) => void;
  /** Hands on an unfinished last line and the count of what was left out. */
  readonly end: () => void;
}

/** Splits into lines (a progress bar's carriage return ends one too) and limits how many are handed on. */
export function logReader(
  onLine: (line: LogLine) => void,
  now: () => number = Date.now,
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
    onLine({ text: `… ${dropped} ${dropped === 1 ? "line" : "lines"} left out`, dropped });
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
        // "\r\n" is one end, and a bar that redraws itself leaves no empty lines.
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
