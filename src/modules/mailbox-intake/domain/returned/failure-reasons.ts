/** Why a recipient was not reached. The names follow the habit of bounce processors. */
export type FailureReason =
  | 'user_unknown'
  | 'host_unknown'
  | 'moved'
  | 'does_not_accept'
  | 'mailbox_full'
  | 'suspended'
  | 'filtered'
  | 'rejected'
  | 'blocked'
  | 'auth_failure'
  | 'require_ptr'
  | 'spam'
  | 'virus'
  | 'policy'
  | 'content_error'
  | 'too_big'
  | 'no_relaying'
  | 'syntax_error'
  | 'expired'
  | 'network_error'
  | 'too_many'
  | 'deferred'
  | 'system_full'
  | 'system_error'
  | 'mailer_error'
  | 'loop'
  | 'delivered'
  | 'unknown';

/** One reason and the phrases that tell it. */
export type Phrases = readonly [FailureReason, readonly string[]];
