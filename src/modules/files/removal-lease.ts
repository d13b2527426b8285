/** Held by whoever removes stored files, and by whoever needs that none is removed meanwhile: a backup. */
export const REMOVAL_LEASE = 'storage:removal';
