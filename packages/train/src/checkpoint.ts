import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { checkNonNegativeInteger, checkPositiveInteger, QuerlError } from '@querl/base'
import { type FileRecord, filesBelow, firstDamage, recordOf, sync } from './checkpoint-files.js'
import type { SavableModel } from './model.js'

const FORMAT = 1
const MANIFEST = 'manifest.json'

/** What a run needs to go on: any JSON value, and how many steps are done. */
export interface CheckpointState {
  /** Steps that are done. */
  readonly step: number
  readonly [key: string]: unknown
}

export interface CheckpointParts {
  readonly model: SavableModel
  readonly critic?: SavableModel
  /** The frozen model of a KL term: without it a resumed run would measure from elsewhere. */
  readonly reference?: Pick<SavableModel, 'save'>
  readonly state: CheckpointState
  /** How many of the newest checkpoints stay. Default: all. */
  readonly keepLast?: number
  /** Called with each part as it is on the disk: `model`, `critic`, … and `manifest`. */
  readonly onPart?: (part: string) => void
}

/** A whole checkpoint on the disk. */
export interface Checkpoint {
  readonly directory: string
  readonly state: CheckpointState
  /** A folder for `LanguageModel.load`. */
  readonly model: string
  /** A file for `loadOptimizer`. */
  readonly optimizer: string
  readonly critic?: string
  readonly criticOptimizer?: string
  readonly reference?: string
}

/**
 * Writes a checkpoint as `<checkpoints>/step-<step>`.
 *
 * All files go to a temporary folder first and are synced; a manifest of sizes and SHA-256 is the
 * last of them; then the folder is renamed. So a checkpoint is there whole or not at all, and a
 * write that fails leaves the older ones as they were.
 *
 * @returns the checkpoint's folder
 * @throws {QuerlError} ERR_QUERL_IO if it cannot be written, with the disk's error as `cause`
 */
export async function saveCheckpoint(
  checkpoints: string,
  { model, critic, reference, state, keepLast, onPart = () => {} }: CheckpointParts,
): Promise<string> {
  checkNonNegativeInteger('state.step', state.step)
  if (keepLast !== undefined) checkPositiveInteger('keepLast', keepLast)
  const final = join(resolve(checkpoints), nameOf(state))
  const temporary = join(dirname(final), `.${basename(final)}.partial`)
  try {
    await rm(temporary, { recursive: true, force: true })
    await mkdir(temporary, { recursive: true })
    await model.save(join(temporary, 'model'))
    onPart('model')
    await model.saveOptimizer(join(temporary, 'optimizer.safetensors'))
    onPart('optimizer')
    if (critic) {
      await critic.save(join(temporary, 'critic'))
      await critic.saveOptimizer(join(temporary, 'critic-optimizer.safetensors'))
      onPart('critic')
    }
    if (reference) {
      await reference.save(join(temporary, 'reference'))
      onPart('reference')
    }
    await writeFile(join(temporary, 'state.json'), `${JSON.stringify(state, null, 2)}\n`)
    onPart('state')
    await seal(temporary)
    onPart('manifest')
    await replace(temporary, final)
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {})
    throw saveError(final, error)
  }
  if (keepLast !== undefined) await prune(checkpoints, keepLast)
  return final
}

/**
 * The newest whole checkpoint, or undefined where there is none.
 *
 * Unfinished folders are not looked at; a damaged checkpoint is passed over with a warning.
 *
 * @param warn takes one sentence. Default: `process.emitWarning`
 */
export async function latestCheckpoint(
  checkpoints: string,
  { warn = defaultWarning }: { warn?: (message: string) => void } = {},
): Promise<Checkpoint | undefined> {
  for (const name of await candidates(checkpoints)) {
    try {
      return await loadCheckpoint(join(checkpoints, name))
    } catch (error) {
      if (!(error instanceof QuerlError)) throw error
      warn(`${error.message.split('\n')[0]} An older one is used.`)
    }
  }
  return undefined
}

/**
 * Verifies a checkpoint and says where its parts are.
 *
 * @throws {QuerlError} ERR_QUERL_CHECKPOINT_CORRUPT if a file is missing, cut or changed
 */
