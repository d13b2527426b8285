import type { Lease, Leases } from './leases.js';

/**
 * Does `work` as the only process that holds the lease `name`, renewing it meanwhile. Returns null, without doing
 * anything, where another holds it. `held` aborts when the lease is lost (the database was away too long): the work
 * must look at it before every step that needs to be alone.
 */
export async function holdLease<Result>(
  leases: Leases,
  name: string,
  work: (held: AbortSignal, lease: Lease) => Promise<Result>,
): Promise<Result | null> {
  const lease = await leases.acquire(name);
  if (lease === null) return null;
  const lost = new AbortController();
  let renewedAt = performance.now();
  const timer = setInterval(() => {
    leases.renew(lease).then(
      (held) => {
        if (held) renewedAt = performance.now();
        else lost.abort(new Error(`The lease ${name} was lost`));
      },
      () => {
        if (performance.now() - renewedAt >= leases.ttlMs)
          lost.abort(new Error(`The lease ${name} could not be renewed`));
      },
    );
  }, leases.ttlMs / 3);
  try {
    return await work(lost.signal, lease);
  } finally {
    clearInterval(timer);
    await leases.release(lease).catch(() => undefined);
  }
}
