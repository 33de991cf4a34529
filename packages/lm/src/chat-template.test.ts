import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type ChatTemplate, chatTemplateOf } from './chat-template.js'
import type { ChatMessage } from './tokenizer.js'

const data =
  process.env['QUERL_TEST_DATA'] ??
  fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const hasData = existsSync(join(data, 'chat-templates'))
if (!hasData)
  console.warn(`Skipped: real chat templates. ${data} does not exist (QUERL_TEST_DATA).`)

interface Conversation {
  readonly messages: ChatMessage[]
  readonly addGenerationPrompt?: boolean
  readonly tools?: object[]
  readonly variables?: Record<string, unknown>
}
interface Rendered {
  readonly text?: string
  readonly error?: string
}

/** What transformers rendered: see fixtures/make_chat_vectors.py. */
const vectors = JSON.parse(
  readFileSync(new URL('fixtures/chat-vectors.json', import.meta.url), 'utf8'),
) as {
  date: string
  conversations: Record<string, Conversation>
  templates: Record<string, { tokens: object; rendered: Record<string, Rendered> }>
  inline: ({ template: string; tokens: object; case: string } & Rendered)[]
  nullContent: Conversation & { template: string; text: string }
}
const date = new Date(vectors.date)

function realTemplate(name: string): string {
  const path = join(data, 'chat-templates', name)
  if (existsSync(path)) return readFileSync(path, 'utf8')
  const config = readFileSync(join(data, name, 'tokenizer_config.json'), 'utf8')
  return (JSON.parse(config) as { chat_template: string }).chat_template
}

function expectLike(
  template: ChatTemplate,
  { messages, ...options }: Conversation,
  peer: Rendered,
) {
  const render = () => template(messages, { ...options, date })
  if (peer.text !== undefined) return expect(render()).toBe(peer.text)
  expect(peer.error).toMatch(/^TemplateError: /)
  const complaint = peer.error!.replace('TemplateError: ', '')
  expect(render).toThrowError(
    expect.objectContaining({
      code: 'ERR_QUERL_ARGUMENT',
      message: `The chat template refuses the messages: ${complaint}`,
    }),
  )
}

describe.skipIf(!hasData).each(Object.entries(vectors.templates))(
  'the chat template %s',
  (name, { tokens, rendered }) => {
    const template = hasData
      ? chatTemplateOf({ ...tokens, chat_template: realTemplate(name) })!
      : undefined
    test.each(Object.entries(rendered))('renders as in transformers: %s', (conversation, peer) => {
      expectLike(template!, vectors.conversations[conversation]!, peer)
    })
  },
)

test.skipIf(!hasData)('a content of null is none to the template', () => {
  const { template, messages, text } = vectors.nullContent
  const { tokens } = vectors.templates[template]!
  expect(chatTemplateOf({ ...tokens, chat_template: realTemplate(template) })!(messages)).toBe(text)
})

describe('a chat template', () => {
  const user: ChatMessage = { role: 'user', content: 'hi' }

  test.each(vectors.inline)('renders as in transformers: $template', (vector) => {
    const template = chatTemplateOf({ ...vector.tokens, chat_template: vector.template })!
    expectLike(template, vectors.conversations[vector.case]!, vector)
  })

  test('is chosen by its name where there are several', () => {
    const template = chatTemplateOf({
      chat_template: [
        { name: 'default', template: 'plain' },
        { name: 'tool_use', template: '{{ tools | length }} tools' },
      ],
    })!
    expect(template([user])).toBe('plain')
    expect(template([user], { tools: [{}, {}] })).toBe('2 tools')
  })

  test('sees documents, and variables before all else', () => {
    const template = chatTemplateOf({
      bos_token: '<s>',
      chat_template: '{{ bos_token }}{% for d in documents %}{{ d.title }},{% endfor %}',
    })!
    const documents = [{ title: 'a' }, { title: 'b' }]
    expect(template([user], { documents, variables: { bos_token: '!' } })).toBe('!a,b,')
  })

  test('selects and rejects by a test, objects whole', () => {
    const template = chatTemplateOf({
      chat_template:
        "{{ xs | reject('equalto', 'a') | join(',') }};{% for x in xs | select('mapping') %}{{ x.k[0] }}{% endfor %}",
    })!
    expect(template([user], { variables: { xs: ['a', 'b', 'a', 'c'] } })).toBe('b,c;')
    expect(template([user], { variables: { xs: [{ k: [1] }] } })).toContain(';1')
  })

  test('refuses a conversation without a message', () => {
    expect(() => chatTemplateOf({ chat_template: 'x' })!([])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected messages to be a list of at least one message, but got [] (object).]`,
    )
  })

  test.each([
    ['is not Jinja', '{% for %}'],
    ['uses what it was not given', "{{ nothing + 'x' }}"],
    ['asks for a date that is unknown here', "{{ strftime_now('%Q') }}"],
  ])('says that it is at fault where it %s', (_, chat_template) => {
    const template = chatTemplateOf({ chat_template })!
    expect(() => template([user])).toThrowError(
      expect.objectContaining({ code: 'ERR_QUERL_MODEL' }),
    )
  })

  test('cannot be chosen where none is the default', () => {
    const template = chatTemplateOf({ chat_template: [{ name: 'rag', template: 'x' }] })!
    expect(() => template([user])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: The tokenizer has no chat template named default.]`,
    )
  })
})
