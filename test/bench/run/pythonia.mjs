// The same function through pythonia. The first argument is the folder with pythonia, the second is the batch size.
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { batchOf, leastOf } from "./least.mjs";

const [folder = "", size = "1"] = process.argv.slice(2);
const entry = createRequire(join(folder, "package.json")).resolve("pythonia");
const { python } = await import(pathToFileURL(entry).href);
const inference = await python(fileURLToPath(new URL("inference.py", import.meta.url)));
const factor = await inference.load();
const batch = batchOf(Number(size)).map(({ inputs }) => inputs);
const call = async () => (await inference.predict(factor, batch)).valueOf();
console.log(await leastOf(3, 100, call));
python.exit();
