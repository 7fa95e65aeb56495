// The script of the pages that can be played with, compiled in as the tables are.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "TableBytes.h"

static const unsigned char script[] = {
#embed "../Sources/LlmcostTool/Play/formulas.js"
  ,
#embed "../Sources/LlmcostTool/Play/controls.js"
};

EmbeddedArticle embeddedScript(void) { return (EmbeddedArticle){"script", script, sizeof script}; }
