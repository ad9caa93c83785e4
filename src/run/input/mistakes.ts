/** This many mistakes are said in full. */
const SHOWN = 5;

/** Mistakes of a file, which are said together. */
export interface Mistakes {
  readonly add: (message: string) => void;
  readonly isEmpty: () => boolean;
  /** The first of them, and how many more there are; `undefined` when there is none. */
  readonly text: () => string | undefined;
}

/** Collects the mistakes of a file, however many they are. */
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
