/** Files that cannot be packed, or a package that cannot be used. The message is a sentence without its full stop. */
export class PackProblem extends Error {}
