// The page of a graph in the editor.

/** The text of the page. Only its script can run in it, and it can make no other requests. The nonce must be unpredictable. */
export function graphPage(script: string, nonce: string): string {
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Dependency graph</title>
<style>html,body{height:100%;margin:0;padding:0}</style>
</head>
<body>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
