import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

const mounts = (...args: string[]): boolean =>
  spawnSync('mount', args, { stdio: 'ignore' }).status === 0;

/** Found out while it ran: this machine cannot. */
export class NotHere extends Error {}

/** Why no small disk can be had here; null: it may be tried. */
export const noSmallDisk = (): string | null =>
  process.getuid?.() === 0 ? null : 'a small disk can be mounted by root only';

/** A disk of its own (tmpfs) in a folder, small enough to be filled. */
export class SmallDisk {
  private constructor(private readonly folder: string) {}

  /** `size` as mount(8) takes it; `owner`: the user whose it is. Throws NotHere where mounting is not allowed. */
  static mount(folder: string, size: string, owner?: string): SmallDisk {
    mkdirSync(folder, { recursive: true });
    const whose =
      owner === undefined
        ? ''
        : `,mode=0700,uid=${execFileSync('id', ['-u', owner], { encoding: 'utf8' }).trim()}`;
    if (!mounts('-t', 'tmpfs', '-o', `size=${size}${whose}`, 'tmpfs', folder))
      throw new NotHere('this machine does not let a small disk be mounted');
    return new SmallDisk(folder);
  }

  resize(size: string): void {
    if (!mounts('-o', `remount,size=${size}`, this.folder))
      throw new Error(`the small disk could not be made ${size}`);
  }

  usedKilobytes(): number {
    const [, used] = execFileSync('df', ['--output=used', this.folder], { encoding: 'utf8' })
      .trim()
      .split('\n');
    return Number(used);
  }

  unmount(): void {
    spawnSync('umount', ['-l', this.folder], { stdio: 'ignore' });
  }
}
