// Measures what a container costs. Needs Podman and the images of test/tools/images.mjs.
import { spawnSync } from "node:child_process";
import { measureBeside } from "./run/beside.mjs";

const IMAGE = "localhost/modelwright-test/python";

if (spawnSync("podman", ["image", "exists", IMAGE]).status !== 0) {
  console.log("skipped: Podman or the images of test/tools/images.mjs are missing here");
} else {
  measureBeside("container", { MODELWRIGHT_BENCH_IMAGE: IMAGE });
}
