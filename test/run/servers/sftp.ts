// OpenSSH, as server and as client.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { escapeKey } from "../../../src/run/storage/key.ts";
import { temporaryFolder } from "../../temporary.ts";
import { freePort, type ServerKind, type StorageServer, startServer } from "./start.ts";

const SSHD = "/usr/sbin/sshd";

export const SFTP: ServerKind = {
  scheme: "sftp",
  needs: "OpenSSH",
  start: existsSync(SSHD) ? start : undefined,
};

async function start(): Promise<StorageServer> {
  const folder = temporaryFolder();
  const files = join(folder, "files");
  mkdirSync(files);
  const keyOf = (name: string): string => {
    const path = join(folder, name);
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path]);
    return path;
  };
  const [host, user, stranger] = [keyOf("host"), keyOf("user"), keyOf("stranger")];
  const keys = join(folder, "authorized_keys");
  writeFileSync(keys, readFileSync(`${user}.pub`));
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
  const port = await freePort();
  const settings = ["ListenAddress 127.0.0.1", `Port ${port}`, `HostKey ${host}`, `AuthorizedKeysFile ${keys}`];
  const more = ["PidFile none", "StrictModes no", "UsePAM no", "PasswordAuthentication no", "PermitRootLogin yes"];
  writeFileSync(join(folder, "sshd.conf"), [...settings, ...more, "Subsystem sftp internal-sftp", ""].join("\n"));
  const stop = await startServer(port, [SSHD, "-D", "-e", "-f", join(folder, "sshd.conf")]);

  /** An environment in which `ssh` has a configuration of its own. */
  const environmentFor = (name: string, proxied: number, identity: string, isKnown = true): Record<string, string> => {
    const bin = join(folder, `${name}-${proxied}`);
    mkdirSync(bin, { recursive: true });
    const known = isKnown ? `harbour ${readFileSync(`${host}.pub`, "utf8")}` : "";
    writeFileSync(join(bin, "known"), known);
    const lines = [
      "Host harbour",
      "HostName 127.0.0.1",
      `Port ${proxied}`,
      "HostKeyAlias harbour",
      "IdentitiesOnly yes",
    ];
    const own = [`IdentityFile ${identity}`, `UserKnownHostsFile ${join(bin, "known")}`, "GlobalKnownHostsFile none"];
    writeFileSync(join(bin, "config"), [...lines, ...own, ""].join("\n"));
    const path = execFileSync("which", ["ssh"], { encoding: "utf8" }).trim();
    writeFileSync(join(bin, "ssh"), `#!/bin/sh\nexec ${path} -F '${bin}/config' "$@"\n`, { mode: 0o755 });
    return { PATH: `${bin}:/usr/bin:/bin` };
  };
  return {
    port,
    url: (name) => `sftp://harbour${files}/${escapeKey(name)}`,
    put: async (name, content) => {
      mkdirSync(dirname(join(files, name)), { recursive: true });
      // A new file has a new time, as after an upload with a temporary name.
      rmSync(join(files, name), { force: true });
      writeFileSync(join(files, name), content);
    },
    otherTool: async (name, to) => {
      const { PATH = "" } = environmentFor("user", port, user);
      const config = join(PATH.split(":")[0] ?? "", "config");
      return ["sftp", "-q", "-F", config, `harbour:${files}/${name}`, to];
    },
    missing: /^the file does not exist on the server$/,
    access: async (proxied) => ({
      allowed: [{ title: "a key", environment: environmentFor("user", proxied, user) }],
      refused: [
        {
          title: "a key of somebody else",
          environment: environmentFor("stranger", proxied, stranger),
          message: /^the server accepts no key of this user; passwords are not asked for$/,
        },
        {
          title: "an unknown host",
          environment: environmentFor("new", proxied, user, false),
          message: /^its host key is unknown or has changed; connect once with `ssh` to check it$/,
        },
        {
          title: "a password",
          credentials: "reader:hidden",
          environment: environmentFor("user", proxied, user),
          message: /^cannot have a password; the keys and the agent of your `ssh` configuration are used$/,
        },
        {
          title: "no ssh",
          environment: { PATH: "/nonexistent" },
          message: /^the program `ssh` is not installed or not on the `PATH`$/,
        },
      ],
    }),
    close: stop,
  };
}
