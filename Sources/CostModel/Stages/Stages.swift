/// The stages of training.
package enum Stages {
  /// All of them, in the order of a project.
  package static let all: [any Stage.Type] = [
    CorpusBuilding.self, Pretraining.self, SupervisedFineTuning.self, RewardModeling.self,
    ProcessRewardModeling.self, ProximalPolicyOptimization.self, PreferenceOptimization.self,
    GroupPolicyOptimization.self,
    RejectionSampling.self, Distillation.self, Synthesis.self, Annotation.self, Evaluation.self,
  ]
}
