/** With this variable, the program of the editor runs as Node.js. Where it already is Node.js, the variable has no effect. */
export const NODE_ONLY = { ELECTRON_RUN_AS_NODE: "1" } as const;
