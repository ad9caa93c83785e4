/** How many mistakes are shown in full. */
const SHOWN = 5;

/** The mistakes in a file, which are reported together. */
export interface Mistakes {
  readonly add: (message: string) => void;
  readonly isEmpty: () => boolean;
  /** The first mistakes, and how many more there are; `undefined` if there are none. */
  readonly text: () => string | undefined;
}

/** Collects the mistakes in a file, with bounded memory. */
export function collectMistakes(): Mistakes {
  const shown: string[] = [];
  let more = 0;
  return {
    add: (message) => {
      if (shown.length < SHOWN) shown.push(message);
      else more++;
    },
    isEmpty: () => shown.length === 0,
    text: () => (shown.length === 0 ? undefined : shown.join("; ") + (more > 0 ? `; and ${more} more` : "")),
  };
}
