import { describe, expect, test } from 'vitest'
import { native } from './loaded.js'
import { parseSchema } from './operator-schema.js'

describe('a schema', () => {
  test('is read with its defaults, aliases and names', () => {
    const schema = parseSchema(
      'aten::max.dim_max(Tensor self, int dim, bool keepdim=False, *, Tensor(a!) max, Tensor(b!) max_values) -> (Tensor(a!) values, Tensor(b!) indices)',
    )
    expect(schema).toMatchObject({ name: 'aten::max', overload: 'dim_max' })
    expect(schema.arguments.map(({ name }) => name)).toEqual([
      ...['self', 'dim', 'keepdim', 'max', 'max_values'],
    ])
    expect(schema.arguments.map(({ fallback }) => fallback)).toEqual([
      ...[undefined, undefined, 'False', undefined, undefined],
    ])
    expect(schema.arguments.map(({ keywordOnly }) => keywordOnly)).toEqual([
      ...[false, false, false, true, true],
    ])
    expect(schema.arguments.map(({ type }) => type.written)).toEqual([
      ...[undefined, undefined, undefined, 'a', 'b'],
    ])
    expect(schema.returns.map(({ written }) => written)).toEqual(['a', 'b'])
    expect(schema.resultNames).toEqual(['values', 'indices'])
  })

  test.each([
    ['int[2]? x', { base: 'int', list: true, size: 2, optional: true, optionalItems: false }],
    ['SymInt[] x', { base: 'int', list: true, size: undefined, optional: false }],
    ['Tensor?[] x', { base: 'Tensor', list: true, optional: false, optionalItems: true }],
    ['Tensor(a!)[] x', { base: 'Tensor', list: true, written: 'a' }],
    ['Tensor(a -> *) x', { base: 'Tensor', list: false, written: undefined }],
    ['ScalarType? x=None', { base: 'ScalarType', optional: true, list: false }],
    ['Scalar x=1', { base: 'Scalar', optional: false }],
    ['__torch__.torch.classes.rnn.CellParamsBase[] x', { base: 'other', list: true }],
    ['Dict(str, Tensor) x', { base: 'other' }],
  ])('has an argument %s', (text, type) => {
    expect(parseSchema(`ns::f(${text}) -> ()`).arguments[0]).toMatchObject({ name: 'x', type })
  })

  test('keeps commas in strings and brackets together', () => {
    const { arguments: args } = parseSchema('ns::f(str mode="a, b(", int[2] stride=[1, 1]) -> ()')
    expect(args.map(({ name, fallback }) => [name, fallback])).toEqual([
      ['mode', '"a, b("'],
      ['stride', '[1, 1]'],
    ])
  })

  test('that is none is an error', () => {
    expect(() => parseSchema('aten::add')).toThrow(SyntaxError)
  })
})

test('every schema of LibTorch can be read, and names each argument once', () => {
  const schemas = native()
    .operatorNames()
    .filter((name) => /^(aten|querl)::/.test(name))
    .flatMap((name) => native().operatorOverloads(name))
    .map(({ schema }) => parseSchema(schema))
  expect(schemas.length).toBeGreaterThan(3000)
  const misread = schemas.filter(({ arguments: args }) => {
    const names = args.map(({ name }) => name)
    return new Set(names).size < names.length || !names.every((name) => /^\w+$/.test(name))
  })
  expect(misread.map(({ text }) => text)).toEqual([])
})
