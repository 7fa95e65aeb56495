// The tables, compiled in with C23's #embed: no file to find at run time, and a changed table rebuilds the program.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "TableBytes.h"

static const unsigned char accelerators[] = {
#embed "accelerators.json"
};
static const unsigned char architectures[] = {
#embed "architectures.json"
};
static const unsigned char benchmarks[] = {
#embed "benchmarks.json"
};
static const unsigned char claims[] = {
#embed "claims.json"
};
static const unsigned char corpus[] = {
#embed "corpus.json"
};
static const unsigned char correlations[] = {
#embed "correlations.json"
};
static const unsigned char datacenters[] = {
#embed "datacenters.json"
};
static const unsigned char disclosures[] = {
#embed "disclosures.json"
};
static const unsigned char efficiency[] = {
#embed "efficiency.json"
};
static const unsigned char factors[] = {
#embed "factors.json"
};
static const unsigned char finetunePrices[] = {
#embed "finetune-prices.json"
};
static const unsigned char gridCarbon[] = {
#embed "grid-carbon.json"
};
static const unsigned char inquiries[] = {
#embed "inquiries.json"
};
static const unsigned char instances[] = {
#embed "instances.json"
};
static const unsigned char labor[] = {
#embed "labor.json"
};
static const unsigned char market[] = {
#embed "market.json"
};
static const unsigned char methods[] = {
#embed "methods.json"
};
static const unsigned char modelTypes[] = {
#embed "model-types.json"
};
static const unsigned char networks[] = {
#embed "networks.json"
};
static const unsigned char notCovered[] = {
#embed "not-covered.json"
};
static const unsigned char pilot[] = {
#embed "pilot.json"
};
static const unsigned char pilots[] = {
#embed "pilots.json"
};
static const unsigned char postTrainingRuns[] = {
#embed "post-training-runs.json"
};
static const unsigned char postTrainingThroughput[] = {
#embed "post-training-throughput.json"
};
static const unsigned char prices[] = {
#embed "prices.json"
};
static const unsigned char providers[] = {
#embed "providers.json"
};
static const unsigned char recipes[] = {
#embed "recipes.json"
};
static const unsigned char recompute[] = {
#embed "recompute.json"
};
static const unsigned char regions[] = {
#embed "regions.json"
};
static const unsigned char rentOutlook[] = {
#embed "rent-outlook.json"
};
static const unsigned char runLogs[] = {
#embed "run-logs.json"
};
static const unsigned char runs[] = {
#embed "runs.json"
};
static const unsigned char scalingLaws[] = {
#embed "scaling-laws.json"
};
static const unsigned char servingConstants[] = {
#embed "serving-constants.json"
};
static const unsigned char servingMeasurements[] = {
#embed "serving-measurements.json"
};
static const unsigned char stacks[] = {
#embed "stacks.json"
};
static const unsigned char stageEfficiency[] = {
#embed "stage-efficiency.json"
};
static const unsigned char stepConstants[] = {
#embed "step-constants.json"
};
static const unsigned char stepModels[] = {
#embed "step-models.json"
};
static const unsigned char steps[] = {
#embed "steps.json"
};
static const unsigned char tokenPrices[] = {
#embed "token-prices.json"
};
static const unsigned char trainingHardware[] = {
#embed "training-hardware.json"
};
static const unsigned char tunedMFU[] = {
#embed "tuned-mfu.json"
};

static const EmbeddedTable tables[] = {
    {"accelerators", accelerators, sizeof accelerators},
    {"architectures", architectures, sizeof architectures},
    {"benchmarks", benchmarks, sizeof benchmarks},
    {"claims", claims, sizeof claims},
    {"corpus", corpus, sizeof corpus},
    {"correlations", correlations, sizeof correlations},
    {"datacenters", datacenters, sizeof datacenters},
    {"disclosures", disclosures, sizeof disclosures},
    {"efficiency", efficiency, sizeof efficiency},
    {"factors", factors, sizeof factors},
    {"finetune-prices", finetunePrices, sizeof finetunePrices},
    {"grid-carbon", gridCarbon, sizeof gridCarbon},
    {"inquiries", inquiries, sizeof inquiries},
    {"instances", instances, sizeof instances},
    {"labor", labor, sizeof labor},
    {"market", market, sizeof market},
    {"methods", methods, sizeof methods},
    {"model-types", modelTypes, sizeof modelTypes},
    {"networks", networks, sizeof networks},
    {"not-covered", notCovered, sizeof notCovered},
    {"pilot", pilot, sizeof pilot},
    {"pilots", pilots, sizeof pilots},
    {"post-training-runs", postTrainingRuns, sizeof postTrainingRuns},
    {"post-training-throughput", postTrainingThroughput, sizeof postTrainingThroughput},
    {"prices", prices, sizeof prices},
    {"providers", providers, sizeof providers},
    {"recipes", recipes, sizeof recipes},
    {"recompute", recompute, sizeof recompute},
    {"regions", regions, sizeof regions},
    {"rent-outlook", rentOutlook, sizeof rentOutlook},
    {"run-logs", runLogs, sizeof runLogs},
    {"runs", runs, sizeof runs},
    {"scaling-laws", scalingLaws, sizeof scalingLaws},
    {"serving-constants", servingConstants, sizeof servingConstants},
    {"serving-measurements", servingMeasurements, sizeof servingMeasurements},
    {"stacks", stacks, sizeof stacks},
    {"stage-efficiency", stageEfficiency, sizeof stageEfficiency},
    {"step-constants", stepConstants, sizeof stepConstants},
    {"step-models", stepModels, sizeof stepModels},
    {"steps", steps, sizeof steps},
    {"token-prices", tokenPrices, sizeof tokenPrices},
    {"training-hardware", trainingHardware, sizeof trainingHardware},
    {"tuned-mfu", tunedMFU, sizeof tunedMFU},
};

long embeddedTableCount(void) { return sizeof tables / sizeof tables[0]; }
EmbeddedTable embeddedTable(long index) { return tables[index]; }
