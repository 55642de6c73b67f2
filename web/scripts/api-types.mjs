// Writes src/api/schema.d.ts from ../openapi.json; with --check it fails when the file is stale.
// Not for: the client itself (src/api/client.ts). Invariant: the committed types are exactly what the document says.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTS, { astToString } from 'openapi-typescript';

const document = new URL('../../openapi.json', import.meta.url);
const out = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url));
const head = '// Generated from ../openapi.json by `npm run api`. Do not edit.\n\n';

const parsed = JSON.parse(readFileSync(document, 'utf8'));
// What a browser calls, without the prefix that the client adds; an agent's own protocol has no place in the dashboard.
const prefix = '/api/v1';
parsed.paths = Object.fromEntries(
  Object.entries(parsed.paths)
    .filter(([path]) => path.startsWith(`${prefix}/`) && !path.startsWith(`${prefix}/agent/`))
    .map(([path, item]) => [path.slice(prefix.length), item]),
);

// Every refusal is a problem document, which the client reads by itself: one `default` stands for all of them.
const problem = {
  description: '',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};
for (const item of Object.values(parsed.paths)) {
  for (const operation of Object.values(item)) {
    if (!operation?.responses) continue;
    for (const [status, response] of Object.entries(operation.responses)) {
      if (!status.startsWith('2')) delete operation.responses[status];
      else delete response.headers;
    }
    operation.responses.default = problem;
  }
}
delete parsed.components.responses;
delete parsed.components.headers;

const text = head + astToString(await openapiTS(parsed, { alphabetize: true, arrayLength: false }));

if (process.argv.includes('--check')) {
  const kept = existsSync(out) ? readFileSync(out, 'utf8') : '';
  if (kept !== text) {
    console.error('src/api/schema.d.ts is stale: run `npm run api` in web/ and commit the result');
    process.exit(1);
  }
} else {
  writeFileSync(out, text);
  console.log(`wrote ${out}`);
}
