/** What is invisible or changes the direction of text; JSON itself escapes only the control characters of ASCII. */
const HIDDEN = /[\p{Cf}\u007f-\u009f\u2028\u2029\u115f\u1160\u3164\uffa0]/gu;

/** The same JSON, in which nothing can deceive whoever reads it, and no terminal obeys it. */
export function plainJson(json: string): string {
  return json.replace(HIDDEN, (mark) => {
    const units = mark.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
    return units.map((digits) => `\\u${digits}`).join("");
  });
}
