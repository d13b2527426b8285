import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Automatic mail to one correspondent within one hour (D21). */
@Entity('automatic_budgets')
@Index('ix_automatic_budgets_hour', ['hour'])
export class AutomaticBudgetEntity {
  @ForeignKey('MailboxEntity', { name: 'fk_automatic_budgets_mailbox_key' })
  @PrimaryColumn('text', { name: 'mailbox_key', primaryKeyConstraintName: 'pk_automatic_budgets' })
  mailboxKey: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_automatic_budgets' })
  correspondent: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_automatic_budgets' })
  kind: string;

  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'pk_automatic_budgets' })
  hour: Date;

  @Column('integer')
  count: number;
}
