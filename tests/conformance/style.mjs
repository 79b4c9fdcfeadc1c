// Judges the style of a schema by graphql-eslint, the rules of Relay among them: `node style.mjs FILE`.
import { readFileSync } from 'node:fs';
import { ESLint } from 'eslint';
import graphql from '@graphql-eslint/eslint-plugin';

const [file] = process.argv.slice(2);
if (!file) {
  console.error('usage: node style.mjs FILE');
  process.exit(2);
}
const schema = readFileSync(file, 'utf8');
const { 'flat/schema-recommended': recommended, 'flat/schema-relay': relay } = graphql.configs;
const eslint = new ESLint({
  overrideConfigFile: true,
  overrideConfig: {
    files: ['*.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: file } } },
    rules: {
      ...recommended.rules,
      ...relay.rules,
      // Short lists that come whole are lists, not connections.
      '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
      // Only what can be asked for by `node` has an id; parts, reports and payloads are nothing of their own.
      '@graphql-eslint/strict-id-in-types': 'off',
    },
  },
});
const [{ messages }] = await eslint.lintText(schema, { filePath: 'schema.graphql' });
const told = messages.map(({ line, message, ruleId }) => `${line}: ${message} (${ruleId})`);
console.log(told.length === 0 ? 'no fault of style' : told.join('\n'));
process.exitCode = told.length === 0 ? 0 : 1;
