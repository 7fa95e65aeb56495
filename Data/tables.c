// The tables, compiled in with C23's #embed: no file to find at run time, and a changed table rebuilds the program.
#pragma clang diagnostic ignored "-Wc23-extensions"
#include "TableBytes.h"

static const unsigned char accelerators[] = {
#embed "accelerators.json"
};
static const unsigned char benchmarks[] = {
#embed "benchmarks.json"
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
static const unsigned char instances[] = {
#embed "instances.json"
};
static const unsigned char market[] = {
#embed "market.json"
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
    {"benchmarks", benchmarks, sizeof benchmarks},
    {"datacenters", datacenters, sizeof datacenters},
    {"disclosures", disclosures, sizeof disclosures},
    {"efficiency", efficiency, sizeof efficiency},
    {"factors", factors, sizeof factors},
    {"instances", instances, sizeof instances},
    {"market", market, sizeof market},
    {"prices", prices, sizeof prices},
    {"regions", regions, sizeof regions},
    {"runs", runs, sizeof runs},
};

long embeddedTableCount(void) { return sizeof tables / sizeof tables[0]; }
EmbeddedTable embeddedTable(long index) { return tables[index]; }
