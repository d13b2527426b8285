import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { Nested } from '../fields.js';
import { AwaitingCustomerConfig } from './awaiting-customer-config.js';

/** Who works tickets. Members live in the database (`helpdesk agent …`), not here. */
export class QueueConfig {
  /** The name that agents see, for example `Suporte`. */
  @IsString()
  @Length(1, 80)
  name: string;

  /** Visible to members alone (D20). */
  @IsBoolean()
  private: boolean = false;

  /** Takes no new tickets; its key is kept because tickets point at it. */
  @IsBoolean()
  retired: boolean = false;

  /**
   * Who gets a ticket that nobody has: `manual` (the default: people pick), `round_robin` (by turns) or `least_loaded`
   * (whoever has the fewest open ones). Members who are absent get none.
   */
  @IsOptional()
  @IsIn(['manual', 'round_robin', 'least_loaded'])
  assignment?: 'manual' | 'round_robin' | 'least_loaded';

  /** Open tickets that an agent may have before automatic assignment and "take next" give no more. Default: no limit. */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(10_000)
  openPerAgent?: number;

  /** Reminder and automatic resolve of this queue's tickets, instead of the mailbox's and `automation`'s. */
  @IsOptional()
  @Nested(() => AwaitingCustomerConfig)
  awaitingCustomer?: AwaitingCustomerConfig;
}

/** Clues in a language of their own: looked for in messages that seem to be written in it. */
export class LanguageCluesConfig {
  /** Single words, for example `invoice`. */
  @IsString({ each: true })
  @Length(2, 60, { each: true })
  words: string[] = [];

  /** Several words in this order, for example `credit card`. */
  @IsString({ each: true })
  @Length(2, 120, { each: true })
  phrases: string[] = [];
}

/** Words that point to a reason; compared without accents, upper/lower case and inflection (`boleto` finds `BOLETOS`). */
export class CluesConfig {
  /** Single words, for example `boleto`. */
  @IsString({ each: true })
  @Length(2, 60, { each: true })
  words: string[] = [];

  /** Several words in this order, for example `nota fiscal`. */
  @IsString({ each: true })
  @Length(2, 120, { each: true })
  phrases: string[] = [];

  /** Addresses or `@domain`. */
  @IsString({ each: true })
  @Matches(/^[^@\s]*@[^@\s]+$/, {
    each: true,
    message: 'each value in $property must be an address or @domain',
  })
  senders: string[] = [];

  /** For messages in English. */
  @IsOptional()
  @Nested(() => LanguageCluesConfig)
  en?: LanguageCluesConfig;

  /** For messages in Spanish. */
  @IsOptional()
  @Nested(() => LanguageCluesConfig)
  es?: LanguageCluesConfig;
}

/** Motivo de contato (D3–D5). */
export class ReasonConfig {
  /** What customers and agents read, for example `Domínios`. */
  @IsString()
  @Length(1, 80)
  label: string;

  /** Key in `queues` of those who work it. */
  @IsString()
  queue: string;

  /** Words and senders by which mail is recognised (D4). */
  @Nested(() => CluesConfig)
  clues: CluesConfig = new CluesConfig();

  /** `redirect`: pointed to another channel by template (D5). */
  @IsIn(['ticket', 'redirect'])
  action: 'ticket' | 'redirect' = 'ticket';

  /** For `redirect`: where the customer is pointed to, plain pt-BR text. */
  @IsOptional()
  @IsString()
  @Length(1, 1000)
  redirectText?: string;

  /** No longer offered or inferred; its key is kept because tickets point at it. */
  @IsBoolean()
  retired: boolean = false;
}
