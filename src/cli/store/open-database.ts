import { DataSource } from 'typeorm';
import { Database } from '../../platform/index.js';

/** A database without the application around it: SQL only, no entities. Destroy its `dataSource` at the end. */
export async function openDatabase(url: string): Promise<Database> {
  return new Database(
    await new DataSource({ type: 'postgres', url, extra: { max: 3 } }).initialize(),
  );
}
