import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { nearest, QuerlError } from '@querl/base'

/** A run folder, found. */
export interface FoundRun {
  readonly name: string
  readonly path: string
  /** When it was begun, in milliseconds since 1970. */
  readonly began: number
}

/** All runs in a folder, the newest first. */
export async function listRuns(runs: string): Promise<FoundRun[]> {
  const names = await readdir(runs).catch(() => [])
  const found = await Promise.all(
    names.map(async (name): Promise<FoundRun[]> => {
      const path = resolve(runs, name)
      const recipe = await stat(join(path, 'recipe.yaml')).catch(() => undefined)
      return recipe ? [{ name, path, began: recipe.mtimeMs }] : []
    }),
  )
  return found.flat().sort((a, b) => b.began - a.began || b.name.localeCompare(a.name))
}

/**
 * The folder that a user means: a path, a name in the folder of runs, the beginning of one, or
 * `latest`.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if there is none
 */
export async function findRun(wanted: string, runs: string): Promise<string> {
  const asPath = await stat(join(wanted, 'recipe.yaml')).catch(() => undefined)
  if (asPath) return resolve(wanted)
  const known = await listRuns(runs)
  const name = basename(wanted)
  const found =
    wanted === 'latest'
      ? known[0]
      : (known.find((run) => run.name === name) ?? known.find((run) => run.name.startsWith(name)))
  if (found) return found.path
  if (known.length === 0)
    throw new QuerlError('ERR_QUERL_ARGUMENT', `There is no run in ${resolve(runs)}.`, {
      remedy: 'Make one with querl quickstart, or name the folder of a run.',
    })
  const meant =
    nearest(
      name,
      known.map((run) => run.name),
    ) ?? known[0]!.name
  throw new QuerlError('ERR_QUERL_ARGUMENT', `There is no run ${wanted}. Did you mean ${meant}?`, {
    remedy: 'List them with querl runs.',
  })
}

/** `quickstart-2026-11-20-110243`; a number behind it where the name is taken. */
export async function newRunPath(runs: string, name: string, now = new Date()): Promise<string> {
  const stamp = now.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '')
  for (let copy = 1; ; copy++) {
    const path = resolve(runs, `${name}-${stamp}${copy > 1 ? `-${copy}` : ''}`)
    if (!(await stat(path).catch(() => undefined))) return path
  }
}
