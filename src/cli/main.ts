/** `npm run helpdesk -- COMMAND`: the operator's tool. */
import 'reflect-metadata';
import { readEnvironment } from '../config/env.js';
import { runMain } from '../launcher/run-main.js';
import { setLogLevel } from '../platform/index.js';
import { runProgram } from './program.js';
import { commandsFor } from './registry.js';

// Standard output is the answer's alone: what goes wrong comes back as a sentence, not as a log line.
setLogLevel('silent');
const { environment, problems } = readEnvironment();
const argv = process.argv.slice(2);
runMain(async () =>
  runProgram(await commandsFor(argv), argv, { environment, environmentProblems: problems }),
);
