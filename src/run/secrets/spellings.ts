// How code commonly writes a text down: between quotes, in an address, as base64, as hexadecimal digits.
import { decodePercent } from "../../base/address.ts";

/** One way in which a text may be written down. */
export interface Spelling {
  readonly text: string;
  /** Whether it is a part of base64: the characters around it may hold bits of the text. */
  readonly isBase64: boolean;
}

/** All spellings of a text; the same one may come more than once. A percent-encoded text is given decoded, too. */
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
  // Most secrets are letters, digits and a few marks that nothing escapes.
  if (/[^ -~]|["'\\]/.test(text)) {
    for (const once of quoted(text)) {
      yield once;
      yield* quoted(once); // a text that quotes a text
    }
  }
  if (/[^\w.~-]/.test(text)) yield* inAddresses(text);
  if (/[^ -~]/.test(text)) {
    // UTF-8 that is taken for Latin-1, as in a header of http, and as Python prints bytes.
    const bytes = Buffer.from(text).toString("latin1");
    yield bytes;
    yield pythonText(bytes).replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`);
  }
}

/** As JSON and as Python write it between quotes. */
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

/** Percent-encoded by JavaScript, by Python, by forms and by parsers of addresses, which leave different characters. */
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

/** As the user or the password of an address: https://url.spec.whatwg.org/#userinfo-percent-encode-set */
function userPart(text: string): string {
  const address = new URL("http://host");
  address.password = text;
  return address.password;
}

/**
 * What is in the base64 of any text that has this text inside, for each of the three places where it may begin: the
 * characters that depend on nothing else. Both alphabets, and as base64 is written in an address.
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
