import type { SuiteDescription } from '../result.js'

export const caseName = 'warm start, 30 steps of GRPO, evaluation'

export const description: SuiteDescription = {
  summary: "the quickstart's whole run, against the same recipe in eager PyTorch (minutes)",
  cases: [{ name: caseName, summary: 'time of each part and held-out EM; `-- ROUNDS`, default 3' }],
}
