export * from './algorithms/aggregation.js'
export type * from './algorithms/algorithm.js'
export { type GrpoOptions, grpo } from './algorithms/grpo.js'
export { informative } from './algorithms/informative.js'
export { type PpoOptions, ppo } from './algorithms/ppo.js'
export {
  type Checkpoint,
  type CheckpointParts,
  type CheckpointState,
  latestCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
} from './checkpoint.js'
export { METRICS, type MetricDefinition, type Metrics } from './metrics.js'
export type * from './model.js'
export { adapterOff } from './model.js'
export type { OptimizerOptions } from './optimizer.js'
export type { Reward, RewardFunction, RewardTerms } from './reward.js'
export { type EmSummary, type MetricsLine, RunFolder, type RunSummary } from './run-folder.js'
export {
  constantSchedule,
  type LinearScheduleOptions,
  linearSchedule,
  type Schedule,
} from './schedule.js'
export {
  type SupervisedOptions,
  type SupervisedRow,
  type SupervisedStep,
  supervised,
} from './supervised.js'
export { Trainer, type TrainerOptions, type TrainerStep } from './trainer.js'
export { type TrajectoryRecord, trajectoryRecord } from './trajectory-record.js'
