// Where a text stops being JSON. The engine's own messages say it in another way in each version, or not at all.

/** The first mistake: its offset, and what is wrong there as a part of a sentence. */
export interface JsonMistake {
  readonly offset: number;
  readonly message: string;
}

const SPACE = /[ \t\n\r]*/y;
const ATOM = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
const PLAIN = /[ !#-[\]-\uffff]+/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** Finds the first mistake of a text that `JSON.parse` has refused. Needs no more stack for deeper nesting. */
export function findJsonMistake(text: string): JsonMistake | undefined {
  const open: ("{" | "[")[] = [];
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const mistake = (message: string): JsonMistake => ({ offset: at, message });
  const readText = (): JsonMistake | undefined => {
    const start = at++;
    while (skip(PLAIN) || skip(ESCAPE));
    if (text[at] === '"') {
      at++;
      return undefined;
    }
    if (text[at] === "\\") return mistake("this escape does not exist");
    if (at < text.length && text[at] !== "\n") return mistake("a control character must be escaped");
    at = start;
    return mistake("this text is not closed");
  };
  const readKey = (): JsonMistake | undefined => {
    skip(SPACE);
    if (text[at] !== '"') return mistake("a key in double quotes is missing");
    const wrong = readText();
    if (wrong !== undefined) return wrong;
    skip(SPACE);
    if (text[at] !== ":") return mistake("a `:` is missing");
    at++;
    return undefined;
  };
  /** Whether a list or map that begins here ends at once. */
  const isEmpty = (end: string): boolean => {
    skip(SPACE);
    if (text[at] !== end) return false;
    at++;
    open.pop();
    return true;
  };

  for (;;) {
    skip(SPACE);
    const first = text[at];
    let isWhole = true;
    if (first === "{" || first === "[") {
      at++;
      open.push(first);
      isWhole = isEmpty(first === "{" ? "}" : "]");
    } else if (first === '"') {
      const wrong = readText();
      if (wrong !== undefined) return wrong;
    } else if (!skip(ATOM)) {
      return mistake("a value is missing");
    }
    while (isWhole) {
      skip(SPACE);
      const around = open.at(-1);
      if (around === undefined) return at < text.length ? mistake("nothing may follow here") : undefined;
      const end = around === "{" ? "}" : "]";
      if (text[at] !== end) {
        if (text[at] !== ",") return mistake(`\`,\` or \`${end}\` is missing`);
        at++;
        isWhole = false;
      } else {
        at++;
        open.pop();
      }
    }
    if (open.at(-1) === "{") {
      const wrong = readKey();
      if (wrong !== undefined) return wrong;
    }
  }
}
