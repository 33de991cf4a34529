// `npm run bench` takes the arguments of `querl bench`: they are described once, in the command.

import { parseArguments } from '../../packages/querl/src/arguments.js'
import { type BenchRequest, benchRequest } from '../../packages/querl/src/bench-request.js'
import { bench } from '../../packages/querl/src/commands/bench.js'
import { commandHelp } from '../../packages/querl/src/help.js'

/** @throws {QuerlError} ERR_QUERL_ARGUMENT */
export function readRequest(argv: readonly string[]): BenchRequest {
  return benchRequest(parseArguments(bench, argv))
}

export function benchHelp(): string {
  return commandHelp(bench).replaceAll('querl bench', 'npm run bench --')
}
