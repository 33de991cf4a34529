// Lucene in a Java of its own: its jars come from Maven once.

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { QuerlError } from '@querl/base'
import { LinePeer } from '../line-peer.js'

// The newest that a Java of this age runs.
const releases = [
  { lucene: '10.3.2', java: 21 },
  { lucene: '9.12.3', java: 11 },
]
const artifacts = ['lucene-core', 'lucene-analysis-common']

/**
 * Starts Lucene in QUERL_BENCH_JAVA, or java, and waits for its first line.
 *
 * @throws {QuerlError} ERR_QUERL_TOOL where there is no Java, or no Maven to fetch Lucene with
 */
export async function startLucene(): Promise<LinePeer> {
  const java = process.env['QUERL_BENCH_JAVA'] ?? 'java'
  const remedy =
    'Install a JDK (21 for Lucene 10) and Maven, or name the java of a JDK: QUERL_BENCH_JAVA=….'
  const release = releases.find(({ java: needed }) => ageOf(java, remedy) >= needed)
  if (!release) throw new QuerlError('ERR_QUERL_TOOL', `${java} is older than 11.`, { remedy })
  const jars = artifacts.map((artifact) => jarOf(artifact, release.lucene, remedy))
  return LinePeer.launch({
    command: java,
    args: [
      ...['-Xmx4g', '--add-modules', 'jdk.incubator.vector', '-cp', jars.join(':')],
      fileURLToPath(new URL('peer/LucenePeer.java', import.meta.url)),
    ],
    remedy,
  })
}

function ageOf(java: string, remedy: string): number {
  try {
    const text = execFileSync(java, ['--version'], { encoding: 'utf8' })
    return Number(/(\d+)/.exec(text)?.[1] ?? 0)
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_TOOL', `${java} does not run.`, { remedy, cause })
  }
}

function jarOf(artifact: string, version: string, remedy: string): string {
  const name = `${artifact}-${version}.jar`
  const jar = join(
    ...[homedir(), '.m2', 'repository', 'org', 'apache', 'lucene', artifact, version, name],
  )
  if (existsSync(jar)) return jar
  try {
    const artifactName = `-Dartifact=org.apache.lucene:${artifact}:${version}`
    execFileSync('mvn', ['-q', 'dependency:get', artifactName], { stdio: 'ignore' })
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_TOOL', `Maven could not fetch ${name}.`, { remedy, cause })
  }
  return jar
}
