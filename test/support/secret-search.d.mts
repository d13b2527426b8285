export interface KnownSecret {
  readonly name: string;
  readonly value: string;
}

export interface FoundSecret {
  /** The name that it was registered under. */
  readonly secret: string;
  readonly file: string;
  /** Where it stands first, from 1. */
  readonly line: number;
}

export const FIXED_SECRETS: readonly KnownSecret[];
export function findSecrets(folder: string, further?: readonly string[]): FoundSecret[];
export function registered(folder: string): KnownSecret[];