export async function loadCheckpoint(directory: string): Promise<Checkpoint> {
  const manifest = await readJsonObject<Manifest>(directory, MANIFEST)
  if (manifest.format !== FORMAT || !Array.isArray(manifest.files))
    throw corrupt(directory, `its manifest has format ${manifest.format}, not ${FORMAT}`)
  const damage = await firstDamage(directory, manifest.files)
  if (damage) throw corrupt(directory, damage)
  const part = (path: string) => {
    const present = manifest.files.some(
      (file) => file.path === path || file.path.startsWith(`${path}/`),
    )
    return present ? join(directory, path) : undefined
  }
  const critic = part('critic')
  const criticOptimizer = part('critic-optimizer.safetensors')
  const reference = part('reference')
  return {
    directory,
    state: await readJsonObject<CheckpointState>(directory, 'state.json'),
    model: join(directory, 'model'),
    optimizer: join(directory, 'optimizer.safetensors'),
    ...(critic && { critic }),
    ...(criticOptimizer && { criticOptimizer }),
    ...(reference && { reference }),
  }
}

interface Manifest {
  readonly format: number
  readonly files: readonly FileRecord[]
}

function nameOf({ step }: CheckpointState): string {
  return `step-${String(step).padStart(6, '0')}`
}

/** Syncs every file and folder, and writes the manifest as the last file. */
async function seal(directory: string): Promise<void> {
  const files: FileRecord[] = []
  const folders = new Set([directory])
  for (const path of await filesBelow(directory)) {
    await sync(join(directory, path))
    files.push(await recordOf(directory, path))
    folders.add(dirname(join(directory, path)))
  }
  const manifest: Manifest = { format: FORMAT, files }
  await writeFile(join(directory, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
  await sync(join(directory, MANIFEST))
  for (const folder of folders) await sync(folder)
}

/**
 * Renames a finished folder to its name. One that is there already (the same step saved again) is
 * moved aside first, to a name that `latestCheckpoint` still finds should the process die here.
 */
async function replace(temporary: string, final: string): Promise<void> {
  const aside = `${final}.replaced`
  await rm(aside, { recursive: true, force: true })
  await rename(final, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  await rename(temporary, final)
  await sync(dirname(final))
  await rm(aside, { recursive: true, force: true })
}

/** Names of checkpoints, newest first; one that was moved aside comes behind its successor. */
async function candidates(checkpoints: string): Promise<string[]> {
  const names = await readdir(checkpoints).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const found = names.flatMap((name) => {
    const match = /^step-(\d{6,})(\.replaced)?$/.exec(name)
    return match ? [{ name, step: Number(match[1]), replaced: match[2] !== undefined }] : []
  })
  found.sort((a, b) => b.step - a.step || Number(a.replaced) - Number(b.replaced))
  return found.map(({ name }) => name)
}

async function prune(checkpoints: string, keepLast: number): Promise<void> {
  const old = (await candidates(checkpoints)).slice(keepLast)
  for (const name of old) await rm(join(checkpoints, name), { recursive: true, force: true })
}

async function readJsonObject<T>(directory: string, path: string): Promise<T> {
  try {
    return JSON.parse(await readFile(join(directory, path), 'utf8')) as T
  } catch (cause) {
    throw corrupt(directory, `${path} cannot be read`, cause)
  }
}

function corrupt(directory: string, damage: string, cause?: unknown): QuerlError {
  return new QuerlError(
    'ERR_QUERL_CHECKPOINT_CORRUPT',
    `The checkpoint ${directory} is damaged: ${damage}.`,
    { remedy: 'Resume from an older checkpoint of the run, or restore a copy.', cause },
  )
}

function saveError(final: string, cause: unknown): QuerlError {
  // Native code reports the disk's error in words.
  const full = /ENOSPC|No space left/.test(`${(cause as NodeJS.ErrnoException)?.code} ${cause}`)
  return new QuerlError(
    'ERR_QUERL_IO',
    `The checkpoint ${final} could not be written: ${full ? 'the disk is full' : String(cause)}.`,
    {
      remedy: full
        ? 'Free some space, or keep fewer checkpoints; the older ones are whole.'
        : 'The older checkpoints are whole.',
      cause,
    },
  )
}

function defaultWarning(message: string): void {
  process.emitWarning(message, 'QuerlWarning')
}
