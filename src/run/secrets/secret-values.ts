// Finds the secret texts of an environment, by the names of variables and by the form of their values.
import { statSync } from "node:fs";
import { isAbsolute, normalize, relative } from "node:path";
import { decodePercent } from "../../base/address.ts";
import { type CredentialName, credentialInName } from "../../base/credential-names.ts";
import { findTokens, isPassword } from "../../base/token-shapes.ts";

/** A sequence of letters and digits, as in a token. Quoting and escaping do not change these characters. */
const RANDOM_WORD = /(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{12,}/gi;

/** Numbers and flags, which are not secret. */
const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;
const ANSWER = /^\s*(?:true|false|yes|no|on|off|enabled|disabled|none|null|undefined)\s*$/i;

/** A number with at least this many digits may be a token. Sizes and counts have fewer. */
const LONG_NUMBER = 12;

/**
 * Yields all texts of one variable that must be hidden: the whole value or parts of it.
 *
 * A variable that the plan names is secret: its value, and the parts that a message may show, such as its lines and the parts
 * of a URL. A variable with the name of a credential is secret, unless its value is an existing path. For any other variable,
 * only parts with the form of a credential are secret: a token, or a password in a URL. A number is secret only if the name
 * clearly is that of a credential, because numbers such as 131072 appear in many messages.
 *
 * @param root the folder of the definition. Its parent folders appear in every traceback, so they are not hidden.
 */
export function* secretTexts(name: string, value: string, isPlanned: boolean, root: string): Generator<string> {
  const named = credentialInName(name);
  const isNamed = named === "sure" || named === "likely";
  yield* credentialsIn(value, named);
  if (isPlanned ? isOrdinary(value, named) || isAround(value, root) : !isNamed || isOrdinary(value, named)) return;
  if (!isPlanned && isPath(value)) return;
  yield* wholeAndPieces(value);
  if (isPlanned) yield* placesIn(value.trim());
}

/** The secret texts of a value that is used as a credential, independent of its name. */
export function* credentialTexts(value: string): Generator<string> {
  yield* credentialsIn(value, "sure");
  yield* wholeAndPieces(value);
}

/** The credentials in a URL. */
export function addressTexts(address: string): Generator<string> {
  return credentialsIn(address, undefined);
}

function isOrdinary(value: string, named: CredentialName | undefined): boolean {
  if (ANSWER.test(value)) return true;
  return NUMBER.test(value) && named !== "sure" && !(named === "likely" && value.trim().length >= LONG_NUMBER);
}

/** Whether a value is the root or one of its parent folders. */
function isAround(value: string, root: string): boolean {
  return isAbsolute(value) && !relative(value, root).startsWith("..");
}

/** Whether a value is an existing path, for example of a key file. */
function isPath(value: string): boolean {
  try {
    return isAbsolute(value) && statSync(value, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // not a valid path
  }
}

/** The value, its lines, the password of `user:password`, and the parts that look random. */
function* wholeAndPieces(value: string): Generator<string> {
  yield value;
  yield* value.split(/[\r\n]+/);
  const password = /^[^\s:/@]+:(?!\/\/)(\S+)$/.exec(value.trim())?.[1];
  if (password !== undefined) yield password;
  for (const [word] of value.matchAll(RANDOM_WORD)) yield word;
  const inside = insideBase64(value.trim());
  if (inside !== undefined) yield* wholeAndPieces(inside);
}

/** The decoded text if a value is Base64 of printable text, such as `user:password`. Random letters rarely decode to text. */
function insideBase64(value: string): string | undefined {
  if (value.length < 12 || value.length > 10_000 || !/^[\w+/-]+={0,2}$/.test(value)) return undefined;
  const inside = Buffer.from(value, "base64").toString("latin1");
  return /^[\t\r\n -~]+$/.test(inside) ? inside : undefined;
}

/** `scheme://user:password@…`, up to the end of the URL. */
const ADDRESS_WITH_USER = /(?<![\w+.-])[a-z][a-z\d+.-]{0,20}:\/\/([^\s/?#'"]{1,1000})@[^\s'"]{0,5000}/gi;

/** The same, but the password may contain characters that are not valid in a URL. */
const LOOSE_ADDRESS = /^[a-z][a-z\d+.-]{0,20}:\/\/(\S+)@\S*$/i;

/** The text before a value in a query, a connection string, JSON or options: `password=`, `"token": "`. */
const NAME_OF_VALUE = /(?<![\w.])([a-z_][\w.-]{1,60})["']?\s{0,3}[=:]\s{0,3}["']?(?:(?:bearer|basic|token)\s{1,3})?/gi;

/** The values inside a text that have the name of a credential. */
function* namedValues(text: string): Generator<readonly [certainty: CredentialName, value: string]> {
  const names = new RegExp(NAME_OF_VALUE);
  for (let found = names.exec(text); found !== null; found = names.exec(text)) {
    const certainty = credentialInName(found[1] ?? "");
    if (certainty !== "sure" && certainty !== "likely") continue;
    const value = /^[^\s"'&;,]*/.exec(text.slice(names.lastIndex, names.lastIndex + 5000))?.[0] ?? "";
    names.lastIndex += value.length;
    yield [certainty, value];
  }
}

/** The parts of a value that have the form of a credential. */
function* credentialsIn(value: string, named: CredentialName | undefined): Generator<string> {
  for (const { start, end } of findTokens(value)) yield value.slice(start, end);
  const loose = named === undefined ? null : LOOSE_ADDRESS.exec(value.trim());
  for (const [address, user = ""] of [...value.matchAll(ADDRESS_WITH_USER), ...(loose === null ? [] : [loose])]) {
    const colon = user.indexOf(":");
    const password = colon < 0 ? undefined : user.slice(colon + 1);
    if (password === undefined && named === undefined && findTokens(address).length === 0) continue;
    yield address;
    if (password === undefined) continue;
    yield user;
    // In `postgres:postgres@`, the password is an ordinary word.
    if (password !== user.slice(0, colon) && isPassword(password)) yield password;
  }
  for (const [certainty, text] of namedValues(value)) if (!isOrdinary(text, certainty) && !isPath(text)) yield text;
}

/** Names of the local machine, which are not secret. */
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/i;

/** The parts of a URL or path that messages of other programs may show: the host, the path and the query. */
function* placesIn(value: string): Generator<string> {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(value) && URL.canParse(value)) {
    const { href, origin, host, hostname, pathname, search } = new URL(value);
    yield* [href, `${origin}${pathname}`, `${origin}${pathname}${search}`, search.slice(1)];
    if (!LOOPBACK.test(hostname)) yield* [host, hostname, /^[^/]*\/\/(?:[^/]*@)?([^/:?#]*)/.exec(value)?.[1] ?? ""];
    yield* pathPieces(pathname);
    return;
  }
  const remote = /^(?:[^\s@:/]+@)([^\s:/]+):(\S+)$/.exec(value); // the SSH form of a repository: `git@host:team/code.git`
  if (remote !== null) {
    yield remote[1] ?? "";
    yield* pathPieces(remote[2] ?? "");
  } else if (/[/\\]/.test(value)) {
    yield normalize(value).replace(/\/+$/, "");
  }
}

/** The path of a URL without the parts that a server or Git may omit, and its last part, which may be a file name. */
function* pathPieces(path: string): Generator<string> {
  const inside = path.replace(/^\/+|\/+$/g, "");
  for (const each of new Set([inside, decodePercent(inside)])) {
    const pieces = [each, each.replace(/\.git$/, ""), each.split("/").at(-1) ?? ""];
    yield* pieces.filter((piece) => !/^[a-z]*$/i.test(piece)); // a word such as `models` also appears in other messages
  }
}
