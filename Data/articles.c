// The articles of the program's documentation, compiled in as the tables are: `llmcost help` prints them.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "TableBytes.h"

static const unsigned char tour[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/Tour.md"
};
static const unsigned char howItCounts[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/HowItCounts.md"
};
static const unsigned char oneTrainingStep[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/OneTrainingStep.md"
};
static const unsigned char serving[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/Serving.md"
};
static const unsigned char energyCarbonAndWater[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/EnergyCarbonAndWater.md"
};
static const unsigned char owning[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/Owning.md"
};
static const unsigned char closedModels[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/ClosedModels.md"
};
static const unsigned char choosingTheModel[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/ChoosingTheModel.md"
};
static const unsigned char plans[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/Plans.md"
};
static const unsigned char rentsOfLater[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/RentsOfLater.md"
};
static const unsigned char manyScenarios[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/ManyScenarios.md"
};
static const unsigned char pagesAndCharts[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/PagesAndCharts.md"
};
static const unsigned char howAccurateItIs[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/HowAccurateItIs.md"
};
static const unsigned char checkingClaims[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/CheckingClaims.md"
};
static const unsigned char yourOwnRun[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/YourOwnRun.md"
};
static const unsigned char theTables[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/TheTables.md"
};
static const unsigned char ownPricesAndHardware[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/OwnPricesAndHardware.md"
};
static const unsigned char catalogsOfTheClouds[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/CatalogsOfTheClouds.md"
};
static const unsigned char howFastItIs[] = {
#embed "../Sources/LlmcostTool/LlmcostTool.docc/HowFastItIs.md"
};

static const EmbeddedArticle articles[] = {
    {"tour", tour, sizeof tour},
    {"how-it-counts", howItCounts, sizeof howItCounts},
    {"one-training-step", oneTrainingStep, sizeof oneTrainingStep},
    {"serving", serving, sizeof serving},
    {"energy-carbon-and-water", energyCarbonAndWater, sizeof energyCarbonAndWater},
    {"owning", owning, sizeof owning},
    {"closed-models", closedModels, sizeof closedModels},
    {"choosing-the-model", choosingTheModel, sizeof choosingTheModel},
    {"plans", plans, sizeof plans},
    {"rents-of-later", rentsOfLater, sizeof rentsOfLater},
    {"many-scenarios", manyScenarios, sizeof manyScenarios},
    {"pages-and-charts", pagesAndCharts, sizeof pagesAndCharts},
    {"how-accurate-it-is", howAccurateItIs, sizeof howAccurateItIs},
    {"checking-claims", checkingClaims, sizeof checkingClaims},
    {"your-own-run", yourOwnRun, sizeof yourOwnRun},
    {"the-tables", theTables, sizeof theTables},
    {"own-prices-and-hardware", ownPricesAndHardware, sizeof ownPricesAndHardware},
    {"catalogs-of-the-clouds", catalogsOfTheClouds, sizeof catalogsOfTheClouds},
    {"how-fast-it-is", howFastItIs, sizeof howFastItIs},
};

long embeddedArticleCount(void) { return sizeof articles / sizeof articles[0]; }
EmbeddedArticle embeddedArticle(long index) { return articles[index]; }
