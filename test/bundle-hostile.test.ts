// Bundles that anyone may have made: each is refused in one sentence, and nothing is written outside of the cache.
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { command, INPUT, PROJECT, VALUES, valuesIn, writeAll } from "./bundle-project.ts";
import { describe } from "./describe.ts";
import { temporaryFolder } from "./temporary.ts";

interface TarField {
  readonly name: string;
  readonly content?: string;
  readonly type?: string;
  readonly link?: string;
  /** The size that the header states, if it is wrong. */
  readonly size?: number;
}

/** A tar file that our own writer would not write. */
function tar(...files: readonly TarField[]): Buffer {
  const blocks = files.flatMap(({ name, content = "", type = "0", link = "", size }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write("0000644\0", 100);
    header.write((size ?? content.length).toString(8).padStart(11, "0"), 124);
    header.write(type, 156);
    header.write(link, 157);
    header.write("ustar\u000000", 257);
    header.fill(" ", 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    const data = Buffer.alloc(Math.ceil(content.length / 512) * 512);
    data.write(content);
    return [header, data];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const digestOf = (bytes: Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

const INDEX = JSON.stringify({
  bundleVersion: 1,
  definitions: ["efemarai.yaml"],
  root: "definition",
  plan: `sha256:${"0".repeat(64)}`,
  packed: {},
  addresses: {},
});

interface Wrong {
  readonly layers?: readonly Buffer[];
  readonly manifest?: (manifest: Record<string, unknown>) => void;
  readonly layout?: (folder: string) => void;
}

/** Writes a layout whose hashes are right, except for what `wrong` changes. */
function writeBundle(folder: string, wrong: Wrong): void {
  const layers = wrong.layers ?? [tar({ name: "bundle.json", content: INDEX })];
  const blobs = join(folder, "blobs/sha256");
  mkdirSync(blobs, { recursive: true });
  const add = (bytes: Buffer, mediaType: string) => {
    const digest = digestOf(bytes);
    writeFileSync(join(blobs, digest.slice(7)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const described = layers.map((layer) => add(layer, "application/vnd.oci.image.layer.v1.tar"));
  const config = { rootfs: { type: "layers", diff_ids: described.map(({ digest }) => digest) } };
  const manifest: Record<string, unknown> = {
    schemaVersion: 2,
    config: add(Buffer.from(JSON.stringify(config)), "application/vnd.oci.image.config.v1+json"),
    layers: described,
  };
  wrong.manifest?.(manifest);
  const entry = add(Buffer.from(JSON.stringify(manifest)), "application/vnd.oci.image.manifest.v1+json");
  writeFileSync(join(folder, "index.json"), JSON.stringify({ schemaVersion: 2, manifests: [entry] }));
  writeFileSync(join(folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  wrong.layout?.(folder);
}

const good = { name: "bundle.json", content: INDEX };
const withFile = (...files: readonly TarField[]): Wrong => ({ layers: [tar(good, ...files)] });
const changeLayer = (change: (layer: Record<string, unknown>) => void): Wrong => ({
  manifest: ({ layers }) => (layers as Record<string, unknown>[]).forEach(change),
});

/** The blob of the only layer. */
function layerIn(folder: string): string {
  return join(folder, "blobs/sha256", digestOf(tar(good)).slice(7));
}

const CASES: readonly (readonly [title: string, wrong: Wrong, message: RegExp])[] = [
  [
    "a path that leads up",
    withFile({ name: "definition/../../../x.py" }),
    /contains the path `definition\/\.\.\/\.\.\/\.\.\/x\.py`, which is not allowed/,
  ],
  ["an absolute path", withFile({ name: "/etc/x.py" }), /contains the path `\/etc\/x\.py`, which is not allowed/],
  ["a path of Windows", withFile({ name: "a\\..\\x.py" }), /which is not allowed/],
  ["a path with an empty part", withFile({ name: "a//x.py" }), /which is not allowed/],
  ["a path with a control character", withFile({ name: "a/\u001b[2J.py" }), /contains the path `a\/\\u001b\[2J\.py`/],
  [
    "a symbolic link",
    withFile({ name: "definition", type: "2", link: "/tmp" }, { name: "definition/x.py" }),
    /contains `definition`, which is a symbolic link; only regular files are allowed/,
  ],
  ["a hard link", withFile({ name: "x", type: "1", link: "bundle.json" }), /which is a hard link/],
  ["a device", withFile({ name: "x", type: "3" }), /which is a device/],
  ["a sparse file of GNU tar", withFile({ name: "x", type: "S" }), /which is of an unknown kind/],
  ["a name that occurs twice", withFile({ name: "x" }, { name: "x" }), /contains `x` twice/],
  ["a name that occurs in two layers", { layers: [tar(good), tar(good)] }, /contains `bundle\.json` twice/],
  ["a file that is also a folder", withFile({ name: "x" }, { name: "x/y" }), /contains `x` twice/],
  [
    "a file that is larger than its layer",
    withFile({ name: "x", size: 8_000_000_000 }),
    /ends in the middle of a file/,
  ],
  ["a layer that is not a tar file", { layers: [Buffer.from("x".repeat(2048))] }, /is not a tar file/],
  [
    "a header with a wrong checksum",
    { layers: [Buffer.from(tar(good).toString("latin1").replace("bundle", "bumdle"), "latin1")] },
    /is not a tar file/,
  ],
  [
    "a pax header that is too large",
    withFile({ name: "pax", type: "x", content: "x".repeat(70_000) }, { name: "x" }),
    /has a header that is too large/,
  ],
  [
    "a pax header that is not valid",
    withFile({ name: "pax", type: "x", content: "999999 path=x\n" }, { name: "x" }),
    /has an invalid header/,
  ],
  ["no index", { layers: [tar({ name: "x" })] }, /it is not a bundle of Modelwright: `bundle\.json` is missing/],
  [
    "an index of another version",
    { layers: [tar({ name: "bundle.json", content: INDEX.replace(":1", ":2") })] },
    /`bundle\.json` has a version that this version of Modelwright cannot read/,
  ],
  [
    "an index with a path that leads up",
    { layers: [tar({ name: "bundle.json", content: INDEX.replace('"efemarai.yaml"', '"../../secret.yaml"') })] },
    /`bundle\.json` is not an index of a bundle/,
  ],
  [
    "an index that is not JSON",
    { layers: [tar({ name: "bundle.json", content: "{" })] },
    /`bundle\.json` is not a JSON object/,
  ],
  [
    "a wrong hash",
    { layout: (folder) => writeFileSync(layerIn(folder), tar({ ...good, content: INDEX.replace("0000", "1111") })) },
    /the blob sha256:\w+ has other content: its digest is sha256:/,
  ],
  ["a missing blob", { layout: (folder) => rmSync(layerIn(folder)) }, /the blob sha256:\w+ is missing/],
  [
    "a blob that was cut off",
    { layout: (folder) => truncateSync(layerIn(folder), 700) },
    /the blob sha256:\w+ has 700 bytes instead of/,
  ],
  [
    "a blob that is a folder",
    {
      layout: (folder) => {
        rmSync(layerIn(folder));
        mkdirSync(layerIn(folder));
      },
    },
    /the blob sha256:\w+ is missing/,
  ],
  [
    "a blob that never ends",
    {
      layout: (folder) => {
        rmSync(layerIn(folder));
        symlinkSync("/dev/zero", layerIn(folder));
      },
    },
    /the blob sha256:\w+ is missing/,
  ],
  [
    "a huge size",
    changeLayer((layer) => {
      layer["size"] = 1e15;
    }),
    /the blob sha256:\w+ has \d+ bytes instead of 1000000000000000/,
  ],
  [
    "a negative size",
    changeLayer((layer) => {
      layer["size"] = -1;
    }),
    /a descriptor has no media type, no sha256 digest or no size/,
  ],
  [
    "a digest that is a path",
    changeLayer((layer) => {
      layer["digest"] = "sha256:../../../../etc/passwd";
    }),
    /a descriptor has no media type, no sha256 digest or no size/,
  ],
  [
    "a compressed layer",
    changeLayer((layer) => {
      layer["mediaType"] = "application/vnd.oci.image.layer.v1.tar+gzip";
    }),
    /it is not a bundle of Modelwright: a layer has the media type `application\/vnd\.oci\.image\.layer\.v1\.tar\+gzip`/,
  ],
  [
    "other layers in the configuration",
    {
      manifest: (manifest) => {
        manifest["layers"] = [];
      },
    },
    /the configuration names other layers than the manifest/,
  ],
  [
    "no list of layers",
    {
      manifest: (manifest) => {
        manifest["layers"] = "x";
      },
    },
    /the manifest has no list of layers, or too many/,
  ],
  [
    "several images",
    { layout: (folder) => writeFileSync(join(folder, "index.json"), '{"manifests":[{},{}]}') },
    /`index\.json` does not name exactly one image/,
  ],
  [
    "an index.json that is not JSON",
    { layout: (folder) => writeFileSync(join(folder, "index.json"), "[") },
    /`index\.json` is not a JSON object/,
  ],
  [
    "an index.json that is too large",
    { layout: (folder) => truncateSync(join(folder, "index.json"), 5_000_000) },
    /`index\.json` is larger than 4194304 bytes/,
  ],
];

describe("hostile bundles", (test) => {
  const root = temporaryFolder();
  for (const [title, wrong, message] of CASES) {
    test(`${title} is refused`, async () => {
      const folder = join(root, title.replaceAll(" ", "-"));
      mkdirSync(folder);
      writeBundle(join(folder, "bundle"), wrong);
      const cache = join(folder, "cache");
      const { code, out, err } = await command(folder, ["bundle", "inspect", "bundle"], { cache });
      assert.is(code, 3, err);
      assert.is(out, "");
      assert.match(err, /^modelwright: bundle is not a usable bundle: [^\n]+\.\n$/);
      assert.match(err, message);
      const bundles = join(cache, "modelwright/bundles");
      assert.equal(existsSync(bundles) ? readdirSync(bundles) : [], [], "nothing is left in the cache");
      assert.equal(readdirSync(folder).sort(), ["bundle", "cache"]);
    });
  }

  test("a tar file that is cut off or changed is refused", async () => {
    const folder = join(root, "cut");
    const cache = join(folder, "cache");
    const project = writeAll(join(folder, "project"), PROJECT);
    await command(project, ["bundle", "--out", "../bundle.tar"], { cache });
    const path = join(folder, "bundle.tar");
    const bytes = readFileSync(path);
    for (const length of [0, 100, 3000, bytes.length - 5000]) {
      writeFileSync(path, bytes.subarray(0, length));
      const { code, err } = await command(folder, ["bundle", "verify", "bundle.tar"], { cache });
      assert.is(code, 3, err);
      assert.match(err, /^modelwright: bundle\.tar is not a usable bundle: [^\n]+\.\n$/);
    }
    const at = bytes.indexOf("FACTOR = 10");
    writeFileSync(path, Buffer.concat([bytes.subarray(0, at), Buffer.from("FACTOR = 66"), bytes.subarray(at + 11)]));
    const { code, err } = await command(folder, ["bundle", "verify", "bundle.tar"], { cache });
    assert.is(code, 3, err);
    assert.match(err, /has other content/);
  });

  test("a plan that is not the plan of the definitions fails the verification", async () => {
    const folder = join(root, "plan");
    const cache = join(folder, "cache");
    const files = Object.entries(PROJECT).map(([name, content]) => ({ name: `definition/${name}`, content }));
    writeBundle(join(folder, "bundle"), withFile({ name: "plan.json", content: "{}" }, ...files));
    const { code, err } = await command(folder, ["bundle", "verify", "bundle"], { cache });
    assert.equal([code, err], [1, "The plan in bundle is not the plan of its definitions. Make the bundle again.\n"]);
    const ran = await command(folder, ["run", "bundle", "--input", "-"], { cache, input: INPUT });
    assert.equal(valuesIn(ran), VALUES, "a run uses the plan of the definitions");
  });
});
