// A real NameNode and DataNode of Hadoop with WebHDFS. A gate in front of both lets all bytes pass through one port.
import { mkdirSync } from "node:fs";
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { escapeKey } from "../../../src/run/storage/key.ts";
import { temporaryFolder } from "../../temporary.ts";
import { freePort, mustSend, type ServerKind, type StorageServer, startServer, toolPath } from "./start.ts";

const jars = toolPath("hdfs/jars");

export const HDFS: ServerKind = {
  scheme: "webhdfs",
  needs: "Hadoop and Java",
  start: jars === undefined ? undefined : () => start(jars),
};

const PROGRAM = fileURLToPath(new URL("hdfs/Hdfs.java", import.meta.url));

async function start(classPath: string): Promise<StorageServer> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "data"));
  const [nameNode, ready] = [await freePort(), await freePort()];
  const opens = ["--add-opens", "java.base/java.lang=ALL-UNNAMED"];
  const java = ["java", "-Xmx384m", ...opens, "-cp", `${classPath}/*`, PROGRAM];
  const stop = await startServer(ready, [...java, String(nameNode), join(folder, "data"), String(ready)]);

  let dataNode = "";
  const gate = createServer((request, response) => {
    const { url = "", headers, method } = request;
    const target = url.includes("namenoderpcaddress=") ? dataNode : `127.0.0.1:${nameNode}`;
    const passed = send(`http://${target}${url}`, { method, headers: { ...headers, host: target } }, (answer) => {
      const location = answer.headers.location === undefined ? undefined : new URL(answer.headers.location);
      if (location !== undefined) {
        dataNode = location.host;
        answer.headers.location = `http://${headers.host}${location.pathname}${location.search}`;
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
      response.on("close", () => answer.destroy());
    });
    passed.on("error", () => response.destroy());
    request.pipe(passed);
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  const { port } = gate.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}/webhdfs/v1`;
  await mustSend(`${base}/harbour?op=MKDIRS&permission=755&user.name=writer`, { method: "PUT" }).catch(() => {});
  let proxied = port;
  return {
    port,
    url: (name) => `webhdfs://127.0.0.1:${proxied}/harbour/${name}`,
    put: async (name, content) => {
      const at = `${base}/harbour/${escapeKey(name)}?op=CREATE&permission=600&overwrite=true&user.name=${USER}`;
      const answer = await fetch(at, { method: "PUT", redirect: "manual" });
      await mustSend(answer.headers.get("location") ?? "", { method: "PUT", body: content });
    },
    otherTool: async (name, to) => ["curl", "-sfL", "-o", to, `${base}/harbour/${name}?op=OPEN&user.name=${USER}`],
    missing: /status 404 FileNotFoundException$/,
    refusesNames: /[:]|\/\//,
    access: async (through) => {
      proxied = through;
      return {
        allowed: [
          { title: "a user of the definition", credentials: USER, environment: {} },
          { title: "a user of a variable", environment: { HADOOP_USER_NAME: USER } },
        ],
        refused: [
          {
            title: "another user",
            credentials: "stranger",
            environment: {},
            message: /status 403 AccessControlException$/,
          },
          {
            title: "no user",
            environment: {},
            message:
              /status 403 AccessControlException; the request named no user; set `credentials` or HADOOP_USER_NAME$/,
          },
        ],
      };
    },
    close: () => {
      gate.closeAllConnections();
      gate.close();
      stop();
    },
  };
}

/** The user who has started the cluster may do everything. */
const USER = process.env["USER"] ?? "root";
