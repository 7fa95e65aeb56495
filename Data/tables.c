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
static const unsigned char datacenters[] = {
#embed "datacenters.json"
};
static const unsigned char efficiency[] = {
#embed "efficiency.json"
};
static const unsigned char factors[] = {
#embed "factors.json"
};
static const unsigned char market[] = {
#embed "market.json"
};
static const unsigned char modelTypes[] = {
#embed "model-types.json"
};
static const unsigned char prices[] = {
#embed "prices.json"
};
static const unsigned char regions[] = {
#embed "regions.json"
};
static const unsigned char runs[] = {
#embed "runs.json"
};

static const EmbeddedTable tables[] = {
    {"accelerators", accelerators, sizeof accelerators},
    {"architectures", architectures, sizeof architectures},
    {"benchmarks", benchmarks, sizeof benchmarks},
    {"datacenters", datacenters, sizeof datacenters},
    {"efficiency", efficiency, sizeof efficiency},
    {"factors", factors, sizeof factors},
    {"market", market, sizeof market},
    {"model-types", modelTypes, sizeof modelTypes},
    {"prices", prices, sizeof prices},
    {"regions", regions, sizeof regions},
    {"runs", runs, sizeof runs},
};

long embeddedTableCount(void) { return sizeof tables / sizeof tables[0]; }
EmbeddedTable embeddedTable(long index) { return tables[index]; }
