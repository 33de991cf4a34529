// Spoken to by the official SDK's own client.

import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { QuerlError } from '@querl/base'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { SearchServerOptions } from './options.js'
import { echo, held, memory, passage, post, serving } from './server.fixture.js'

async function clientOf(options: Partial<SearchServerOptions> = {}, token?: string) {
  const { url } = await serving(options)
  const client = new Client({ name: 'test', version: '1' })
  const transport = new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
    requestInit: { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } },
  })
  // The SDK's own types of the two do not fit each other under exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<Client['connect']>[0])
  onTestFinished(() => client.close())
  return { client, url }
}

describe('the search tool', () => {
  test('tells what it is and what it takes', async () => {
    const { client } = await clientOf({
      topK: 5,
      mcp: { name: 'wikipedia', description: 'Searches Wikipedia of 2018.' },
    })
    expect(client.getServerVersion()?.name).toBe('querl')
    const { tools } = await client.listTools()
    expect(tools.map(({ name, description }) => [name, description])).toEqual([
      ['wikipedia', 'Searches Wikipedia of 2018.'],
    ])
    expect(tools[0]!.inputSchema.required).toEqual(['query'])
    expect(tools[0]!.inputSchema.properties!['topK']).toMatchObject({ default: 5, maximum: 1000 })
  })

  test('gives passages to read and to work with', async () => {
    const { client } = await clientOf()
    const found = await client.callTool({ name: 'search', arguments: { query: 'x', topK: 2 } })
    expect(found).toEqual({
      content: [
        { type: 'text', text: '[1] On x (id x-0)\nx, part 0\n\n[2] On x (id x-1)\nx, part 1' },
      ],
      structuredContent: { passages: [passage('x', 0), passage('x', 1)] },
    })
    const more = await client.callTool({ name: 'search', arguments: { query: 'x' } })
    expect((more.structuredContent as { passages: unknown[] }).passages.length).toBe(3)
  })

  test('says so where nothing is found', async () => {
    const { client } = await clientOf({ retriever: echo(0) })
    expect(await client.callTool({ name: 'search', arguments: { query: 'x' } })).toEqual({
      content: [{ type: 'text', text: 'Nothing was found.' }],
      structuredContent: { passages: [] },
    })
  })

  test.each([
    [{}, 'Expected query to be a string.'],
    [{ query: 'x', topK: 0 }, 'Expected topK to be an integer from 1 to 1000.'],
    [{ query: 'x', topK: 1.5 }, 'Expected topK to be an integer from 1 to 1000.'],
  ])('called with %j says what is wrong', async (wrong, text) => {
    const { client } = await clientOf()
    expect(await client.callTool({ name: 'search', arguments: wrong })).toEqual({
      content: [{ type: 'text', text }],
      isError: true,
    })
  })

  test('that fails, or is no tool, is an error for the model to read', async () => {
    for (const [error, text] of [
      [new QuerlError('ERR_QUERL_IO', 'index lost\n  at stack'), 'index lost'],
      // What was not written for users may tell too much, as in answers of /retrieve.
      [new Error('ENOENT /home/secret'), 'The search failed within the server.'],
      ['no Error at all', 'The search failed within the server.'],
    ] as const) {
      const { client } = await clientOf({ retriever: { search: () => Promise.reject(error) } })
      expect(await client.callTool({ name: 'search', arguments: { query: 'x' } })).toEqual({
        content: [{ type: 'text', text: `Search failed: ${text}` }],
        isError: true,
      })
    }
    const { client } = await clientOf()
    expect(await client.callTool({ name: 'find', arguments: {} })).toEqual({
      content: [{ type: 'text', text: 'There is no tool "find".' }],
      isError: true,
    })
  })

  test('shares calls of the retriever with everybody else', async () => {
    const { retriever, calls } = held()
    const { client, url } = await clientOf({
      retriever,
      batching: { maxWaitMs: 60_000, maxBatch: 2 },
    })
    const both = [
      client.callTool({ name: 'search', arguments: { query: 'x' } }),
      post(`${url}/retrieve`, { queries: ['y'] }),
    ]
    await expect.poll(() => calls.length).toBe(1)
    expect([...calls[0]!.queries].sort()).toEqual(['x', 'y'])
    calls[0]!.answer()
    await Promise.all(both)
  })

  test('is stopped with its request, and told when its time is up', async () => {
    const { retriever, calls } = held()
    const { client } = await clientOf({ retriever, limits: { timeoutMs: 2000 } })
    expect(await client.callTool({ name: 'search', arguments: { query: 'x' } })).toEqual({
      content: [{ type: 'text', text: 'Search failed: There was no answer within 2 s.' }],
      isError: true,
    })
    expect(calls[0]!.signal.aborted).toBe(true)
  })
})

describe('/mcp', () => {
  test('wants the token, as everything else', async () => {
    await expect(clientOf({ token: 'right' }, 'wrong')).rejects.toThrow(
      'The token is not that of this server.',
    )
    const { client } = await clientOf({ token: 'right' }, 'right')
    expect((await client.listTools()).tools.length).toBe(1)
  })

  test('is logged and counted as everything else', async () => {
    const { stream, lines } = memory()
    const { client } = await clientOf({ accessLog: stream })
    await client.callTool({ name: 'search', arguments: { query: 'x' } })
    await expect.poll(() => lines().at(-1)).toMatchObject({ path: '/mcp', status: 200, queries: 1 })
  })

  test('of what is no message of the protocol is told so', async () => {
    const { url } = await serving()
    expect((await post(`${url}/mcp`, '{')).status).toBe(400)
    const accept = { accept: 'application/json, text/event-stream' }
    const { status, json } = await post(`${url}/mcp`, { hello: 1 }, { headers: accept })
    expect(status).toBe(400)
    expect(json).toMatchObject({ jsonrpc: '2.0', error: { code: -32700 } })
  })

  test('is no route where it is switched off', async () => {
    const { url } = await serving({ mcp: false })
    expect((await post(`${url}/mcp`, {})).status).toBe(404)
  })
})
