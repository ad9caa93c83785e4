// Runs that predict a dataset of the definition, in each format.
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { EXIT } from "../../src/cli/exit.ts";
import { command, writeAll } from "../bundle-project.ts";
import { modelwright } from "../command-line.ts";
import { describe } from "../describe.ts";
import { inTemporaryFolder, temporaryFolder } from "../temporary.ts";
import { AZURE } from "./servers/azure.ts";

const CODE = `def load():
    return None


def predict(model, datapoints):
    return [{"seen": {key: datapoint[key] for key in sorted(datapoint)}} for datapoint in datapoints]
`;

const COCO = {
  images: [
    { id: 1, file_name: "a.png", width: 4, height: 3 },
    { id: 2, file_name: "b.png", width: 4, height: 3 },
  ],
  annotations: [{ id: 1, image_id: 2, category_id: 7, bbox: [0, 0, 2, 2] }],
  categories: [{ id: 7, name: "ship" }],
};

const FILES = {
  "code/inference.py": CODE,
  "images/a.png": "a",
  "images/b.png": "b",
  "coco.json": JSON.stringify(COCO),
  "classes/cat/1.png": "1",
  "classes/dog/2.png": "2",
  "numbers.csv": "image,age\na.png,3\nb.png,4\n",
  "custom/manifest.jsonl": '{"id":"first","image":"../images/a.png"}\n{"id":"second","image":"../images/b.png"}\n',
};

const definition = (dataset: string): string => `models:
  - name: seer
    repository:
      url: code
    runtime:
      load:
        entrypoint: inference:load
        output:
          name: model
      predict:
        entrypoint: inference:predict
        inputs:
          - name: model
            value: \${model.runtime.load.output.model}
          - name: datapoints
            value: \${datapoints}
        output:
          name: predictions
          keys: [seen]
datasets:
  - name: ships
    stage: test
${dataset.replace(/^/gm, "    ")}
`;

const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ["COCO", "format: COCO\ndata_url: images\nannotations_url: coco.json", ["a.png", "b.png"]],
  ["COCO with a limit", "format: COCO\ndata_url: images\nannotations_url: coco.json\nnum_datapoints: 1", ["a.png"]],
  ["ImageNet", "format: ImageNet\ndata_url: classes", ["cat/1.png", "dog/2.png"]],
  ["ImageRegression", "format: ImageRegression\ndata_url: images\nannotations_url: numbers.csv", ["0", "1"]],
  ["a folder", "format: Custom\ndata_url: images", ["a.png", "b.png"]],
  ["a folder with a manifest", "format: Custom\ndata_url: custom", ["first", "second"]],
  ["a manifest", "format: Custom\ndata_url: custom/manifest.jsonl", ["first", "second"]],
  ["a URL of this machine from a variable", "format: Custom\ndata_url: ${DATA}", ["a.png", "b.png"]],
];

const REFUSED: readonly (readonly [string, string, readonly string[], RegExp])[] = [
  [
    "another name",
    "format: Custom\ndata_url: images",
    ["--dataset", "boats"],
    /has no dataset `boats`\. Its datasets: `ships`\.\n$/,
  ],
  [
    "another stage",
    "format: Custom\ndata_url: images",
    ["--dataset", "ships", "--stage", "train"],
    /The dataset `ships` has the stage `test`, not `train`\.\n$/,
  ],
  ["no dataset and no input", "format: Custom\ndata_url: images", [], /Set either `--input` or `--dataset`\.\n$/],
  [
    "a stage without a dataset",
    "format: Custom\ndata_url: images",
    ["--input", "images", "--stage", "test"],
    /`--stage` requires `--dataset`\.\n$/,
  ],
  [
    "tfrecord",
    "format: tfrecord\ndata_url: images",
    ["--dataset", "ships"],
    /has the format `tfrecord`, which only TensorFlow reads; write a JSON Lines file with paths and use `--input`\.\n$/,
  ],
  [
    "no annotations",
    "format: COCO\ndata_url: images",
    ["--dataset", "ships"],
    /has no `annotations_url`, which its format `COCO` needs\.\n$/,
  ],
  [
    "a folder of a web server",
    "format: ImageNet\ndata_url: https://host/images/\nupload: false",
    ["--dataset", "ships"],
    /is a folder of a web server, which cannot be listed\.\n$/,
  ],
];

