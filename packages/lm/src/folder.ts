import { mkdir } from 'node:fs/promises'
import { QuerlError } from '@querl/base'

/**
 * Makes a folder and those above it, where they are missing.
 *
 * @throws {QuerlError} ERR_QUERL_IO
 */
export async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true })
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_IO', `Cannot make ${dir}: ${(cause as Error).message}.`, {
      cause,
    })
  }
}
