import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An iCalendar source of a calendar with what its last good copy says. */
@Entity('calendar_sources')
export class CalendarSourceEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_calendar_sources' })
  calendar: string;

  /** URL or path. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_calendar_sources' })
  location: string;

  /** HolidayConfig[], each with `scope: imported`. */
  @Column('jsonb', { default: [] })
  days: unknown[];

  /** Of the text that `days` were read from. */
  @Column('text', { nullable: true })
  sha256: string | null;

  @Column('text', { nullable: true })
  etag: string | null;

  @Column('timestamptz', { name: 'fetched_at', nullable: true })
  fetchedAt: Date | null;

  @Column('timestamptz', { name: 'next_look_at' })
  nextLookAt: Date;
}