describe("run --dataset", (test) => {
  for (const [title, dataset, ids] of CASES) {
    test(`predicts ${title}`, () =>
      inTemporaryFolder({ ...FILES, "efemarai.yaml": definition(dataset) }, (folder) => {
        const environment = { DATA: `file://${folder}/images` };
        const { code, out, err } = modelwright(
          folder,
          ["run", "--dataset", "ships", "--stage", "test"],
          "",
          environment,
        );
        assert.is(code, EXIT.clean, err);
        const rows = out
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line));
        assert.equal(
          rows.map(({ id }) => id),
          ids,
        );
        const { seen } = rows.at(-1).predictions;
        if (title === "ImageNet") assert.is(seen.class, "dog");
        if (title === "ImageRegression") assert.equal([seen.age, seen.image], ["4", join(folder, "images/b.png")]);
        if (title === "COCO") assert.equal(seen.boxes, [[0, 0, 2, 2]]);
      }));
  }

  for (const [title, dataset, args, message] of REFUSED) {
    test(`refuses ${title}`, () =>
      inTemporaryFolder({ ...FILES, "efemarai.yaml": definition(dataset) }, (folder) => {
        const { code, err } = modelwright(folder, ["run", ...args]);
        assert.match(err, message);
        assert.ok(code !== EXIT.clean);
      }));
  }

  test("shows that its files are fetched", async () => {
    const server = createServer((_, response) => response.end('{"id": "first"}\n'));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    server.unref(); // a test that fails does not close it
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/list.jsonl`;
    const folder = writeAll(temporaryFolder(), {
      "code/inference.py": CODE,
      "efemarai.yaml": definition(`format: Custom\ndata_url: ${url}\nupload: false`),
    });
    const run = async (...more: readonly string[]): Promise<string> => {
      const args = ["run", "--dataset", "ships", ...more];
      const { code, err } = await command(folder, args, { cache: join(folder, "cache") });
      assert.is(code, EXIT.clean, err);
      return err;
    };
    assert.match(await run(), /^fetching the dataset ships …\n/);
    const [first = ""] = (await run("--format", "json")).split("\n");
    assert.equal(JSON.parse(first), { kind: "fetch", step: "datasets/ships", bytes: 0 });
    for (const more of ["--quiet", "--offline"]) assert.not.match(await run(more), "fetching the dataset");
    server.close();
    server.closeAllConnections();
  });

  const { start } = AZURE;
  if (start === undefined)
    return console.log(`skipped: datasets in azure:// need ${AZURE.needs} (MODELWRIGHT_STORAGE_TOOLS)`);

  test("downloads the folder and the annotations of a dataset, and predicts without a network later", async () => {
    const server = await start();
    try {
      for (const name of ["images/a.png", "images/b.png", "coco.json"] as const)
        await server.put(name, Buffer.from(FILES[name]));
      const { allowed } = await server.access(server.port);
      const [{ credentials = "" }] = allowed;
      const url = (name: string): string => server.url(name);
      const dataset = `format: COCO\ndata_url: ${url("images")}\nannotations_url: ${url("coco.json")}\ncredentials: \${STORE}\nupload: false`;
      await inTemporaryFolder({ "code/inference.py": CODE, "efemarai.yaml": definition(dataset) }, async (folder) => {
        mkdirSync(dirname(join(folder, "cache/x")));
        writeFileSync(join(folder, ".keep"), "");
        const environment = { STORE: credentials, XDG_CACHE_HOME: join(folder, "cache") };
        for (const more of [[], ["--offline"]]) {
          const { code, out, err } = modelwright(folder, ["run", "--dataset", "ships", ...more], "", environment);
          assert.is(code, EXIT.clean, err);
          assert.is(out.trim().split("\n").length, 2);
          assert.not.ok((out + err).includes(credentials));
        }
      });
    } finally {
      server.close();
    }
  });
});
