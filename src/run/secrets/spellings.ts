// The common encodings of a text: in quotes, in a URL, as Base64, and as hexadecimal digits.
import { decodePercent } from "../../base/address.ts";

/** One encoding of a text. */
export interface Spelling {
  readonly text: string;
  /** Whether it is a part of Base64. The neighboring characters may then contain bits of the text. */
  readonly isBase64: boolean;
}

/** Yields all spellings of a text, possibly with duplicates. A percent-encoded text is also yielded decoded. */
export function* spellings(text: string): Generator<Spelling> {
  for (const each of new Set([text, text.trim(), decodePercent(text.trim())])) {
    for (const plain of plainSpellings(each)) yield { text: plain, isBase64: false };
    for (const piece of base64Pieces(each)) yield { text: piece, isBase64: true };
  }
}

function* plainSpellings(text: string): Generator<string> {
  yield text;
  const hex = Buffer.from(text).toString("hex");
  yield hex;
  yield hex.toUpperCase();
  // Most secrets contain only characters that are never escaped.
  if (/[^ -~]|["'\\]/.test(text)) {
    for (const once of quoted(text)) {
      yield once;
      yield* quoted(once); // quoted twice
    }
  }
  if (/[^\w.~-]/.test(text)) yield* inAddresses(text);
  if (/[^ -~]/.test(text)) {
    // UTF-8 that was decoded as Latin-1, as in an HTTP header, and the form in which Python prints bytes.
    const bytes = Buffer.from(text).toString("latin1");
    yield bytes;
    yield pythonText(bytes).replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  }
}

/** The text as JSON and Python write it in quotes. */
function* quoted(text: string): Generator<string> {
  const json = JSON.stringify(text).slice(1, -1);
  yield json;
  yield json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const python = pythonText(text);
  yield python;
  yield python.replaceAll("'", "\\'");
}

/** What `repr` prints between its quotes: https://docs.python.org/3/library/functions.html#repr */
function pythonText(text: string): string {
  return text.replace(/[\\\p{Cc}]/gu, (mark) => {
    if (mark === "\\") return "\\\\";
    if (mark === "\n") return "\\n";
    if (mark === "\r") return "\\r";
    if (mark === "\t") return "\\t";
    return `\\x${mark.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/** Percent-encoded by JavaScript, Python, HTML forms and URL parsers, which leave different characters unchanged. */
function* inAddresses(text: string): Generator<string> {
  const whole = text.replace(/\p{Cs}/gu, "\ufffd");
  const component = encodeURIComponent(whole);
  // `urllib.parse.quote` encodes more characters than JavaScript, and keeps `/`.
  const python = component.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const encoded = [
    component,
    python,
    python.replaceAll("%2F", "/"),
    python.replaceAll("%20", "+"),
    component.replaceAll("%20", "+"),
    encodeURI(whole),
    userPart(whole),
  ];
  for (const each of encoded) {
    yield each;
    yield each.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase());
  }
}

/** The text as the user name or password of a URL: https://url.spec.whatwg.org/#userinfo-percent-encode-set */
function userPart(text: string): string {
  const address = new URL("http://host");
  address.password = text;
  return address.password;
}

/**
 * The Base64 characters that depend only on this text, wherever it occurs inside a longer encoded text: one piece for each of
 * the three possible alignments, in both alphabets and percent-encoded.
 */
function* base64Pieces(text: string): Generator<string> {
  const bytes = Buffer.from(text);
  for (const shift of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    const from = Math.ceil((shift * 8) / 6);
    const piece = encoded.slice(from, Math.floor(((shift + bytes.length) * 8) / 6));
    yield piece;
    if (!/[+/]/.test(piece)) continue;
    yield piece.replaceAll("+", "-").replaceAll("/", "_");
    yield piece.replaceAll("+", "%2B").replaceAll("/", "%2F");
  }
}
