import type { IncomingMessage } from 'node:http'
import { Refusal } from './refusal.js'

/**
 * The whole body of a request, held in memory.
 *
 * @throws {Refusal} 413 as soon as it is known to be longer than `maxBytes`: what is still to come is
 *   not read; 415 for a compressed one; 400 where the client goes away before its end
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const encoding = request.headers['content-encoding']
    if (encoding !== undefined && encoding !== 'identity') {
      reject(new Refusal(415, 'unsupported_encoding', 'The body must not be compressed.'))
      return
    }
    const length = declaredLength(request) // one that is not said is counted as it comes
    if (length > maxBytes && length < Number.POSITIVE_INFINITY) {
      reject(tooLarge(maxBytes))
      return
    }
    const chunks: Buffer[] = []
    let bytes = 0
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBytes) {
        request.removeAllListeners('data')
        chunks.length = 0
        reject(tooLarge(maxBytes))
      } else chunks.push(chunk)
    })
    request.on('end', () =>
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes)),
    )
    request.on('error', () => {
      reject(new Refusal(400, 'bad_request', 'The request ended before its body did.'))
    })
  })
}

/** What its header says; infinite where it does not say. 0: there is no body. */
export function declaredLength({ headers }: IncomingMessage): number {
  if (headers['content-length'] !== undefined) return Number(headers['content-length'])
  return headers['transfer-encoding'] === undefined ? 0 : Number.POSITIVE_INFINITY
}

function tooLarge(maxBytes: number): Refusal {
  return new Refusal(413, 'body_too_large', `The body is larger than ${maxBytes} bytes.`)
}
