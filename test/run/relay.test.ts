// The relay of a worker on another host (worker/relay.py): frames arrive in arbitrary pieces, with requests to the guard among them.
import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { workerPath } from "../../src/run/worker/worker-path.ts";
import { describe } from "../describe.ts";

/** Relays each case, and prints what has arrived and how often a cancellation was requested. */
const PROGRAM = `import json, os, struct, sys, threading
sys.path.insert(0, sys.argv[1])
import relay

def run(case):
    source, feed = os.pipe()
    out, target = os.pipe()
    wake, _ = os.pipe()
    cancels = []
    received = []
    each = relay.Relay(source, target, lambda: cancels.append(1))

    def write():
        data = bytes.fromhex(case["data"])
        for size in case["pieces"]:
            os.write(feed, data[:size])
            data = data[size:]
        os.write(feed, data)
        os.close(feed)

    def read():
        while chunk := os.read(out, case["reads"]):
            received.append(chunk)

    threads = [threading.Thread(target=each) for each in (write, read)]
    for thread in threads:
        thread.start()
    while not each.wait(wake):
        pass
    while each._chunks:
        each._send()
    os.close(target)
    for thread in threads:
        thread.join()
    for descriptor in (source, out, wake, _):
        os.close(descriptor)
    return {"received": b"".join(received).hex(), "cancels": len(cancels)}

print(json.dumps([run(case) for case in json.load(sys.stdin)]))
`;

/** A connection that stays open, but on which nothing arrives. */
const SILENT = `import os, sys, time
sys.path.insert(0, sys.argv[1])
import relay
relay.SILENCE = 0.3
pipes = [os.pipe() for _ in range(3)]
each = relay.Relay(pipes[0][0], pipes[1][1], lambda: None)
start = time.monotonic()
for _ in range(3):
    os.write(pipes[0][1], bytes(4) + bytes([2]) + bytes(7))
    assert not each.wait(pipes[2][0])
    time.sleep(0.2)
while not each.wait(pipes[2][0]):
    pass
print(time.monotonic() - start > 0.7)
`;

const frame = (header: number, body: number): Buffer => {
  const bytes = Buffer.alloc(12 + header + body, 7);
  bytes.writeUInt32LE(header, 0);
  bytes.writeBigUInt64LE(BigInt(body), 4);
  return bytes;
};
const request = (code: number): Buffer => frame(0, 0).fill(code, 4, 5);

const run = (program: string, input = ""): string =>
  execFileSync("python3", ["-c", program, dirname(workerPath())], { encoding: "utf8", input, maxBuffer: 1 << 28 });

describe("run: frames to another host", (test) => {
  test("arrive unchanged and in order, without the requests to the guard", () => {
    const messages = fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constant("frame" as const),
          header: fc.integer({ min: 1, max: 300 }),
          body: fc.nat(200_000),
        }),
        fc.record({ kind: fc.constantFrom("cancel" as const, "alive" as const) }),
      ),
      { maxLength: 12 },
    );
    const cases = fc.record({
      messages,
      pieces: fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 60_000 })), {
        maxLength: 40,
      }),
      reads: fc.integer({ min: 1000, max: 70_000 }),
    });
    const sample = fc.sample(cases, 150).map(({ messages: sent, ...rest }) => {
      const bytes = sent.map((each) =>
        each.kind === "frame" ? frame(each.header, each.body) : request(each.kind === "cancel" ? 1 : 2),
      );
      const frames = bytes.filter((_, index) => sent[index]?.kind === "frame");
      const cancels = sent.filter(({ kind }) => kind === "cancel").length;
      return {
        input: { data: Buffer.concat(bytes).toString("hex"), ...rest },
        expected: { received: Buffer.concat(frames).toString("hex"), cancels },
      };
    });
    const answers = JSON.parse(run(PROGRAM, JSON.stringify(sample.map(({ input }) => input))));
    for (const [index, { expected }] of sample.entries()) assert.equal(answers[index], expected);
  });

  test("a connection on which nothing arrives for a long time counts as lost", () => {
    assert.is(run(SILENT), "True\n");
  });
});
