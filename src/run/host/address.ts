// Addresses of hosts: `ssh://USER@HOST:PORT/FOLDER`.
import { found, problem, type Result } from "../../base/result.ts";

/** A host that the OpenSSH client can reach. */
export interface HostAddress {
  /** The name for messages: the host, without the user and the folder. */
  readonly shown: string;
  /** The destination of `ssh`: a host or an alias of its configuration, with the user if there is one. */
  readonly destination: string;
  readonly port: number | undefined;
  /** The folder for packages: an absolute path, or one that starts with `~/`. By default, it is in the cache of the user. */
  readonly folder: string | undefined;
}

const FORM = "write `ssh://USER@HOST` or `ssh://USER@HOST:PORT/FOLDER`";

/** `ssh` reads a destination that starts with `-` as an option, and passes user and host to commands of its configuration. */
const USER = /^[A-Za-z0-9_][A-Za-z0-9_.-]*\$?$/;
const HOST = /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9A-Fa-f:.]+\])$/;

/** Reads the address of a host. The problem is a clause that follows the address. */
export function parseHost(text: string): Result<HostAddress> {
  const [, authority, path = ""] = /^ssh:\/\/([^/?#]*)(\/[^?#]*)?$/.exec(text) ?? [];
  if (authority === undefined) return problem(`is not the address of a host; ${FORM}`);
  const [, user, host = "", port] = /^(?:(.*)@)?([^@]*?)(?::(\d{1,5}))?$/.exec(authority) ?? [];
  if (user?.includes(":")) return problem("contains a password; use a key, which `ssh` finds itself");
  if (!HOST.test(host) || (user !== undefined && !USER.test(user)) || Number(port ?? 1) > 65535 || Number(port) === 0) {
    return problem(`is not the address of a host; ${FORM}`);
  }
  const name = host.replace(/^\[|\]$/g, "");
  const folder = decode(path);
  if (folder === undefined)
    return problem(
      "has a folder that is not valid: `%` must start an escape sequence, and control characters are not allowed",
    );
  return found({
    shown: name,
    destination: user === undefined ? name : `${user}@${name}`,
    port: port === undefined ? undefined : Number(port),
    folder: folder === "" || folder === "/" ? undefined : folder.replace(/^\/~\//, "~/"),
  });
}

function decode(path: string): string | undefined {
  try {
    const text = decodeURIComponent(path);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: paths with control characters are rejected
    return /[\u0000-\u001f\u007f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
