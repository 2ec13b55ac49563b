// Reduces package-lock.json to the packages that package.json names: `npm run lock` calls it.
//
// Only data files are read out of these packages. What they in turn depend on (jest, eslint, an ONNX Runtime
// for browsers, 730 packages in all) would never be executed, so the lock file does not ask npm to fetch it.
// `npm ci` takes a package's dependencies from the lock file and therefore accepts the reduced one.

import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const root = lock.packages[''];
const packages = { '': root };
for (const name of Object.keys(root.dependencies)) {
  const { version, integrity, license } = lock.packages[`node_modules/${name}`];
  if (!integrity) throw new Error(`${name}: the lock file has no integrity hash`);
  packages[`node_modules/${name}`] = { version, integrity, license };
}
lock.packages = packages;
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
