import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'

/**
 * What a run stood on: Node, the machine, the command line.
 *
 * Environment variables are not recorded, and values of arguments whose names sound like a secret
 * are blotted out, so that the folder can be shown around.
 */
export function describeEnvironment(): Record<string, unknown> {
  return {
    date: new Date().toISOString(),
    node: process.versions.node,
    platform: `${platform()}-${arch()}`,
    kernel: release(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    commandLine: withoutSecrets(process.argv.slice(1)),
  }
}

const SECRET = /(key|token|secret|password|credentials?|authorization)$/i

/**
 * Blots out what must not be shown: `search.apiKey=abc` → `search.apiKey=…`, `--api-key abc` →
 * `--api-key …`, `https://user:word@host` → `https://…@host`.
 */
export function withoutSecrets(commandLine: readonly string[]): string[] {
  return commandLine.map((argument, index) => {
    const before = commandLine[index - 1]
    if (before?.startsWith('-') && SECRET.test(before)) return '…'
    const equals = argument.indexOf('=')
    if (equals > 0 && SECRET.test(argument.slice(0, equals)))
      return `${argument.slice(0, equals)}=…`
    return argument.replace(/(\w+:\/\/)[^/@\s]+@/, '$1…@')
  })
}
