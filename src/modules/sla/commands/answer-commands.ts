import { Injectable } from '@nestjs/common';
import { RecordAnswer } from './record-answer.js';
import { RevokeAnswer } from './revoke-answer.js';

/** What an answer does, and what its return undoes. */
@Injectable()
export class AnswerCommands {
  constructor(
    readonly record: RecordAnswer,
    readonly revoke: RevokeAnswer,
  ) {}
}
