#!/usr/bin/env node
// Plain JavaScript that any Node can read: an old Node must be told what is needed before it meets TypeScript.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 15)) {
  console.error(
    `circgate needs Node 24.15 or later and this is ${process.versions.node}; run it with "npm start" (npm brings its own Node) or install a newer Node.`,
  );
  process.exit(1);
}
// The second start need not strip and compile everything again.
const { enableCompileCache } = await import('node:module');
enableCompileCache();
const { main } = await import('./cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
