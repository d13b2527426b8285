import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many notices found nobody to tell, since ever. */
@Entity('notice_misses')
export class NoticeMissEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_notice_misses' })
  news: string;

  @Column('bigint')
  total: string;
}
