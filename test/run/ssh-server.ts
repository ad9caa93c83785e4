// A real OpenSSH server on the loopback interface, and a client that knows its key.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { temporaryFolder } from "../temporary.ts";

const SSHD = ["/usr/sbin/sshd", "/usr/local/sbin/sshd"].find(existsSync);
const hasClient = spawnSync("ssh", ["-V"]).status === 0;

/** Whether a server can be started here. Prints a notice if not. */
export function hasSshServer(what: string): boolean {
  const has = SSHD !== undefined && hasClient;
  if (!has) console.log(`skipped: ${what}, because OpenSSH is not installed here`);
  return has;
}

/** A running server. */
export interface SshServer {
  /** `ssh://USER@127.0.0.1:PORT`, without a folder. */
  readonly url: string;
  /** An environment in whose `PATH` `ssh` uses the key of this server. */
  readonly environment: NodeJS.ProcessEnv;
  /** The same, but with a client that does not know the server, or has no key. */
  readonly strange: { readonly unknownHost: NodeJS.ProcessEnv; readonly noKey: NodeJS.ProcessEnv };
  /** The process ids of the connections. */
  readonly connections: () => readonly number[];
  readonly stop: () => Promise<void>;
}

/** Starts a server. Programs that it starts have these variables. */
export async function startSshServer(variables: Readonly<Record<string, string>> = {}): Promise<SshServer> {
  const folder = temporaryFolder();
  const port = await freePort();
  const path = (name: string) => join(folder, name);
  for (const name of ["host", "user", "other"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path(name)]);
  writeFileSync(path("authorized"), readFileSync(path("user.pub")));
  chmodSync(folder, 0o755);
  const settings = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  writeFileSync(
    path("sshd.conf"),
    [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${path("host")}`,
      `AuthorizedKeysFile ${path("authorized")}`,
      "PasswordAuthentication no",
      "UsePAM no",
      "StrictModes no",
      "PermitRootLogin yes",
      `PidFile ${path("sshd.pid")}`,
      ...(settings.length > 0 ? [`SetEnv ${settings.join(" ")}`] : []),
      "Subsystem sftp internal-sftp",
      "",
    ].join("\n"),
  );
  const known = readFileSync(path("host.pub"), "utf8").split(" ").slice(0, 2).join(" ");
  writeFileSync(path("known"), `[127.0.0.1]:${port} ${known}\n`);
  writeFileSync(path("empty"), "");
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
  const server = spawn(SSHD ?? "", ["-D", "-e", "-f", path("sshd.conf")], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  server.stderr.on("data", (chunk) => (said += chunk));
  const client = (name: string, key: string, hosts: string): NodeJS.ProcessEnv => {
    const bin = path(name);
    mkdirSync(bin);
    const options = [
      `-F /dev/null`,
      `-o UserKnownHostsFile=${path(hosts)}`,
      "-o GlobalKnownHostsFile=/dev/null",
      `-o IdentityFile=${path(key)}`,
    ];
    writeFileSync(join(bin, "ssh"), `#!/bin/sh\nexec /usr/bin/ssh ${options.join(" ")} -o IdentitiesOnly=yes "$@"\n`);
    chmodSync(join(bin, "ssh"), 0o755);
    const { SSH_AUTH_SOCK: _, ...environment } = process.env;
    return { ...environment, PATH: `${bin}:${process.env["PATH"]}` };
  };
  const environment = client("bin", "user", "known");
  const url = `ssh://${userInfo().username}@127.0.0.1:${port}`;
  for (let tries = 0; !/Server listening/.test(said); tries++) {
    if (tries > 400 || server.exitCode !== null) throw new Error(`sshd has not started: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return {
    url,
    environment,
    strange: { unknownHost: client("unknown", "user", "empty"), noKey: client("refused", "other", "known") },
    connections: () => childrenOf(server.pid),
    stop: async () => {
      const closed = new Promise((resolve) => server.on("close", resolve));
      for (const id of childrenOf(server.pid)) process.kill(id, "SIGKILL");
      server.kill("SIGTERM");
      await closed;
    },
  };
}

function childrenOf(id: number | undefined): readonly number[] {
  return readFileSync(`/proc/${id}/task/${id}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
