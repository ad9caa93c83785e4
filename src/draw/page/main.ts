// The script of the page that `modelwright graph --format html` writes: it shows the data in the page.
import type { Picture } from "../picture.ts";
import { show } from "./show.ts";

const data = document.getElementById("data")?.textContent ?? "";
show(document.body, JSON.parse(data) as Picture);
