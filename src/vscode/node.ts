/** With this variable, the program of the editor runs as Node.js. It has no effect if the program is already Node.js. */
export const NODE_ONLY = { ELECTRON_RUN_AS_NODE: "1" } as const;
