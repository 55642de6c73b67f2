// Situations that the tasks begin with, made through the API: something that fails, something that waits for a yes.
// Not for: the tasks. Invariant: a scene is there when its function returns, and belongs to its test alone.
import { type Api, apiAs, expect, fresh } from './hands';

/** Waits until a question is answered as wanted; the demo works at its own pace. */
export async function until<T>(ask: () => Promise<T>, is: (answer: T) => boolean, seconds = 60): Promise<T> {
  let answer: T | undefined;
  await expect
    .poll(
      async () => {
        answer = await ask();
        return is(answer);
      },
      { timeout: seconds * 1000, intervals: [100, 250, 500] },
    )
    .toBe(true);
  return answer as T;
}

// oxlint-disable-next-line typescript/no-explicit-any
type Json = any;

/** The configuration of a target on the host of another one, with files of its own and the other's endpoints. */
export async function besides(api: Api, target: string, name: string, proof: boolean): Promise<Json> {
  const { agent_id, config } = await api.get(`/targets/${target}`);
  const folder = String(config.certificate_path).replace(/\/[^/]*$/, '');
  const files = { certificate_path: `${folder}/${name}.crt`, key_path: `${folder}/${name}.key` };
  return { agent_id, config: proof ? { ...files, probe: config.probe, probe_timeout_seconds: 1 } : files };
}

/** A certificate that was issued, whose key an agent of the demo holds. */
export async function issued(api: Api, more: object = {}): Promise<{ id: string; name: string }> {
  const name = `${fresh('issued')}.example.internal`;
  const { certificate } = await api.post('/certificates', { names: [name], agent_ids: ['ag-app-1'], ...more });
  await until(
    () => api.get(`/certificates/${certificate.id}`),
    ({ condition }) => condition === 'healthy',
  );
  return { id: certificate.id, name };
}

/** A certificate whose only deployment was given up: its endpoint goes on serving another. Its issuer is its own. */
export async function failing(api: Api): Promise<{ id: string; name: string }> {
  const name = fresh('fails');
  const before = await api.get('/certificates', { q: 'fails-', limit: 1, total: true });
  const issuer = await api.post('/issuers', { name: `CA of ${name}`, kind: 'local_ca' });
  const policy = await api.post('/renewal-policies', { name: `Once, ${name}`, max_attempts: 1 });
  const place = await besides(api, 'tgt-mail', name, true);
  const target = await api.post('/targets', { name, kind: 'file', ...place });
  const { certificate } = await api.post('/certificates', {
    names: [`${name}.example.internal`],
    target_ids: [target.id],
    issuer_id: issuer.id,
    renewal_policy_id: policy.id,
    // Its end is near enough to stand first among what needs somebody, before those that other tests have left.
    lifetime_seconds: Math.max(3600, 86_400 - 1800 * before.total),
  });
  await failed(api, certificate.id);
  return { id: certificate.id, name: certificate.name };
}

/** Waits until a certificate is failing and its last job was given up. */
export async function failed(api: Api, id: string): Promise<void> {
  const jobs = () => api.get('/jobs', { certificate_id: id, limit: 1 });
  await until(jobs, ({ items: [job] }) => job?.kind === 'Deployment' && job.state === 'Failed');
  await until(
    () => api.get('/needs', { limit: 200 }),
    ({ items }) => items.some((need: Json) => need.sample_id === id),
  );
}

/** Requests by somebody else, under a profile that asks for a yes. */
export async function waiting(api: Api, url: string, n: number): Promise<{ name: string; job: string }[]> {
  // What another test left would stand before them.
  for (const { job_id } of (await api.get('/approvals', { limit: 200 })).items)
    await api.post(`/jobs/${job_id}/reject`, { reason: 'Left by another test' });
  const name = fresh('asks');
  const profile = await api.post('/profiles', { name: `Asks, ${name}`, approval: 'always' });
  const { secret } = await api.post('/api-keys', { name: `Requester ${name}`, role: 'operator' });
  const other = await apiAs(url, secret);
  const asked: { name: string; job: string }[] = [];
  for (let i = 1; i <= n; i += 1) {
    const { certificate } = await other.api.post('/certificates', {
      names: [`${name}-${i}.example.internal`],
      agent_ids: ['ag-mail-1'],
      profile_id: profile.id,
    });
    const { items } = await until(
      () => api.get('/jobs', { certificate_id: certificate.id, state: 'AwaitingApproval' }),
      (page) => page.items.length === 1,
    );
    asked.push({ name: certificate.name, job: items[0].id });
  }
  await other.close();
  return asked;
}
