import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/index.js';
import { CredentialStore } from '../store/credential.store.js';

/** Ends a session; ending it twice is ending it once. */
@Injectable()
export class LogOut {
  constructor(
    private readonly credentials: CredentialStore,
    private readonly database: Database,
  ) {}

  async run(sessionId: string): Promise<void> {
    await this.database.inTransaction((tx) => this.credentials.deleteSession(tx, sessionId));
  }
}
