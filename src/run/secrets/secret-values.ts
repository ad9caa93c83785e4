// Which texts of an environment are secret. Names say which variables are, and values say it of the others.
import { statSync } from "node:fs";
import { isAbsolute, normalize, relative } from "node:path";
import { decodePercent } from "../../base/address.ts";
import { type CredentialName, credentialInName } from "../../base/credential-names.ts";
import { findTokens, isPassword } from "../../base/token-shapes.ts";

/** Letters and digits in a row, as in a token: every way of writing a value leaves them as they are. */
const RANDOM_WORD = /(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{12,}/gi;

/** What is a number, or the answer to a question. */
const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;
const ANSWER = /^\s*(?:true|false|yes|no|on|off|enabled|disabled|none|null|undefined)\s*$/i;

/** From so many digits on, a number is a token: sizes and counts have fewer. */
const LONG_NUMBER = 12;

/**
 * All texts of one variable that are to be hidden, the whole value or pieces of it.
 *
 * A variable that the plan names is secret, so its value is, and what a message may show of it: its lines, and the parts of
 * an address. A variable that is named like a credential is secret, unless its value is the path of something that is
 * there. Of any other, only what has the form of a credential is: a token, a password in an address.
 * A number is a secret only where its name leaves no doubt, because a number such as 131072 is in many messages.
 *
 * @param root the folder of the definition; the folders around it are in every traceback, so they are not hidden.
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

/** The value of something that is used as a credential, whatever its name, and its parts. */
export function* credentialTexts(value: string): Generator<string> {
  yield* credentialsIn(value, "sure");
  yield* wholeAndPieces(value);
}

/** What in an address is a credential. */
export function addressTexts(address: string): Generator<string> {
  return credentialsIn(address, undefined);
}

function isOrdinary(value: string, named: CredentialName | undefined): boolean {
  if (ANSWER.test(value)) return true;
  return NUMBER.test(value) && named !== "sure" && !(named === "likely" && value.trim().length >= LONG_NUMBER);
}

/** Whether a value is a folder that the root is in, or the root itself. */
function isAround(value: string, root: string): boolean {
  return isAbsolute(value) && !relative(value, root).startsWith("..");
}

/** Whether a value is where something is: of a key, say. */
function isPath(value: string): boolean {
  try {
    return isAbsolute(value) && statSync(value, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // no path at all, or one that leads nowhere
  }
}

/** The value, its lines, the password of `user:password`, and what in it looks random. */
function* wholeAndPieces(value: string): Generator<string> {
  yield value;
  yield* value.split(/[\r\n]+/);
  const password = /^[^\s:/@]+:(?!\/\/)(\S+)$/.exec(value.trim())?.[1];
  if (password !== undefined) yield password;
  for (const [word] of value.matchAll(RANDOM_WORD)) yield word;
  const inside = insideBase64(value.trim());
  if (inside !== undefined) yield* wholeAndPieces(inside);
}

/** The text that a value is in base64, such as `user:password`; what random letters encode is no text. */
function insideBase64(value: string): string | undefined {
  if (value.length < 12 || value.length > 10_000 || !/^[\w+/-]+={0,2}$/.test(value)) return undefined;
  const inside = Buffer.from(value, "base64").toString("latin1");
  return /^[\t\r\n -~]+$/.test(inside) ? inside : undefined;
}

/** `scheme://user:password@…`, up to its end. */
const ADDRESS_WITH_USER = /(?<![\w+.-])[a-z][a-z\d+.-]{0,20}:\/\/([^\s/?#'"]{1,1000})@[^\s'"]{0,5000}/gi;

/** The same where the password may have characters that an address cannot have. */
const LOOSE_ADDRESS = /^[a-z][a-z\d+.-]{0,20}:\/\/(\S+)@\S*$/i;

/** What stands before a value in a query, in a connection string, in JSON or among options: `password=`, `"token": "`. */
const NAME_OF_VALUE = /(?<![\w.])([a-z_][\w.-]{1,60})["']?\s{0,3}[=:]\s{0,3}["']?(?:(?:bearer|basic|token)\s{1,3})?/gi;

/** Names in a value, with the values that belong to them. */
function* namedValues(text: string): Generator<readonly [said: CredentialName, value: string]> {
  const names = new RegExp(NAME_OF_VALUE);
  for (let found = names.exec(text); found !== null; found = names.exec(text)) {
    const said = credentialInName(found[1] ?? "");
    if (said !== "sure" && said !== "likely") continue;
    const value = /^[^\s"'&;,]*/.exec(text.slice(names.lastIndex, names.lastIndex + 5000))?.[0] ?? "";
    names.lastIndex += value.length;
    yield [said, value];
  }
}

/** What has the form of a credential inside of a value. */
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
    // `postgres:postgres@` is no reason to hide a word.
    if (password !== user.slice(0, colon) && isPassword(password)) yield password;
  }
  for (const [said, text] of namedValues(value)) if (!isOrdinary(text, said) && !isPath(text)) yield text;
}

/** Names of this machine, which say nothing. */
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1?\])$/i;

/** What messages of others show of a value that is an address or a path: the host, the path, the query. */
function* placesIn(value: string): Generator<string> {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(value) && URL.canParse(value)) {
    const { href, origin, host, hostname, pathname, search } = new URL(value);
    yield* [href, `${origin}${pathname}`, `${origin}${pathname}${search}`, search.slice(1)];
    if (!LOOPBACK.test(hostname)) yield* [host, hostname, /^[^/]*\/\/(?:[^/]*@)?([^/:?#]*)/.exec(value)?.[1] ?? ""];
    yield* pathPieces(pathname);
    return;
  }
  const remote = /^(?:[^\s@:/]+@)([^\s:/]+):(\S+)$/.exec(value); // as ssh names a repository: `git@host:team/code.git`
  if (remote !== null) {
    yield remote[1] ?? "";
    yield* pathPieces(remote[2] ?? "");
  } else if (/[/\\]/.test(value)) {
    yield normalize(value).replace(/\/+$/, "");
  }
}

/** A path in an address without what a server or git may leave out, and its last part, which a file is named after. */
function* pathPieces(path: string): Generator<string> {
  const inside = path.replace(/^\/+|\/+$/g, "");
  for (const each of new Set([inside, decodePercent(inside)])) {
    const pieces = [each, each.replace(/\.git$/, ""), each.split("/").at(-1) ?? ""];
    yield* pieces.filter((piece) => !/^[a-z]*$/i.test(piece)); // a word such as `models` is in other messages
  }
}
