// The OpenSSH client: its arguments, and the URLs that name where it connects.
import { decodePercent } from "../base/address.ts";
import { found, problem, type Result } from "../base/result.ts";

/**
 * Arguments for the OpenSSH client that are the same for every use: it never asks for a password or about an unknown host, and the
 * configuration of the user does not add forwardings or local commands.
 */
export const SSH_OPTIONS: readonly string[] = [
  "BatchMode=yes",
  "ForwardX11=no",
  "ForwardAgent=no",
  "PermitLocalCommand=no",
  "ClearAllForwardings=yes",
].flatMap((option) => ["-o", option]);

/** Where to connect. All parts are checked, because they become arguments of `ssh`, which passes them to commands of its configuration. */
export interface SshTarget {
  /** A host, or an alias of the configuration of `ssh`. */
  readonly host: string;
  readonly port: number | undefined;
  readonly user: string | undefined;
}

/** A URL of an SSH server. */
export interface SshUrl {
  readonly target: SshTarget;
  /** As written, with its slash; empty if there is none. */
  readonly path: string;
}

/** A name must not start with `-`, which begins an option. */
const USER = /^\w[\w.@+-]*\$?$/;
const HOST = /^(?:\w[\w.-]*|\[[\da-f:.]+\])$/i;

/** Why a URL with a password is refused. */
export const NO_PASSWORD = "cannot have a password; the keys and the agent of your `ssh` configuration are used";

/** Reads `scheme://user@host:port/path`. The problem is a clause that follows the URL: `invalid`, or about a password. */
export function parseSshUrl(url: string, invalid: string): Result<SshUrl> {
  const [, authority, path = ""] = /^[a-z]+:\/\/([^/]*)(\/.*)?$/is.exec(url) ?? [];
  const [, written, host = "", digits] = /^(?:(.*)@)?([^@]*?)(?::(\d{1,5}))?$/s.exec(authority ?? "") ?? [];
  if (written?.includes(":")) return problem(NO_PASSWORD);
  const user = written === undefined ? undefined : decodePercent(written);
  const port = digits === undefined ? undefined : Number(digits);
  const isPort = port === undefined || (port > 0 && port <= 65535);
  if (!HOST.test(host) || !isPort || (user !== undefined && !USER.test(user))) return problem(invalid);
  return found({ target: { host: host.replace(/^\[|\]$/g, ""), port, user }, path });
}

/** The arguments that follow all options. */
export function sshDestination({ host, port, user }: SshTarget): readonly string[] {
  return [...(port === undefined ? [] : ["-p", String(port)]), ...(user === undefined ? [] : ["-l", user]), "--", host];
}
