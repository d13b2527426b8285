/**
 * The folder that holds stored files larger than PostgreSQL should keep: `storage.directory`, else `files` in
 * HELPDESK_DATA. A class and not a string, so that it can be injected by its type.
 */
export class StorageDirectory {
  /** Absolute path; the folder is made when it is first needed. */
  constructor(readonly path: string) {}
}
