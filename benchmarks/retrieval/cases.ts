import type { SuiteDescription } from '../result.js'

export const caseNames = ['6k short passages', '200k passages'] as const

export const description: SuiteDescription = {
  summary: 'BM25 on generated text, against bm25s with numba, one thread each',
  cases: [
    { name: caseNames[0], summary: 'what a training step of the quickstart asks, top 3' },
    { name: caseNames[1], summary: "lengths of wiki-18's passages and of NQ's questions, top 10" },
  ],
}
