// Says what of a schema breaks clients of an older one: `node breaking.mjs OLD NEW`, two files.
import { readFileSync } from 'node:fs';
import { buildSchema, findBreakingChanges } from 'graphql';

const [older, newer] = process.argv.slice(2);
if (!newer) {
  console.error('usage: node breaking.mjs OLD NEW');
  process.exit(2);
}
const schema = (file) => buildSchema(readFileSync(file, 'utf8'));
const changes = findBreakingChanges(schema(older), schema(newer));
console.log(changes.length === 0 ? 'nothing breaks' : changes.map(({ description }) => description).join('\n'));
process.exitCode = changes.length === 0 ? 0 : 1;
