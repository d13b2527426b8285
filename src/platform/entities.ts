import { AlarmEntity } from './alarm.entity.js';
import { EventEntity } from './events/event.entity.js';
import { GeneratedKeyEntity } from './generated-key.entity.js';
import { IdempotencyKeyEntity } from './http/idempotency/idempotency-key.entity.js';
import { LeaseEntity } from './lease.entity.js';
import { ThrottleEntity } from './throttle.entity.js';

/** The platform's own tables (migrations/0001-platform.sql). */
export const PLATFORM_ENTITIES = [
  AlarmEntity,
  EventEntity,
  GeneratedKeyEntity,
  IdempotencyKeyEntity,
  LeaseEntity,
  ThrottleEntity,
];
