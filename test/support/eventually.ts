/** Waits until `probe` returns something truthy (and returns it); fails with `what` after `timeoutMs`. */
export async function eventually<Result>(
  what: string,
  probe: () => Promise<Result | undefined | null | false> | Result | undefined | null | false,
  timeoutMs = 20_000,
): Promise<Result> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const result = await probe();
      if (result !== undefined && result !== null && result !== false) return result;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`Waited ${timeoutMs} ms in vain for: ${what}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
