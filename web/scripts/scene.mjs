// What a demo does not have by itself, or not at once: somebody's request that waits for a yes, a rule, a channel, authorities
// outside, a CA of the second generation, a DNS provider, something that is revoked, a failed job. Not for: what the tests of a
// task begin with (e2e/scenes.ts). Invariant: made a second time it changes nothing.

const PATIENCE = 500;

/** Makes the scene as whoever is signed in; returns when all of it is there. */
export async function makeScene(request, url) {
  const post = async (path, data = {}, as = undefined) => {
    const headers = as ? { authorization: `Bearer ${as}`, cookie: '' } : { origin: url };
    const answer = await request.post(`${url}/api/v1${path}`, { data, headers });
    // It may be there already.
    if (!answer.ok() && answer.status() !== 409) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  };
  const get = async (path) => (await request.get(`${url}/api/v1${path}`)).json();
  const until = async (what, ask) => {
    for (let tries = PATIENCE; !(await ask()); tries -= 1) {
      if (tries === 0) throw new Error(`${what}: not after ${PATIENCE} looks`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const conditionIs = (id, wanted) =>
    until(`${id} is ${wanted}`, async () => (await get(`/certificates/${id}`)).condition === wanted);

  await post('/profiles', { id: 'prof-asked', name: 'Asked first', approval: 'always' });
  const { secret } = await post('/api-keys', { name: 'pipeline', role: 'operator' });
  await post(
    '/certificates',
    { id: 'mc-asked', names: ['asked.example.internal'], profile_id: 'prof-asked', agent_ids: ['ag-app-1'] },
    secret,
  );
  await post('/alert-rules', {
    id: 'ar-failing',
    name: 'Renewals that fail',
    subject: 'certificates',
    conditions: [{ status: 'Failed' }],
    severity: 'critical',
  });
  await post('/notifiers', {
    id: 'nt-duty',
    name: 'Duty desk',
    kind: 'slack',
    config: { url: 'https://hooks.example.internal/certctl' },
  });
  await post('/issuers', {
    id: 'iss-vault',
    name: 'Vault of the platform team',
    kind: 'vault',
    config: { address: 'https://127.0.0.1:1', role: 'web', token: 'hvs.not-a-token' },
  });
  await post('/issuers', {
    id: 'iss-lab',
    name: 'Lab CA',
    kind: 'local_ca',
    config: { common_name: 'Lab CA', permitted_names: ['lab.example.internal', '10.20.0.0/16'] },
  });
  const { items } = await get('/cas?issuer_id=iss-lab');
  if (items.length === 1) await post('/issuers/iss-lab/replace-ca');
  await post('/dns-providers', {
    id: 'dns-zones',
    name: 'Zones of example.internal',
    kind: 'rfc2136',
    config: { server: '127.0.0.1:1', key_name: 'certctl', secret: 'c2VjcmV0c2VjcmV0c2VjcmV0' },
  });
  await post('/certificates', { id: 'mc-gone', names: ['gone.example.internal'], agent_ids: ['ag-app-1'] });
  if ((await get('/certificates/mc-gone')).condition !== 'revoked') {
    await conditionIs('mc-gone', 'healthy');
    await post('/certificates/mc-gone/revoke', { reason: 'cessation_of_operation', replace_first: false });
    await conditionIs('mc-gone', 'revoked');
  }
  await until('a job has failed', async () => (await get('/jobs?state=Failed&limit=1')).items.length > 0);
}
