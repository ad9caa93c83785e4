// Small requests to services that issue credentials, and to metadata servers of clouds.
import { readFile } from "node:fs/promises";
import { found, problem, type Result } from "../../base/result.ts";
import { readAtMost } from "../../system/read-at-most.ts";

/** The maximum size of an answer, in bytes. */
const MAX_ANSWER = 1024 * 1024;

/** How long a metadata server, which is next to the machine, may take in milliseconds. */
const METADATA_MS = 2000;

/** How long a token service may take, in milliseconds. */
const TOKEN_MS = 20_000;

export interface Question {
  readonly url: string;
  /** How messages describe the server. */
  readonly shown: string;
  readonly method?: "GET" | "PUT" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields of a form, which are sent in the body. */
  readonly form?: Readonly<Record<string, string>>;
  /** Whether the server may not exist, so that its answer is only awaited for a short time. */
  readonly isMetadata?: boolean;
}

/** Whether a secret may be sent to a server: with encryption, or on this machine. */
export function isSafe(url: string): boolean {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : { protocol: "", hostname: "" };
  return protocol === "https:" || (protocol === "http:" && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname));
}

/** The text of an answer. Redirects are not followed, because the request or the answer may contain a credential. */
export async function ask(question: Question, outer: AbortSignal): Promise<Result<string>> {
  const { url, shown, method = "GET", headers = {}, form, isMetadata = false } = question;
  const signal = AbortSignal.any([outer, AbortSignal.timeout(isMetadata ? METADATA_MS : TOKEN_MS)]);
  try {
    const body = form === undefined ? {} : { body: new URLSearchParams(form).toString() };
    const type = form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
    const response = await fetch(url, { method, headers: { ...type, ...headers }, redirect: "error", signal, ...body });
    const bytes = await readAtMost(response.body ?? [], MAX_ANSWER);
    if (bytes === undefined) return problem(`${shown} sent too much data`);
    if (!response.ok) return problem(`${shown} responded with status ${response.status}`);
    return found(bytes.toString("utf8"));
  } catch {
    outer.throwIfAborted();
    return problem(`${shown} cannot be reached`);
  }
}

/** The text fields of a JSON object; numbers become text. */
export function fieldsOf(json: string): ReadonlyMap<string, string> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== "object" || value === null) return new Map();
    return new Map(
      Object.entries(value).flatMap(([key, field]) =>
        typeof field === "string" || typeof field === "number" ? [[key, String(field)] as const] : [],
      ),
    );
  } catch {
    return new Map();
  }
}

/** The time of an OAuth answer with `expires_in`. */
export function expiryIn(seconds: string | undefined): number | undefined {
  const number = Number(seconds ?? Number.NaN);
  return Number.isFinite(number) ? Date.now() + number * 1000 : undefined;
}

/**
 * Whether this machine belongs to a cloud. Elsewhere, its metadata address may belong to anybody in the network.
 *
 * @param mark the beginning of the name of the manufacturer or of the asset tag, in lower case
 */
export async function isMachineOf(mark: string): Promise<boolean> {
  for (const name of ["sys_vendor", "bios_vendor", "product_name", "chassis_asset_tag"]) {
    const text = await readFile(`/sys/class/dmi/id/${name}`, "utf8").catch(() => "");
    if (text.trim().toLowerCase().startsWith(mark)) return true;
  }
  return false;
}
