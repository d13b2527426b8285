import { spawnSync } from 'node:child_process';
process.exit(spawnSync('npm', ['run', '-s', 'build'], { stdio: 'inherit' }).status ?? 1);
