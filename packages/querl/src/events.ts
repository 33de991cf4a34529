/** What a run tells while it goes on. The pipeline emits them; who renders them is not its matter. */
export type PipelineEvent =
  | StageEvent
  | ProgressEvent
  | StepEvent
  | EvaluationEvent
  | SampleEvent
  | NoteEvent

/** A stage of the set-up began or is done. */
export interface StageEvent {
  readonly kind: 'stage'
  readonly stage: string
  readonly state: 'started' | 'done'
  /** What came of it, in a few words. */
  readonly detail?: string
  readonly seconds?: number
}

/** How far a stage has come, for stages that take more than a moment. */
export interface ProgressEvent {
  readonly kind: 'progress'
  readonly stage: string
  readonly done: number
  readonly total: number
}

/** One optimiser step of the warm start, or one RL step. */
export interface StepEvent {
  readonly kind: 'step'
  /** `warmStart`, or the name of the policy that is trained: `grpo`, `ppo`, `noSearchRl`… */
  readonly phase: string
  readonly step: number
  readonly steps: number
  /** By the names of the run folder's metrics. */
  readonly metrics: Readonly<Record<string, number>>
}

/** Exact match on a split. */
export interface EvaluationEvent {
  readonly kind: 'evaluation'
  readonly phase: string
  readonly split: 'dev' | 'test'
  readonly step: number
  readonly em: number
  readonly oneHop?: number | undefined
  readonly twoHop?: number | undefined
}

/** One trajectory, in a line. */
export interface SampleEvent {
  readonly kind: 'sample'
  readonly phase: string
  readonly step: number
  readonly question: string
  readonly answer: string | undefined
  readonly gold: string
  readonly reward: number
  readonly searches: number
}

/** Something worth knowing; a warning is something to look at. */
export interface NoteEvent {
  readonly kind: 'note'
  readonly level: 'info' | 'warning'
  readonly text: string
}

export type Listener = (event: PipelineEvent) => void
