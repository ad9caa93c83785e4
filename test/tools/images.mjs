// Builds the container images that tests use, without a registry: `node test/tools/images.mjs [podman|docker]`. It needs Debian,
// because the files of the images are those of its packages.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const engine = process.argv[2] ?? "podman";

/** The packages of Python and a shell, and what these need. */
const PACKAGES = [
  ...["python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib", "dash", "base-files"],
  ...["libc6", "libcrypt1", "zlib1g", "libexpat1", "libssl3", "libffi8", "libbz2-1.0", "liblzma5"],
  ...["libsqlite3-0", "libuuid1", "libgcc-s1", "libstdc++6"],
];

/** The first bytes of a program for another processor. */
const OTHER_PROGRAM = Buffer.concat([
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]),
  Buffer.alloc(8),
  Buffer.from([2, 0, 0x16, 0, 1, 0, 0, 0]), // an executable for System/390
  Buffer.alloc(40),
]);

const PATH = "ENV PATH=/usr/local/bin:/usr/bin:/bin";
const folder = mkdtempSync(join(tmpdir(), "modelwright-images-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

function run(program, args, cwd = folder) {
  return execFileSync(program, args, { cwd, stdio: ["ignore", "pipe", "inherit"], maxBuffer: 2 ** 28 });
}

/** Imports a folder as an image, with these instructions of a Dockerfile. */
function image(name, tree, ...changes) {
  const archive = join(folder, `${name}.tar`);
  run("tar", ["--numeric-owner", "--owner=0", "--group=0", "-cf", archive, "-C", tree, "."]);
  const options = [PATH, ...changes].flatMap((change) => ["--change", change]);
  run(engine, ["import", ...options, archive, `localhost/modelwright-test/${name}`]);
  rmSync(archive);
}

/** A folder with this program as `python3`. */
function withPython(name, program) {
  const tree = join(folder, name);
  mkdirSync(join(tree, "usr", "bin"), { recursive: true });
  if (program !== undefined) {
    writeFileSync(join(tree, "usr", "bin", "python3"), program);
    chmodSync(join(tree, "usr", "bin", "python3"), 0o755);
  }
  return tree;
}

const packages = join(folder, "packages");
mkdirSync(packages);
run("apt-get", ["download", "-qq", "-o", "APT::Sandbox::User=root", ...PACKAGES], packages);

function unpack(tree, ...names) {
  for (const file of readdirSync(packages)) {
    if (names.length > 0 && !names.some((name) => file.startsWith(`${name}_`))) continue;
    run("dpkg", ["-x", join(packages, file), tree]);
  }
}

const python = join(folder, "python");
unpack(python);
symlinkSync("python3.11", join(python, "usr", "bin", "python3"));
image("python", python);
image("entrypoint", python, 'ENTRYPOINT ["/bin/sh", "-c", "echo the entry point of the image"]');

const old = withPython("old-python", "#!/bin/dash\nprintf '3.8.20\\n/usr/bin/python3'\n");
unpack(old, "dash", "libc6", "base-files");
image("old-python", old);
image("no-python", withPython("no-python", undefined));
image("other-machine", withPython("other-machine", OTHER_PROGRAM));
