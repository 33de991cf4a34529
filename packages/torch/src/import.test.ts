import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
})

test('the package can be imported, and looked at, where there is no binary', async () => {
  vi.stubEnv('QUERL_TORCH_ADDON', '/nowhere/torch.node')
  vi.resetModules()
  const torch = await import('./index.js')
  expect(torch.Tensor.prototype.matmul).toBeTypeOf('function')
  expect(torch.ops.softmax).toBeTypeOf('function')
  expect(() => torch.zeros([2])).toThrow(
    expect.objectContaining({ code: 'ERR_QUERL_NATIVE_MISSING' }),
  )
  expect(() => torch.ops.eye(2)).toThrow(/could be loaded/)
})
