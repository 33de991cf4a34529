import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { QuerlError } from '@querl/base'
import { Refusal } from './refusal.js'

/** Who may ask. */
export class Gate {
  readonly #digest: Buffer | undefined

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT if the token cannot stand in a header; it is not shown */
  constructor(token: string | undefined) {
    if (token !== undefined && !/^[\x21-\x7e]+$/.test(token)) {
      throw new QuerlError(
        'ERR_QUERL_ARGUMENT',
        'Expected the token to be one or more visible ASCII characters without spaces.',
      )
    }
    this.#digest = token === undefined ? undefined : digest(token)
  }

  get isLocked(): boolean {
    return this.#digest !== undefined
  }

  /** @returns why this request may not be answered */
  check({ headers }: IncomingMessage): Refusal | undefined {
    if (!this.#digest) return checkOrigin(headers.origin)
    const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(headers.authorization ?? '')?.[1]
    // Digests are of equal length, and comparing them tells nothing of the token by its time.
    if (token !== undefined && timingSafeEqual(digest(token), this.#digest)) return undefined
    return new Refusal(
      401,
      'unauthorized',
      headers.authorization === undefined
        ? 'This server wants a token: Authorization: Bearer <token>.'
        : 'The token is not that of this server.',
    )
  }
}

/**
 * Without a token, whoever reaches the loopback interface may ask, but not a web page from elsewhere
 * that runs in a browser on this machine.
 */
function checkOrigin(origin: string | undefined): Refusal | undefined {
  if (origin === undefined) return undefined
  const host = URL.canParse(origin) ? new URL(origin).hostname : ''
  if (isLoopback(host.replace(/^\[|\]$/g, ''))) return undefined
  return new Refusal(403, 'forbidden_origin', 'Web pages of other hosts may not ask this server.')
}

/** True for addresses and names that only this machine reaches. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.')
  return host === '::1' || host === 'localhost' || host.endsWith('.localhost')
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
