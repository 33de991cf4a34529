import type { SuiteDescription } from '../result.js'

export const caseNames = [
  'add, 8 floats',
  'add in place, 8 floats',
  'add, 8 floats, left to the collector',
  'add, 8 floats, by its full name',
  'add, 8 floats, in a run()',
  'view',
  'matmul, 2 × 2',
  'softmax by options',
  'sum over an axis by options',
  'shape',
] as const

export type CaseName = (typeof caseNames)[number]

export const description: SuiteDescription = {
  summary: 'what a call of an operator costs, against eager PyTorch in Python',
  cases: caseNames.map((name) => ({ name, summary: 'time per call, one thread' })),
}
