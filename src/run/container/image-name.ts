// The names of images: https://pkg.go.dev/github.com/distribution/reference

const MAX_NAME = 512;

/** Whether a text is the name of an image and nothing else, such as an option or a path. */
export function isImageName(text: string): boolean {
  const path = "[a-z0-9]+(?:[._-]+[a-z0-9]+)*";
  const name = `(?:[A-Za-z0-9.-]+(?::\\d+)?/)?${path}(?:/${path})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?`;
  return text.length <= MAX_NAME && !/^[.-]/.test(text) && new RegExp(`^${name}$`).test(text);
}
