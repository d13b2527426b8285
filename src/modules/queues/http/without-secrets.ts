/** Fields whose value opens something, whatever section they stand in. */
const SECRET =
  /^(password|secret|previousSecret|clientSecret|metricsToken|token|accessToken|refreshToken|key|pass|privateKey)$/i;

/** A copy with every secret replaced by `[secret]`; unset ones stay unset, so that one sees what is configured. */
export function withoutSecrets(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return SECRET.test(name) && value !== '' ? '[secret]' : value;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, name));
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner, key)]),
  );
}
