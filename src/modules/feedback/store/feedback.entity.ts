import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What a requester said about a resolved ticket: one score, changeable while the link lives (D12). */
@Entity('feedback')
@Check('ck_feedback_score', 'score between 1 and 5')
@Index('ix_feedback_created_at', ['createdAt'])
export class FeedbackEntity {
  @PrimaryColumn('bigint', { name: 'ticket_id', primaryKeyConstraintName: 'pk_feedback' })
  @ForeignKey('TicketEntity', { name: 'fk_feedback_ticket_id' })
  ticketId: string;

  @Column('integer')
  score: number;

  @Column('text', { default: '' })
  comment: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
